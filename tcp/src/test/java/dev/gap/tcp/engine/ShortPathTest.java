package dev.gap.tcp.engine;

import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.lab.Link;
import dev.gap.lab.LinkSpec;
import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;

import static org.assertj.core.api.Assertions.assertThat;

/** On a path of 2 ms loss is no reason to be slow for BBR, though timers are late by a tenth of a millisecond there too. */
class ShortPathTest {
  private static final Address NEAR = Address.v4(0x0a000001);
  private static final Address FAR = Address.v4(0x0a000002);
  private static final long SECOND = 1_000_000_000;
  private static final long LATE = 100_000;
  private static final long SEED = 5;
  /** 400 Mbit/s. */
  private static final double RATE = 50e6;

  private final TcpEngine near = new TcpEngine(TcpConfig.DEFAULT, Set.of(NEAR), new SplittableRandom(1));
  private final TcpEngine far = new TcpEngine(TcpConfig.DEFAULT, Set.of(FAR), new SplittableRandom(2));
  private final PacketSlot slot = new PacketSlot(70_000, 0, false);
  private final byte[] data = new byte[64 << 10];
  private long now = 1;

  @ParameterizedTest
  @CsvSource({"0", "0.01", "0.05"})
  void bbrFillsTheLinkWhateverIsLost(double loss) {
    LinkSpec spec = LinkSpec.PERFECT.withDelay(Duration.ofNanos(800_000)).withJitter(Duration.ofNanos(300_000))
        .withRate((long) (RATE * 8)).withQueue(Duration.ofMillis(20)).withDuplicate(0.01).withLoss(loss);
    Link<Boolean> there = new Link<>(spec, SEED);
    Link<Boolean> back = new Link<>(spec.withRate(0), ~SEED);
    SocketSettings settings = near.newSettings();
    settings.algorithm = Algorithm.BBR;
    TcpListener listener = far.listen(Address.v4(0), 80, 10, far.newSettings());
    TcpConnection dialed = near.connect(NEAR, 0, FAR, 80, settings, now);
    if (listener == null || dialed == null) throw new AssertionError("no port is free");
    TcpConnection served = null;
    long received = 0;
    while (now < 2 * SECOND) {
      near.settle(dialed, now);
      while (dialed.write(data, 0, data.length, false, now) > 0)
        near.settle(dialed, now);
      step(near, there, back);
      step(far, back, there);
      if (served == null) served = listener.accept();
      long before = received;
      received += read(served);
      if (served != null && received > before) far.settle(served, now);
      now = next(there, back);
    }
    assertThat(received / 2.0).as("bytes a second with %.2f lost", loss)
        .isGreaterThan(0.7 * RATE).isLessThan(RATE);
  }

  private long read(@Nullable TcpConnection from) {
    if (from == null) return 0;
    long all = 0;
    for (int part = 1; part > 0; all += part)
      part = from.read(data, 0, data.length, false, now);
    return all;
  }

  private void step(TcpEngine engine, Link<Boolean> out, Link<Boolean> in) {
    boolean some = true;
    while (some)
      some = in.poll(now, (_, bytes, length) -> engine.receive(bytes, 0, length, true, now));
    if (engine.nextTimeoutNanos() <= now) engine.onTimeout(now);
    while (engine.poll(slot, now))
      out.admit(true, slot.bytes(), slot.length(), now);
  }

  /** Timers are late, packets are not. */
  private long next(Link<Boolean> there, Link<Boolean> back) {
    if (near.hasReady() || far.hasReady()) return now;
    long timer = Math.min(near.nextTimeoutNanos(), far.nextTimeoutNanos());
    long packet = Math.min(there.nextDueNanos(), back.nextDueNanos());
    return Math.min(packet, timer == Long.MAX_VALUE ? timer : Math.max(timer, now) + LATE);
  }
}
