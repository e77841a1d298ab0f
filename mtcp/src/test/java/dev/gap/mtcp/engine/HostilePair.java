package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A dialing and an accepting endpoint that talk through the test's hands, which hold the key: it collects what they
 * say, loses some of it, and adds what it likes. Everything they send is checked.
 */
final class HostilePair {
  static final int WINDOW = 64;
  static final int MOST_CONNECTIONS = 200;
  private static final SeedKey KEY = new SeedKey("gap-proxy");
  private static final int MOST_CORPUS = 256;
  private static final int MOST_STEPS = 2000;
  /** Hostile acknowledgments may have slowed the path: this much virtual time, five milliseconds a round. */
  private static final int MOST_ROUNDS = 2000;
  private static final long MS = 1_000_000;

  private static final List<InetSocketAddress> STRANGERS = List.of(new InetSocketAddress("203.0.113.1", 1),
      new InetSocketAddress("203.0.113.2", 2), new InetSocketAddress("203.0.113.3", 3));
  private static final ConnectionConfig CONNECTION = ConnectionConfig.DEFAULT
      .withWindow(new WindowPolicy.Fixed(WINDOW));

  final Side near;
  final Side far;
  final SplittableRandom random;
  final List<byte[]> corpus = new ArrayList<>();
  final SeedProtection protection = new SeedProtection(KEY);
  private final byte[] application = new byte[3000];
  @Nullable
  Connection dialed;
  @Nullable
  Connection accepted;
  long now;
  private boolean lossy;

  HostilePair(SplittableRandom random) {
    this.random = random;
    near = new Side(EndpointConfig.dialing().withConnection(CONNECTION), HandDriven.NEAR, random);
    far = new Side(EndpointConfig.acceptingUpTo(8).withConnection(CONNECTION).withLimits(MOST_CONNECTIONS, 8),
        HandDriven.FAR, random);
  }

  /** One endpoint, what waits to be given to it, and what it has acknowledged so far. */
  final class Side {
    final Endpoint endpoint;
    final InetSocketAddress address;
    final PacketBatch in = new PacketBatch(64, SegmentHeader.MAX_DATAGRAM);
    private final PacketBatch out = new PacketBatch(64, SegmentHeader.MAX_DATAGRAM);
    private final Map<Long, Integer> acknowledged = new HashMap<>();
    /** The IDs of all genuine openings given to it. */
    final Set<Long> openings = new HashSet<>();

    Side(EndpointConfig config, InetSocketAddress address, SplittableRandom random) {
      endpoint = new Endpoint(config, new SeedProtection(KEY), random.split());
      this.address = address;
    }

    Side other() {
      return this == near ? far : near;
    }

    /** Adds a segment in the clear, as if from the other side. */
    void offer(byte[] plain) {
      if (plain.length > SegmentHeader.MAX_DATAGRAM)
        return;
      System.arraycopy(plain, 0, in.next(), 0, plain.length);
      in.commit(plain.length, random.nextInt(50) == 0 ? stranger() : other().address);
      if (Mutator.isOpening(plain))
        openings.add(TestSegment.read(plain, plain.length).id());
    }

    /** Gives what was offered; what stands before {@code sealFrom} is given as it is. */
    void give(int sealFrom) {
      protection.seal(in, sealFrom);
      endpoint.receive(in, now);
      in.clear();
    }

    /** Lets the endpoint do and send what is due. */
    void turn(boolean deliver) {
      int steps = 0;
      do {
        if (endpoint.nextTimeoutNanos() <= now)
          endpoint.onTimeout(now);
        poll(deliver);
        assertThat(++steps).as("steps without an end at %d", now).isLessThan(MOST_STEPS);
      } while (endpoint.nextTimeoutNanos() <= now);
      for (Connection c = endpoint.pollChanged(); c != null; c = endpoint.pollChanged())
        check(c);
    }

