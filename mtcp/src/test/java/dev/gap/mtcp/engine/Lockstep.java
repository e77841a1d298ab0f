package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.Suite;
import dev.gap.transport.PacketBatch;

/** Two engines whose datagrams cross at once, one in 64 of them lost: what processor and memory do is the engines' alone. */
final class Lockstep {
  private static final long STEP = 500_000;
  private static final long DROPPED = 63;
  /** As outside of tests: what drawing from it costs, counts here. Nothing that is drawn changes the course of things. */
  private static final SecureRandom RANDOM = new SecureRandom();

  private final MtcpEngine near;
  private final MtcpEngine far;
  private final PacketBatch wire = new PacketBatch(64, 2048);
  private final PacketBatch arriving = new PacketBatch(64, 2048);
  private final byte[] data = new byte[16 << 10];
  private final Connection dialed;
  private @Nullable Connection served;
  private long now;
  /** Datagrams sent so far, and those of them that were lost. */
  long packets;
  long dropped;
  /** Bytes read by the applications. */
  long read;

  /** Profile 1. */
  static Lockstep original() {
    return new Lockstep(Rig.endpoint(EndpointConfig.dialing(), 1), Rig.endpoint(EndpointConfig.acceptingUpTo(8), 2));
  }

  /** Profile 2. */
  static Lockstep secure(Suite suite) {
    SessionConfig config = Rig.SECURE.withSuites(Set.of(suite));
    return new Lockstep(secure(EndpointConfig.dialing(), config), secure(EndpointConfig.acceptingUpTo(8), config));
  }

  private static SecureEndpoint secure(EndpointConfig endpoint, SessionConfig config) {
    return new SecureEndpoint(endpoint, config, RANDOM, () -> Rig.START_MILLIS, 0);
  }

  private Lockstep(MtcpEngine near, MtcpEngine far) {
    this.near = near;
    this.far = far;
    dialed = near.connect(Rig.FAR, now);
  }

  /** Runs until at least so many more datagrams have been sent. */
  void run(long more) {
    for (long until = packets + more; packets < until;)
      step();
  }

  /** Half a millisecond: both sides write and read, and what they send crosses. */
  private void step() {
    now += STEP;
    exchange(near, dialed);
    if (served != null) exchange(far, served);
    carry(near, far, Rig.NEAR);
    carry(far, near, Rig.FAR);
    if (served == null) served = far.accept();
    if (near.nextTimeoutNanos() <= now) near.onTimeout(now);
    if (far.nextTimeoutNanos() <= now) far.onTimeout(now);
  }

  private void exchange(MtcpEngine engine, Connection connection) {
    connection.write(data, 0, data.length);
    for (int n = connection.read(data, 0, data.length); n > 0; n = connection.read(data, 0, data.length))
      read += n;
    engine.update(connection, now);
    while (engine.pollChanged() != null) {
      // as a loop would
    }
  }

  private void carry(MtcpEngine from, MtcpEngine to, InetSocketAddress sender) {
    do {
      wire.clear();
      from.pollTransmit(wire, now);
      arriving.clear();
      for (int i = 0; i < wire.size(); i++) {
        packets++;
        if (packets % 64 == DROPPED) {
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
