package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;

/**
 * Bytes of payload by the mark that they came in with: what the option of Accurate ECN tells, RFC 9768 section 3.2.3.
 * Those of ECT(1) are told first and those of ECT(0) last, so that fewer fields do where marks are those of L4S.
 */
final class EcnCounters {
  private static final int MASK = 0xff_ffff;
  private static final int ECT_1 = 1;
  private static final int ECT_0 = 2;
  private static final int FIELDS = 3;

  private final boolean enabled;
  private long ect0 = 1;
  private long ect1 = 1;
  private long ce;
  /** The last byte counts that the peer has told, and how far they have come. */
  private int told0 = 1;
  private int told1 = 1;
  private int toldCe;
  private long delivered0;
  private long delivered1;
  private long deliveredCe;
  private boolean heard;
  private boolean stopped;
  private boolean besideDuplicate;
  /** How many fields tell all that is new. */
  private int needed;

  EcnCounters(boolean enabled) {
    this.enabled = enabled;
  }

  /** Counts what has come, in order or not, once or again. */
  void onArrival(int mark, int bytes) {
    if (bytes == 0) return;
    switch (mark) {
      case 0 -> {
      }
      case ECT_1 -> {
        ect1 += bytes;
        needed = Math.max(needed, 1);
      }
      case ECT_0 -> {
        ect0 += bytes;
        needed = FIELDS;
      }
      default -> {
        ce += bytes;
        needed = Math.max(needed, 2);
      }
    }
  }

  /** The same data comes again although an acknowledgment with the option has told that it came twice: section 3.2.3.2.2. */
  void onDuplicate() {
    if (besideDuplicate) stopped = true;
  }

  /** The peer's option has come through, so that ours may be expected to. */
  void onHeard(Segment segment) {
    heard |= segment.accurateFields() >= 0;
  }

  /** {@return how many bytes more were marked, -1 if the option does not tell} */
  long onOption(Segment segment) {
    if (segment.accurateFields() <= 0) return -1;
    long before = deliveredCe;
    int now0 = segment.accurateEct0();
    int now1 = segment.accurateEct1();
    int nowCe = segment.accurateCe();
    if (now0 >= 0) {
      delivered0 += grown(told0, now0);
      told0 = now0;
    }
    if (now1 >= 0) {
      delivered1 += grown(told1, now1);
      told1 = now1;
    }
    if (nowCe < 0) return -1;
    deliveredCe += grown(toldCe, nowCe);
    toldCe = nowCe;
    return deliveredCe - before;
  }

  /** A counter of 24 bits only grows; what seems to go back is an older one. */
  private static int grown(int before, int after) {
    int more = after - before & MASK;
    return more <= MASK / 2 ? more : 0;
  }

  /** {@return how many fields are told in so many bytes of options, 0 for no option} */
  int fieldsWithin(int room) {
    if (!enabled || !heard || stopped) return 0;
    for (int fields = FIELDS; fields >= Math.max(1, needed); fields--)
      if (Options.accurateBytes(fields) <= room) return fields;
    return 0;
  }

  /** {@return whether there is something to tell that was not told yet} */
  boolean isPressing() { return needed > 0; }

  boolean isEnabled() { return enabled; }

  void tell(Options options, int fields, boolean duplicate) {
    if (fields == 0) return;
    options.accurateEcn(fields, (int) ect1 & MASK, (int) ce & MASK, (int) ect0 & MASK);
    needed = 0;
    besideDuplicate |= duplicate;
  }

  TcpInfo.Marks info(int marked, int told) {
    return new TcpInfo.Marks(marked, ce, ect0 - 1, ect1 - 1, told, deliveredCe, delivered0, delivered1);
  }
}
