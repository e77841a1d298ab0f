package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig.Probing;
import dev.gap.tcp.engine.TcpConfig.ProbingWhen;

/**
 * Looks for the largest packets that get through, with nobody's word but that they arrive: RFC 4821 sections 7.1 to 7.3, 7.6
 * and 7.7. Sizes are those of IP packets; what section 7.1 calls eff_pmtu is {@link #used} here.
 */
final class MtuSearch {
  static final int ANY = Integer.MAX_VALUE;
  /** What every link of IPv6 lets through, RFC 8200 section 5. */
  private static final int LEAST_V6 = 1280;

  private final Probing config;
  private final int floorMss;
  private final boolean v6;
  private boolean on;
  private int used = ANY;
  private int first;
  private int low;
  private int high = ANY;
  /** Of the probe that is under way, 0 if none is. */
  private int probe;
  /** What had arrived when large packets last seemed to vanish. */
  private long arrivedBefore = -1;
  private long waitUntil = Long.MIN_VALUE;
  private boolean done;
  private long doneNanos;
  private int arrived;
  private int lost;

  /** @param leastMss the least payload that is believed in */
  MtuSearch(Probing config, int leastMss, boolean v6) {
    this.config = config;
    floorMss = Math.max(config.floorMss(), leastMss);
    this.v6 = v6;
  }

  /**
   * The connection opens.
   *
   * @param headers bytes of every packet that are not payload
   * @param most the largest packets that path and peer are said to take
   */
  void begin(int headers, int most) {
    first = config.baseMss() + headers;
    if (config.when() != ProbingWhen.ALWAYS || on) return;
    on = true;
    low = Math.min(first, most);
    used = Math.min(config.initialMtu(), most);
  }

  /** {@return the largest packets to send, {@link #ANY} where nothing is searched for} */
  int used() {
    return used;
  }

  /** {@return how many probes arrived, and how many were lost for their size} */
  int arrived() {
    return arrived;
  }

  int lost() {
    return lost;
  }

  /** {@return the size of the next probe, 0 for none} */
  int next(int most, boolean told, long now) {
    if (!on || probe > 0 || now < waitUntil) return 0;
    int at = Math.min(used, most);
    int top = Math.min(high, most);
    if (top - at < Math.max(1, config.threshold())) {
      // where nothing speaks against it, the last step goes all the way
      if (top == most && top > at) return top;
      if (!done) doneNanos = now;
      done = true;
      if (now - doneNanos < config.interval().toNanos()) return 0;
      // section 7.3: by now the path may have become larger
      high = ANY;
      low = at;
      top = most;
      if (top == at) return 0;
    }
    done = false;
    // section 7.6.2: a router's word about the size is worth a try before all others
    if (told && top == most) return top;
    int middle = (low + top) / 2;
    return middle > at ? middle : (at + top + 1) / 2;
  }

  void onSent(int size) {
    probe = size;
  }

  /** Section 7.6.1. */
  void onArrived() {
    if (probe == 0) return;
    arrived++;
    low = probe;
    used = probe;
    probe = 0;
  }

  /**
   * Section 7.6.2: nothing but the probe was lost.
   *
   * @param until when the next one may go out: lost probes do not count as congestion, and are to be rarer than that is
   */
  void onLost(long until) {
    if (probe == 0) return;
    lost++;
    high = probe - 1;
    probe = 0;
    waitUntil = until;
  }

  /** Section 7.6.4: what became of the probe tells nothing. */
  void onUnclear() {
    probe = 0;
  }

  /** A router says how large packets may be. */
  void onTooBig(int mtu) {
    if (!on) return;
    used = Math.min(used, mtu);
    low = Math.min(low, mtu);
  }

  /**
   * Section 7.7: large packets seem to vanish. If what is safe seems to vanish, too, half of the payload is tried.
   *
   * @param headers bytes of every packet that are not payload
   * @param acknowledged as far as all has arrived: a size that something arrived with is not what is wrong
   */
  void onBlackHole(int headers, long acknowledged) {
    boolean successive = acknowledged == arrivedBefore;
    arrivedBefore = acknowledged;
    probe = 0;
    done = false;
    if (!on) low = first;
    on = true;
    if (used > low) {
      used = low;
      return;
    }
    if (low <= first && !successive) return;
    int least = floorMss + headers;
    if (v6) least = Math.max(least, Math.min(first, LEAST_V6));
    low = low > first ? first : Math.max(headers + (low - headers) / 2, Math.min(least, low));
    used = low;
  }
}
