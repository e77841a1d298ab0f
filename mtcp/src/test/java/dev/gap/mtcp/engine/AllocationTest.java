package dev.gap.mtcp.engine;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Objects;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;

/** The way of a packet allocates nothing, once pools and tables have grown to the window; what is left is a record each tick. */
class AllocationTest {
  private static final int WARM_UP = 60_000;
  private static final int MEASURED = 300_000;
  private static final long STEP = 500_000;

  private final Endpoint near = Rig.endpoint(EndpointConfig.dialing(), 1);
  private final Endpoint far = Rig.endpoint(EndpointConfig.acceptingUpTo(8), 2);
  private final PacketBatch wire = new PacketBatch(64, 2048);
  private final PacketBatch arriving = new PacketBatch(64, 2048);
  private final byte[] data = new byte[16 << 10];
  private long now;
  private long packets;
  private int dropped;

  @Test
  void sendingAndReceivingAllocateNextToNothing() {
    Connection dialed = near.connect(Rig.FAR, now);
    Connection served = null;
    while (served == null) {
      step(dialed, dialed);
      served = far.accept();
    }
    while (packets < WARM_UP)
      step(dialed, served);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long from = packets;
    while (packets < from + MEASURED)
      step(dialed, served);
    double each = (double) (threads.getCurrentThreadAllocatedBytes() - before) / (packets - from);
    assertThat(each).as("bytes allocated for each packet").isLessThan(4.0);
    assertThat(dropped).isPositive();
  }

  /** Half a millisecond: both sides write and read, and what they send crosses at once, with one packet in 64 lost. */
  private void step(Connection dialed, Connection served) {
    now += STEP;
    exchange(near, dialed);
    if (served != dialed) exchange(far, served);
    carry(near, far, Rig.NEAR);
    carry(far, near, Rig.FAR);
    if (near.nextTimeoutNanos() <= now) near.onTimeout(now);
    if (far.nextTimeoutNanos() <= now) far.onTimeout(now);
  }

  private void exchange(Endpoint endpoint, Connection connection) {
    connection.write(data, 0, data.length);
    while (connection.read(data, 0, data.length) > 0) {
      // all of it
    }
    endpoint.update(connection, now);
    while (endpoint.pollChanged() != null) {
      // as a loop would
    }
  }

  private void carry(Endpoint from, Endpoint to, InetSocketAddress sender) {
    do {
      wire.clear();
      from.pollTransmit(wire, now);
      arriving.clear();
      for (int i = 0; i < wire.size(); i++) {
        packets++;
        if (packets % 64 == 63) {
          dropped++;
          continue;
        }
        System.arraycopy(wire.bytes(i), 0, arriving.next(), 0, wire.length(i));
        arriving.commit(wire.length(i), Objects.requireNonNull(sender));
      }
      to.receive(arriving, now);
    } while (wire.isFull());
  }
}
