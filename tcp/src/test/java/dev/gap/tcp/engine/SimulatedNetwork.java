package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

import dev.gap.tcp.engine.wire.Address;

/** A network of two hosts that does to packets whatever networks do, in virtual time and by a seed. */
final class SimulatedNetwork {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000;
  private static final int MOST_AT_ONCE = 200_000;
  /** Whether all packets are printed, for a look at a single seed. */
  private static final boolean TRACE = Boolean.getBoolean("gap.trace");

  /** What happens to packets on the way in one direction. */
  static final class Path {
    long delayNanos = 10 * MILLI;
    long jitterNanos;
    double loss;
    double duplication;
    double corruption;
    /** How many of those that allow it are marked for congestion. */
    double marking;
    int mtu = 65_535;
    /** Whether a router says so, and whether it says how large packets may be. */
    boolean tellsTooBig = true;
    boolean tellsMtu = true;
    boolean dark;
    /** How many come in fragments. */
    double fragmentation;
    /** Bytes a second, zero for no bound. */
    long rate;
    int queueBytes = 60_000;
    private long busyUntil = Long.MIN_VALUE / 2;

    @Override
    public String toString() {
      return "delay %d+%d ms, loss %.3f, duplication %.3f, corruption %.3f, marking %.2f, MTU %d%s%s, %d bytes/s, cuts %.2f"
          .formatted(
              delayNanos / MILLI, jitterNanos / MILLI, loss, duplication, corruption, marking, mtu,
              tellsTooBig ? "" : " not told", tellsMtu ? "" : " unnamed", rate, fragmentation);
    }
  }

  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  final SplittableRandom random;
  /** For what came late, so that old seeds mean what they meant. */
  private final SplittableRandom young;
  final List<SimulatedHost> hosts = new ArrayList<>();
  final List<Path> paths = new ArrayList<>();
  final WireWatch watch = new WireWatch();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long order;
  private long now;
  int carried;

  SimulatedNetwork(long start, SplittableRandom random) {
    now = start;
    this.random = random;
    young = new SplittableRandom(start);
  }

  long now() {
    return now;
  }

  void add(SimulatedHost host, Path outward) {
    hosts.add(host);
    paths.add(outward);
  }

  void after(long nanos, Runnable action) {
    events.add(new Event(now + nanos, order++, action));
  }

  /** Takes a packet that {@code host} sends. */
  void send(SimulatedHost host, byte[] packet) {
    carried++;
    watch.onPacket(packet, host.mtu(), host.toString());
    int index = hosts.indexOf(host);
    Path path = paths.get(index);
    boolean lost = random.nextDouble() < path.loss || path.dark || packet.length > path.mtu;
    if (TRACE) print(host + (lost ? " loses " : " sends ") + watch.describe(packet));
    if (packet.length > path.mtu && path.tellsTooBig && !path.dark) tellTooBig(host, packet, path);
    if (lost) return;
    long leaves = now;
    if (path.rate > 0) {
      long backlog = Math.max(0, path.busyUntil - now);
      if (backlog * path.rate / SECOND > path.queueBytes) return;
      path.busyUntil = Math.max(now, path.busyUntil) + packet.length * SECOND / path.rate;
      leaves = path.busyUntil;
    }
    int copies = random.nextDouble() < path.duplication ? 2 : 1;
    SimulatedHost other = hosts.get(1 - index);
    for (int i = 0; i < copies; i++) {
      byte[] copy = alter(packet.clone(), path);
      long at = leaves + path.delayNanos + (path.jitterNanos > 0 ? random.nextLong(path.jitterNanos) : 0);
      boolean cuts = path.fragmentation > 0 && young.nextDouble() < path.fragmentation;
      // a header that is damaged would be mended by cutting it
      if (cuts && Arrays.equals(copy, packet)) cut(other, copy, path, at);
      else events.add(new Event(at, order++, () -> other.receive(copy)));
    }
  }

  /** Each fragment goes its own way, and some do not arrive. */
  private void cut(SimulatedHost other, byte[] packet, Path path, long at) {
    int drawn = 8 * (1 + young.nextInt(100));
    // RFC 7112: the first has to hold all headers
    int size = packet[0] >>> 4 == 6 ? Math.max(64, drawn) : drawn;
    for (byte[] fragment : Cut.into(size, carried, packet)) {
      if (young.nextInt(100) == 0) continue;
      long late = path.jitterNanos > 0 ? young.nextLong(path.jitterNanos) : 0;
      events.add(new Event(at + late, order++, () -> other.receive(fragment)));
    }
  }

  private void print(String what) {
    System.out.printf("%12.3f %s%n", (double) now / MILLI, what);
  }

  private void tellTooBig(SimulatedHost host, byte[] packet, Path path) {
    if (random.nextDouble() < path.loss) return;
    Address router = host.address.isV4() ? Address.v4(0x0a00_00fe) : new Address(0x2001_0db8L << 32, 0xfe);
    int told = path.tellsMtu || !host.address.isV4() ? path.mtu : 0;
    byte[] answer = TestPacket.tooBig(router, host.address, packet, told);
    events.add(new Event(now + path.delayNanos, order++, () -> host.receive(answer)));
  }

  /** Flips one bit, which no checksum misses, or marks congestion. */
  private byte[] alter(byte[] packet, Path path) {
    if (random.nextDouble() < path.marking) markCongestion(packet);
    if (random.nextDouble() < path.corruption) {
      int bit = random.nextInt(packet.length * 8);
      packet[bit / 8] ^= (byte) (1 << bit % 8);
    }
    return packet;
  }

  private static void markCongestion(byte[] packet) {
    boolean v6 = packet[0] >>> 4 == 6;
    int at = 1;
    int shift = v6 ? 4 : 0;
    int ecn = packet[at] >>> shift & 3;
    if (ecn == 0) return;
    packet[at] |= (byte) (3 << shift);
    if (v6) return;
    packet[10] = 0;
    packet[11] = 0;
    byte[] header = java.util.Arrays.copyOf(packet, (packet[0] & 15) * 4);
    int sum = TestPacket.checksum(header);
    packet[10] = (byte) (sum >>> 8);
    packet[11] = (byte) sum;
  }

  /** Lets time pass until {@code done}, at most {@code nanos}. {@return whether it is done} */
  boolean run(BooleanSupplier done, long nanos) {
    long limit = now + nanos;
    int atOnce = 0;
    while (true) {
      for (SimulatedHost host : hosts)
        host.step();
      if (done.getAsBoolean()) return true;
      long next = events.isEmpty() ? Long.MAX_VALUE : events.peek().at;
      for (SimulatedHost host : hosts)
        next = Math.min(next, host.nextNanos());
      if (next > limit) {
        now = limit;
        return false;
      }
      if (next > now) {
        now = next;
        atOnce = 0;
      } else if (++atOnce > MOST_AT_ONCE) {
        throw new AssertionError("time stands still at " + now);
      }
      while (!events.isEmpty() && events.peek().at <= now)
        events.remove().action.run();
    }
  }

  /** {@return whether nothing is under way} */
  boolean isQuiet() { return events.isEmpty(); }
}
