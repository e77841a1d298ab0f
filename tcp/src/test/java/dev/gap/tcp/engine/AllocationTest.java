package dev.gap.tcp.engine;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.SplittableRandom;

import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;

import static org.assertj.core.api.Assertions.assertThat;

/** The way of a packet allocates nothing, in both directions at once, once pools and tables have grown to the window. */
class AllocationTest {
  private static final Address NEAR = Address.v4(0x0a000001);
  private static final Address FAR = Address.v4(0x0a000002);
  private static final int WARM_UP = 60_000;
  private static final int MEASURED = 200_000;
  private static final int ROUNDS = 6;
  private static final double BOUND = 10;
  private static final long STEP = 500_000;

  private final TcpEngine near = new TcpEngine(TcpConfig.DEFAULT, Set.of(NEAR), new SplittableRandom(1));
  private final TcpEngine far = new TcpEngine(TcpConfig.DEFAULT, Set.of(FAR), new SplittableRandom(2));
  private final byte[] data = new byte[16 << 10];
  private PacketSlot slot = new PacketSlot(70_000, 0, false);
  private long now = 1;
  private long packets;
  private long received;
  private int lossEvery;
  private int dropped;

  @ParameterizedTest
  @CsvSource({"0, false", "0, true", "64, false"})
  void sendingAndReceivingAllocateNextToNothing(int oneLostIn, boolean offload) {
    slot = new PacketSlot(70_000, 0, offload);
    TcpListener listener = far.listen(Address.v4(0), 80, 10, far.newSettings());
    TcpConnection dialed = near.connect(NEAR, 0, FAR, 80, near.newSettings(), now);
    if (listener == null || dialed == null) throw new AssertionError("no port is free");
    TcpConnection served = null;
    while (served == null) {
      step(dialed, null);
      served = listener.accept();
    }
    lossEvery = oneLostIn;
    while (packets < WARM_UP)
      step(dialed, served);
    // the smallest object has 16 bytes; what the JIT has not compiled yet allocates some more, and on a busy machine (65 bytes
    // were seen) it takes rounds until it has: what counts is what is left then
    double each = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS && each >= BOUND; round++)
      each = Math.min(each, measure(dialed, served));
    assertThat(each).as("bytes allocated for each packet, in the best of %d rounds", ROUNDS).isLessThan(BOUND);
    if (oneLostIn > 0) assertThat(dropped).isGreaterThan(MEASURED / oneLostIn / 2);
  }

  /** {@return the bytes that one packet of a round allocates} */
  private double measure(TcpConnection dialed, TcpConnection served) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long from = packets;
    received = 0;
    dropped = 0;
    while (packets < from + MEASURED)
      step(dialed, served);
    assertThat(received).isGreaterThan(MEASURED * 100L);
    return (double) (threads.getCurrentThreadAllocatedBytes() - before) / (packets - from);
  }

  /** Half a millisecond: both sides write and read, and what they send crosses at once. */
  private void step(TcpConnection dialed, @Nullable TcpConnection served) {
    now += STEP;
    exchange(near, dialed);
    if (served != null) exchange(far, served);
    boolean some = true;
    while (some) {
      some = carry(near, far);
      some |= carry(far, near);
    }
    if (near.nextTimeoutNanos() <= now) near.onTimeout(now);
    if (far.nextTimeoutNanos() <= now) far.onTimeout(now);
  }

  private void exchange(TcpEngine engine, TcpConnection connection) {
    connection.write(data, 0, data.length, false, now);
    for (int part = 1; part > 0; received += part)
      part = connection.read(data, 0, data.length, false, now);
    engine.settle(connection, now);
  }

  /** {@return whether there was a packet} */
  private boolean carry(TcpEngine from, TcpEngine to) {
    if (!from.poll(slot, now)) return false;
    packets++;
    if (lossEvery > 0 && packets % lossEvery == lossEvery - 1) dropped++;
    else to.receive(slot.bytes(), slot.offset(), slot.length(), false, now);
    return true;
  }
}