    private void poll(boolean deliver) {
      do {
        out.clear();
        endpoint.pollTransmit(out, now);
        for (int i = 0; i < out.size(); i++) {
          assertThat(protection.open(out.bytes(i), out.length(i))).isTrue();
          byte[] plain = Arrays.copyOf(out.bytes(i), out.length(i));
          check(TestSegment.read(plain, plain.length));
          remember(plain);
          if (deliver && !other().in.isFull() && (!lossy || random.nextInt(10) != 0))
            other().offer(plain);
        }
      } while (out.size() > 0);
    }

    private void check(TestSegment sent) {
      if (sent.has(SegmentHeader.RST))
        return;
      Integer before = acknowledged.put(sent.id(), sent.ack());
      assertThat(before == null ? 0 : sent.ack() - before).as("acknowledgment of %x at %d", sent.id(), now)
          .isNotNegative();
    }

    private void check(Connection connection) {
      assertThat(connection.readableBytes()).isBetween(0L, (long) WINDOW * SegmentHeader.MAX_PAYLOAD);
      ConnectionInfo info = connection.info();
      assertThat(info.window()).isBetween(0, WINDOW);
      assertThat(info.bufferedBytes()).isBetween(0L, 2L << 20);
    }
  }

  /** Opens a connection, and lets data flow in both directions. */
  void establish() {
    lossy = false;
    acceptStrangers();
    corpus.clear();
    if (accepted != null)
      end(far, accepted);
    if (dialed != null)
      end(near, dialed);
    Connection fresh = near.endpoint.connect(far.address, now);
    dialed = fresh;
    near.acknowledged.clear();
    far.acknowledged.clear();
    accepted = null;
    for (int i = 0; i < 8 || (!isEstablished() && i < MOST_ROUNDS); i++) {
      write(near, fresh, application.length);
      if (accepted != null)
        write(far, accepted, application.length);
      exchange();
      for (Connection c = far.endpoint.accept(); c != null; c = far.endpoint.accept())
        accepted = c.id() == fresh.id() ? c : accepted;
      now += 5 * MS;
    }
    lossy = true;
    assertThat(isEstablished()).as("established within %d rounds, at %d", MOST_ROUNDS, now).isTrue();
  }

  private void end(Side side, Connection connection) {
    connection.reset();
    side.endpoint.update(connection, now);
    side.turn(false);
  }

  void exchange() {
    near.turn(true);
    far.give(0);
    far.turn(true);
    near.give(0);
  }

  /** The applications write and read now and then. */
  void use() {
    if (dialed != null && random.nextInt(3) == 0)
      write(near, dialed, random.nextInt(application.length));
    if (accepted != null && random.nextInt(3) == 0)
      write(far, accepted, random.nextInt(application.length));
    if (dialed != null && random.nextInt(4) == 0)
      read(near, dialed);
    if (accepted != null && random.nextInt(4) == 0)
      read(far, accepted);
    acceptStrangers();
  }

  private void acceptStrangers() {
    for (Connection c = far.endpoint.accept(); c != null; c = far.endpoint.accept()) {
      if (random.nextInt(8) == 0)
        write(far, c, random.nextInt(application.length));
      else
        end(far, c);
    }
  }

  boolean isEstablished() {
    return dialed != null && accepted != null && dialed.closeReason() == null && accepted.closeReason() == null;
  }

  private void write(Side side, Connection connection, int length) {
    connection.write(application, 0, length);
    side.endpoint.update(connection, now);
  }

  private void read(Side side, Connection connection) {
    int most = random.nextInt(200_000);
    while (most > 0) {
      int n = connection.read(application, 0, application.length);
      if (n <= 0)
        break;
      most -= n;
    }
    side.endpoint.update(connection, now);
  }

  private void remember(byte[] plain) {
    TestSegment sent = TestSegment.read(plain, plain.length);
    if (dialed == null || sent.id() != dialed.id() || sent.has(SegmentHeader.RST))
      return;
    if (corpus.size() < MOST_CORPUS)
      corpus.add(plain);
    else
      corpus.set(random.nextInt(MOST_CORPUS), plain);
  }

  private InetSocketAddress stranger() {
    return STRANGERS.get(random.nextInt(STRANGERS.size()));
  }
}
