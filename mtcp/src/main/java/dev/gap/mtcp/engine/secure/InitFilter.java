package dev.gap.mtcp.engine.secure;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which INITs are worth a costly look: those of the present, not seen before, and not too many of one origin. What was
 * seen is remembered exactly, until the clock that has run since the start has passed it; what is forgotten leaves a floor for
 * what the wall clock alone would let in, so that however that jumps, nothing comes in again.
 */
final class InitFilter {
  private static final int MOST_REMEMBERED = 1 << 18;
  private static final int MOST_ORIGINS = 1 << 14;
  private static final int MOST_A_SECOND = 50;
  private static final int MOST_IN_RESERVE = 200;

  /** An ephemeral key, comparable so that a hash table of chosen keys stays fast. */
  private record Seen(long a, long b, long c, long d) implements Comparable<Seen> {
    static Seen of(byte[] e) {
      return new Seen(Bytes.getLong(e, 0), Bytes.getLong(e, 8), Bytes.getLong(e, 16), Bytes.getLong(e, 24));
    }

    @Override
    public int compareTo(Seen o) {
      int byA = Long.compare(a, o.a);
      int byB = byA != 0 ? byA : Long.compare(b, o.b);
      int byC = byB != 0 ? byB : Long.compare(c, o.c);
      return byC != 0 ? byC : Long.compare(d, o.d);
    }
  }

  private record Memory(Seen seen, long unixMillis, long untilNanos) {}

  private final long skewMillis;
  private final long startUnixMillis;
  private final long startNanos;
  private final Set<Seen> seen = new HashSet<>();
  private final ArrayDeque<Memory> byAge = new ArrayDeque<>();
  private final Map<Long, Integer> thisSecond = new HashMap<>();
  private long second;
  private long reserveSecond;
  private int reserveUsed;
  private long floorMillis = Long.MIN_VALUE;

  InitFilter(long skewNanos, long unixMillis, long nowNanos) {
    skewMillis = TimeUnit.NANOSECONDS.toMillis(skewNanos);
    startUnixMillis = unixMillis;
    startNanos = nowNanos;
  }

  /**
   * {@return whether an INIT of that time may be fresh} Two clocks count: the wall's, and the one that has run since the
   * start, which no correction of the wall's moves.
   */
  boolean isTimely(long claimedMillis, long unixMillis, long nowNanos) {
    forget(nowNanos);
    long sinceStart = TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos);
    // what was recorded before a restart is not remembered here
    if (sinceStart < 2 * skewMillis && claimedMillis < startUnixMillis) return false;
    return within(claimedMillis, startUnixMillis + sinceStart)
        || (claimedMillis > floorMillis && within(claimedMillis, unixMillis));
  }

  private boolean within(long claimed, long clock) {
    return claimed >= clock - skewMillis && claimed <= clock + skewMillis;
  }

  boolean isNew(byte[] e) {
    return !seen.contains(Seen.of(e)) && seen.size() < MOST_REMEMBERED;
  }

  /** {@return whether the origin may have one more in this second} An origin is a /24 or a /56. */
  boolean isWithinRate(InetSocketAddress from, long nowNanos) {
    long now = TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    if (now != second) {
      second = now;
      thisSecond.clear();
    }
    Long origin = origin(from.getAddress());
    if (thisSecond.size() >= MOST_ORIGINS && !thisSecond.containsKey(origin)) return false;
    return thisSecond.merge(origin, 1, Integer::sum) <= MOST_A_SECOND;
  }

  /** {@return whether one more may be looked at in this second though there is room only for sessions that go on} */
  boolean isWithinReserve(long nowNanos) {
    long now = TimeUnit.NANOSECONDS.toSeconds(nowNanos);
    if (now != reserveSecond) {
      reserveSecond = now;
      reserveUsed = 0;
    }
    return ++reserveUsed <= MOST_IN_RESERVE;
  }

  private static long origin(InetAddress address) {
    byte[] bytes = address.getAddress();
    byte[] prefix = Arrays.copyOf(Arrays.copyOf(bytes, bytes.length == 4 ? 3 : 7), 8);
    prefix[7] = (byte) bytes.length;
    return Bytes.getLong(prefix, 0);
  }

  void remember(byte[] e, long claimedMillis, long nowNanos) {
    Seen s = Seen.of(e);
    seen.add(s);
    byAge.addLast(new Memory(s, claimedMillis, nowNanos + TimeUnit.MILLISECONDS.toNanos(2 * skewMillis)));
  }

  private void forget(long nowNanos) {
    long oldest = startUnixMillis + TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos) - skewMillis;
    for (Memory m = byAge.peekFirst(); m != null && m.untilNanos() - nowNanos <= 0; m = byAge.peekFirst()) {
      byAge.removeFirst();
      if (m.unixMillis() >= oldest) {
        // let in by a wall clock gone astray: it may not come in again when that time has come
        byAge.addLast(new Memory(m.seen(), m.unixMillis(), nowNanos + TimeUnit.MILLISECONDS.toNanos(2 * skewMillis)));
      } else {
        seen.remove(m.seen());
        floorMillis = Math.max(floorMillis, m.unixMillis());
      }
    }
  }
}
