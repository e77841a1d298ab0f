package dev.gap.tcp;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.tcp.TwoHosts.Ends;
import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;
import dev.gap.tcp.engine.Changed;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.TcpConfig.ProbingWhen;

import static org.assertj.core.api.Assertions.assertThat;

/** To Linux over a path that swallows large packets without a word: our stack finds the size that gets through (RFC 4821). */
@Timeout(180)
final class LinuxNarrowPathIT {
  private static final int PATH = 1333;
  private static final int PIECE = 65_536;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(75).toNanos();
  private static final int STAMPS = 12;

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  private static TcpConfig config() {
    TcpConfig d = TcpConfig.DEFAULT;
    return d.with(Changed.of(d.sizes(), "probing", Changed.of(d.sizes().probing(), "when", ProbingWhen.AFTER_BLACK_HOLE,
        "blackHoleAfter", 1, "interval", Duration.ofSeconds(2))));
  }

  @ParameterizedTest
  @EnumSource
  void theSizeThatGetsThroughIsFoundAndALargerOneWhenThePathBecomesWider(Family family) throws Exception {
    AtomicReference<NarrowPort> path = new AtomicReference<>();
    Setup setup = Setup.PLAIN.with(config()).with(port -> {
      path.set(new NarrowPort(port, PATH));
      return path.get();
    });
    int headers = (family == Family.IPV4 ? 40 : 60) + STAMPS;
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    try (TwoHosts hosts = TwoHosts.join(setup); Ends ends = hosts.connect(family, false)) {
      Future<Payload> got = Background.start(() -> Payload.read(ends.kernel().getInputStream()));
      long bytes = send(ends.stack(), sent, mss -> mss + headers <= PATH && mss + headers > PATH - 8);
      assertThat(ends.stack().info().sizeProbes().lost()).isPositive();
      path.get().setMost(TwoHosts.MTU);
      bytes += send(ends.stack(), sent, mss -> mss + headers == TwoHosts.MTU);
      ends.stack().shutdownOutput();
      assertThat(Background.get(got)).isEqualTo(new Payload(bytes, HexFormat.of().formatHex(sent.digest())));
    }
  }

  /** Sends until segments are as large as that. {@return how many bytes} */
  private static long send(TcpSocket to, MessageDigest digest, IntPredicate enough) throws IOException {
    byte[] piece = new byte[PIECE];
    long bytes = 0;
    long start = System.nanoTime();
    while (!enough.test(to.info().sendMss())) {
      assertThat(System.nanoTime() - start).as("segments of %d bytes", to.info().sendMss()).isLessThan(PATIENCE_NANOS);
      new SplittableRandom(bytes).nextBytes(piece);
      digest.update(piece);
      to.getOutputStream().write(piece);
      bytes += PIECE;
    }
    return bytes;
  }
}
