package dev.gap.tcp.engine.stack;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Address;

/** What routers said of the paths to peers, RFC 1191 section 6.3: believed for ten minutes, and for so many peers. */
final class PathMtus {
  private static final long LASTS_NANOS = TcpConfig.Sizes.PATH_MTU_LASTS.toNanos();
  private static final int MOST = 4096;
  private static final int LEAST_V6 = 1280;
  /** RFC 1191 section 7.1: what to try when a router does not tell. */
  private static final int[] PLATEAUS = {65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};

  private record Known(int mtu, long until) {}

  private final Map<Address, Known> known = new LinkedHashMap<>();

  int of(Address peer, int mtu, long now) {
    if (known.isEmpty()) return mtu;
    Known entry = known.get(peer);
    return entry == null || entry.until < now ? mtu : Math.min(mtu, entry.mtu);
  }

  /** {@return the MTU to use from now on} */
  int learn(Address peer, int told, int mtu, TcpConfig.Sizes sizes, long now) {
    int before = of(peer, mtu, now);
    int least = peer.isV4() ? Math.min(sizes.minPathMtu(), before) : LEAST_V6;
    int size = Math.max(told > 0 ? told : plateauBelow(before), least);
    if (size >= before) return before;
    known.remove(peer);
    known.put(peer, new Known(size, now + LASTS_NANOS));
    if (known.size() > MOST) known.remove(known.keySet().iterator().next());
    return size;
  }

  private static int plateauBelow(int mtu) {
    for (int plateau : PLATEAUS) {
      if (plateau < mtu) return plateau;
    }
    return mtu;
  }

  void clear() {
    known.clear();
  }
}
