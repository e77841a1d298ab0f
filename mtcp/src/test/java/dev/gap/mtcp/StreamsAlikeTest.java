package dev.gap.mtcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The streams of mTCP sockets do what those of java.net do: the same tests pass with both. */
@ParameterizedClass
@EnumSource(Wire.Kind.class)
@Timeout(60)
final class StreamsAlikeTest {
  private static final int MIB = 1 << 20;
  private static final Duration SHORT = Duration.ofMillis(300);

  @Parameter
  Wire.Kind kind;

  private Wire wire;
  private Wire.Pair pair;

  @BeforeEach
  void connect() throws IOException {
    wire = Wire.open(kind);
    pair = wire.connect();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
    wire.close();
  }

  @Test
  void carriesMebibytesBothWaysAtOnce() throws Exception {
    List<Background<Boolean>> all = new ArrayList<>();
    for (Socket socket : List.of(pair.near(), pair.far())) {
      all.add(Background.run(() -> {
        Pattern.write(socket.getOutputStream(), 6 * MIB);
        socket.shutdownOutput();
      }));
      all.add(Background.run(() -> Pattern.expectAll(socket.getInputStream(), 6 * MIB)));
    }
    for (Background<Boolean> one : all)
      assertThat(one.get()).isTrue();
  }

  @Test
  void echoesByteForByte() throws Exception {
    Background<Long> echo = Background.of(() -> pair.far().getInputStream().transferTo(pair.far().getOutputStream()));
    InputStream in = pair.near().getInputStream();
    OutputStream out = pair.near().getOutputStream();
    for (int i = 0; i < 256; i++) {
      out.write(i);
      assertThat(in.read()).isEqualTo(i);
    }
    pair.near().shutdownOutput();
    assertThat(echo.get()).isEqualTo(256);
  }

  @Test
  void goesOnReadingAfterEndingItsOwnDirection() throws Exception {
    pair.near().getOutputStream().write("question".getBytes(US_ASCII));
    pair.near().shutdownOutput();
    assertThat(pair.far().getInputStream().readAllBytes()).isEqualTo("question".getBytes(US_ASCII));
    Background<Boolean> answer = Background.run(() -> {
      Pattern.write(pair.far().getOutputStream(), MIB);
      pair.far().close();
    });
    Pattern.expectAll(pair.near().getInputStream(), MIB);
    assertThat(answer.get()).isTrue();
  }

  @Test
  void saysEndOfStreamAgainAndAgain() throws Exception {
    pair.near().close();
    InputStream in = pair.far().getInputStream();
    for (int i = 0; i < 3; i++) {
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(new byte[10])).isEqualTo(-1);
    }
  }

  @Test
  void deliversWhatWasWrittenBeforeClosing() throws Exception {
    Background<Boolean> reader = Background.run(() -> Pattern.expectAll(pair.far().getInputStream(), 3 * MIB));
    Pattern.write(pair.near().getOutputStream(), 3 * MIB);
    pair.near().close();
    assertThat(reader.get()).isTrue();
  }

  @Test
  void readsNothingWhenAskedForNothing() throws Exception {
    assertThat(pair.near().getInputStream().read(new byte[0])).isZero();
    pair.near().getOutputStream().write(new byte[0]);
    assertThat(pair.far().getInputStream().available()).isZero();
  }

  @Test
  void checksItsBounds() throws Exception {
    InputStream in = pair.near().getInputStream();
    OutputStream out = pair.near().getOutputStream();
    assertThatThrownBy(() -> out.write(new byte[10], 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> in.read(new byte[10], -1, 6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> in.read(new byte[10], 0, 11)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void timesOutAndIsUsableAfterwards() throws Exception {
    pair.near().setSoTimeout(80);
    assertThat(pair.near().getSoTimeout()).isEqualTo(80);
    InputStream in = pair.near().getInputStream();
    for (int i = 0; i < 2; i++) {
      long begin = System.nanoTime();
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(in::read).withMessage("Read timed out");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(75), Duration.ofSeconds(5));
    }
    pair.far().getOutputStream().write(7);
    pair.near().setSoTimeout(10_000);
    assertThat(in.read()).isEqualTo(7);
    pair.near().getOutputStream().write(8);
    assertThat(pair.far().getInputStream().read()).isEqualTo(8);
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    Background<Integer> reader = Background.of(() -> pair.near().getInputStream().read());
    reader.awaitBlocked();
    pair.near().close();
    assertThatExceptionOfType(SocketException.class).isThrownBy(reader::get).withMessage("Socket closed");
  }

  @Test
  void closingEndsAWriteThatWaits() throws Exception {
    Background<Boolean> writer = Background.run(() -> Pattern.write(pair.near().getOutputStream(), 1L << 40));
    assertThat(writer.isDoneWithin(Duration.ofSeconds(1))).isFalse();
    pair.near().close();
    assertThatExceptionOfType(SocketException.class).isThrownBy(writer::get).withMessage("Socket closed");
  }

  @Test
  void shuttingInputDownEndsAReadThatWaits() throws Exception {
    Background<Integer> reader = Background.of(() -> pair.near().getInputStream().read());
    reader.awaitBlocked();
    pair.near().shutdownInput();
    assertThat(reader.get()).isEqualTo(-1);
    assertThat(pair.near().isInputShutdown()).isTrue();
  }

  @Test
  void closingWithoutLingerResetsThePeer() throws Exception {
    pair.far().setSoLinger(true, 0);
    assertThat(pair.far().getSoLinger()).isZero();
    pair.far().close();
    assertThatExceptionOfType(SocketException.class).isThrownBy(() -> pair.near().getInputStream().read())
        .withMessage("Connection reset");
  }

  @Test
  void aResetEndsAReadThatWaits() throws Exception {
    Background<Integer> reader = Background.of(() -> pair.near().getInputStream().read());
    reader.awaitBlocked();
    pair.far().setSoLinger(true, 0);
    pair.far().close();
    assertThatExceptionOfType(SocketException.class).isThrownBy(reader::get).withMessage("Connection reset");
  }

  @Test
  void writingToAPeerThatClosedFailsSoon() throws Exception {
    pair.far().close();
    assertThat(pair.near().getInputStream().read()).isEqualTo(-1);
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> Pattern.write(pair.near().getOutputStream(), 1L << 40));
  }

  @Test
  void anEmptyWindowHoldsTheWriterUpAndLosesNothing() throws Exception {
    long total = 48L * MIB;
    AtomicLong written = new AtomicLong();
    Background<Boolean> writer = Background.run(() -> {
      OutputStream out = pair.near().getOutputStream();
      for (long i = 0; i < total; i += 65_536) {
        out.write(Pattern.bytes(i, 65_536));
        written.addAndGet(65_536);
      }
      pair.near().shutdownOutput();
    });
    awaitStandstill(written);
    assertThat(writer.isDone()).isFalse();
    assertThat(written.get()).isLessThan(16L * MIB);

    InputStream in = pair.far().getInputStream();
    Pattern.expect(in, 0, 4L * MIB);
    awaitStandstill(written);
    assertThat(writer.isDone()).isFalse();
    assertThat(written.get()).isLessThan(32L * MIB);

    Pattern.expect(in, 4L * MIB, total);
    assertThat(in.read()).isEqualTo(-1);
    assertThat(writer.get()).isTrue();
  }

  private static void awaitStandstill(AtomicLong count) throws InterruptedException {
    long before = -1;
    while (before != count.get()) {
      before = count.get();
      for (int i = 0; i < SHORT.toMillis() / 50; i++)
        Background.moment();
    }
  }
}
