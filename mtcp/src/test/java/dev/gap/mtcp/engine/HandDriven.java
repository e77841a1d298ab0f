package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

/** An endpoint whose peer is the test: segments are made, given and looked at by hand. */
final class HandDriven {
  static final InetSocketAddress NEAR = new InetSocketAddress("192.0.2.1", 40000);
  static final InetSocketAddress FAR = new InetSocketAddress("198.51.100.1", 2286);
  private static final int BATCH = 64;
  private static final int MOST_STEPS = 100_000;

  /** What the endpoint sent. */
  record Sent(TestSegment segment, InetSocketAddress to) {}

  final Endpoint endpoint;
  private final SeedProtection protection = new SeedProtection(new SeedKey("gap-proxy"));
  private final PacketBatch in = new PacketBatch(BATCH, 2 * SegmentHeader.MAX_DATAGRAM);
  private final PacketBatch out = new PacketBatch(BATCH, SegmentHeader.MAX_DATAGRAM);

  HandDriven(EndpointConfig config) {
    endpoint = new Endpoint(config, new SeedProtection(new SeedKey("gap-proxy")), new SplittableRandom(1));
  }

  /** Gives segments in one batch. {@return what the endpoint sends at once} */
  List<Sent> give(InetSocketAddress from, long nowNanos, TestSegment... segments) {
    byte[][] plain = new byte[segments.length][];
    for (int i = 0; i < segments.length; i++)
      plain[i] = segments[i].plain();
    return givePlain(from, nowNanos, plain);
  }

  /** Seals bytes that need not be well formed and gives them in one batch. {@return what the endpoint sends at once} */
  List<Sent> givePlain(InetSocketAddress from, long nowNanos, byte[]... plain) {
    in.clear();
    for (byte[] p : plain) {
      System.arraycopy(p, 0, in.next(), 0, p.length);
      in.commit(p.length, from);
    }
    protection.seal(in, 0);
    return giveSealed(in, nowNanos);
  }

  /** Gives datagrams as they are. {@return what the endpoint sends at once} */
  List<Sent> giveSealed(PacketBatch datagrams, long nowNanos) {
    endpoint.receive(datagrams, nowNanos);
    return poll(nowNanos);
  }

  /** {@return what the endpoint sends now} */
  List<Sent> poll(long nowNanos) {
    List<Sent> sent = new ArrayList<>();
    do {
      out.clear();
      endpoint.pollTransmit(out, nowNanos);
      for (int i = 0; i < out.size(); i++) {
        if (!protection.open(out.bytes(i), out.length(i)))
          throw new AssertionError("the endpoint sent what its own key does not open");
        sent.add(new Sent(TestSegment.read(out.bytes(i), out.length(i)), out.peer(i)));
      }
    } while (out.size() > 0);
    return sent;
  }

  /** Lets time pass as a real loop would. {@return what the endpoint sends meanwhile} */
  List<Sent> runUntil(long nowNanos) {
    List<Sent> sent = new ArrayList<>();
    int steps = 0;
    for (long at = endpoint.nextTimeoutNanos(); at <= nowNanos; at = endpoint.nextTimeoutNanos()) {
      endpoint.onTimeout(at);
      sent.addAll(poll(at));
      if (++steps > MOST_STEPS)
        throw new AssertionError("the endpoint is never done at " + at);
    }
    endpoint.onTimeout(nowNanos);
    sent.addAll(poll(nowNanos));
    return sent;
  }

  static List<TestSegment> segments(List<Sent> sent) {
    return sent.stream().map(Sent::segment).toList();
  }
}
