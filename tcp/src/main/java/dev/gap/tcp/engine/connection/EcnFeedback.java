package dev.gap.tcp.engine.connection;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.TcpConfig.EcnKind;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Segment;

/**
 * What two ends tell each other about marks of congestion: with one bit (RFC 3168 section 6.1), or with a counter (RFC
 * 9768 section 3.2), and the option that {@link EcnCounters} fills.
 */
final class EcnFeedback {
  private static final int CE = 3;
  private static final int ACE = Flags.AE | Flags.CWR | Flags.ECE;
  /** What counters begin with, RFC 9768 section 3.2.1. */
  private static final int FIRST = 5;
  private static final int ACE_SHIFT = 6;
  private static final int ACE_MOST = 7;
  /** With so many segments acknowledged at a time on average, a counter that has not moved is believed. */
  private static final int THINNED = 4;
  private static final int AVERAGE_SHIFT = 6;

  /** Whether marks count on bare acknowledgments, too, and wait for the next one that is due. */
  private final boolean anywhere;
  /** Accurate ECN as Linux has it: all is marked as capable, unless a zeroed counter says that flags do not get through. */
  private final boolean careful;
  private final boolean option;
  /** Made when they are needed: most connections never need them. */
  private @Nullable EcnCounters counters;
  private EcnKind asked = EcnKind.NONE;
  private boolean asks;
  private boolean fellBack;
  private boolean mayMark = true;
  private int ackedAverage;
  private EcnKind kind = EcnKind.NONE;
  private boolean seen;
  /** ECE goes out with every acknowledgment until CWR comes, RFC 3168 section 6.1.3. */
  private boolean echoes;
  /** Marked packets that came in: r.cep of RFC 9768. */
  private int marked = FIRST;
  /** Those that the peer has told of: s.cep. */
  private int told = FIRST;
  private boolean lastWasMarked;
  /** How the SYN-ACK came in, which the first segment after it says; -1 once it was said. */
  private int handshakeMark = -1;
  private boolean awaitsHandshakeMark;

  EcnFeedback(boolean anywhere, boolean plain, boolean option) {
    this.anywhere = anywhere;
    careful = !plain;
    this.option = option && !plain;
  }

  EcnCounters counters() {
    EcnCounters made = counters;
    if (made == null) {
      made = new EcnCounters(option);
      counters = made;
    }
    return made;
  }

  /** {@return what a SYN asks for, of that which is accepted: RFC 9768 section 3.1.2, any new combination included} */
  static EcnKind ofSyn(int flags, EcnKind accepted) {
    boolean classic = (flags & Flags.ECE) != 0 && (flags & Flags.CWR) != 0;
    return switch (accepted) {
      case NONE -> EcnKind.NONE;
      case CLASSIC -> classic ? EcnKind.CLASSIC : EcnKind.NONE;
      case ACCURATE -> (flags & ACE) == 0
          ? EcnKind.NONE
          : (flags & ACE) == (Flags.ECE | Flags.CWR) ? EcnKind.CLASSIC : EcnKind.ACCURATE;
    };
  }

  private static EcnKind ofSynAck(int flags, EcnKind asked) {
    boolean classic = (flags & Flags.ECE) != 0 && (flags & Flags.CWR) == 0;
    return switch (asked) {
      case NONE -> EcnKind.NONE;
      case CLASSIC -> classic ? EcnKind.CLASSIC : EcnKind.NONE;
      // AE and ECE is what nobody says so far, and not what those say who know RFC 3168 only
      case ACCURATE -> classic && (flags & Flags.AE) == 0
          ? EcnKind.CLASSIC
          : (flags & ACE) == 0 || (flags & ACE) == ACE ? EcnKind.NONE : EcnKind.ACCURATE;
    };
  }

  /** {@return the flags of the answer to a SYN that came in with {@code mark}} */
  static int answer(EcnKind kind, int mark) {
    return switch (kind) {
      case NONE -> 0;
      case CLASSIC -> Flags.ECE;
      case ACCURATE -> telling(mark);
    };
  }

  /** RFC 9768 section 3.1.1, table 2: what the bits of an IP header were. */
  private static int telling(int mark) {
    return switch (mark & 3) {
      case 0 -> Flags.CWR;
      case 1 -> Flags.CWR | Flags.ECE;
      case 2 -> Flags.AE;
      default -> Flags.AE | Flags.CWR;
    };
  }

  void ask(EcnKind wanted) {
    asked = wanted;
    asks = wanted != EcnKind.NONE;
  }

  /** Further SYNs do not ask; an answer to one that did may still come, and tells itself from others (section 3.1.4.1). */
  void askNoMore() {
    asks = false;
    if (asked != EcnKind.ACCURATE) asked = EcnKind.NONE;
  }

  boolean isAsking() { return asks; }

  EcnKind asked() {
    return asked;
  }

  /** {@return the flags of a SYN} */
  int askingFlags() {
    if (!asks) return 0;
    return switch (asked) {
      case NONE -> 0;
      case CLASSIC -> Flags.ECE | Flags.CWR;
      case ACCURATE -> ACE;
    };
  }

  /**
   * Takes what was agreed upon with a SYN that came in with {@code mark}.
   *
   * @param uncertain the SYN came again without asking, so that something on the way may drop those that ask
   * @param withdrawn the last SYN-ACK did not agree any more
   */
  void agreeWithSyn(EcnKind agreed, int mark, boolean uncertain, boolean withdrawn) {
    kind = agreed;
    mayMark = !uncertain;
    fellBack = withdrawn;
    if (kind != EcnKind.ACCURATE) return;
    if (mark == CE) marked++;
    handshakeMark = -1;
    awaitsHandshakeMark = true;
  }

  /** {@return what a SYN-ACK agrees to} */
  EcnKind agreeWithSynAck(Segment synAck) {
    kind = ofSynAck(synAck.flags(), asked);
    if (kind != EcnKind.ACCURATE) return kind;
    counters().onHeard(synAck);
    handshakeMark = mark(synAck);
    if (handshakeMark == CE) marked++;
    if ((synAck.flags() & ACE) == telling(CE)) told++;
    return kind;
  }

  /** {@return whether marks are agreed upon, so that data may be sent as capable of them} */
  boolean isOn() {
    return kind != EcnKind.NONE;
  }

  /** {@return whether what goes out may be marked as capable of it} */
  boolean mayMark() {
    return isOn() && mayMark;
  }

  /** {@return whether bare acknowledgments and what goes out again are marked, too} */
  boolean marksAll() {
    return kind == EcnKind.ACCURATE && careful;
  }

  /** The SYN-ACK came again: the answer says how, as the first one did (RFC 9768 section 3.1.5). */
  void onSynAckAgain(Segment segment) {
    if (kind == EcnKind.ACCURATE && careful) handshakeMark = mark(segment);
  }

  boolean isAccurate() { return kind == EcnKind.ACCURATE; }

  boolean isSeen() { return seen; }

  /** {@return the flags of the next segment that is no SYN} */
  int takeFlags(TcpState state) {
    if (kind == EcnKind.CLASSIC) return echoes ? Flags.ECE : 0;
    // in TIME-WAIT the peer has nothing more to send that it could send more slowly
    if (kind == EcnKind.NONE || state == TcpState.TIME_WAIT) return 0;
    if (handshakeMark < 0) return marked << ACE_SHIFT & ACE;
    int flags = telling(handshakeMark);
    handshakeMark = -1;
    return flags;
  }

  /** Takes in the mark of a segment that counts. {@return whether it is to be acknowledged at once} */
  boolean onArrival(Segment segment) {
    boolean data = segment.payloadLength() > 0;
    boolean isMarked = segment.ip().congestionExperienced();
    if (kind == EcnKind.NONE || (kind == EcnKind.CLASSIC && !data && !anywhere)) return false;
    seen |= mark(segment) != 0;
    if (kind == EcnKind.ACCURATE) {
      counters().onHeard(segment);
      counters().onArrival(mark(segment), segment.payloadLength());
      return count(isMarked, data);
    }
    boolean begins = isMarked && !echoes && !anywhere;
    echoes |= isMarked;
    if (segment.has(Flags.CWR)) echoes = isMarked;
    return begins || (data && segment.has(Flags.CWR));
  }

  /** RFC 9768 section 3.2.2.5.1: at once when marks begin; with delayed acknowledgments else, at most two apart. */
  private boolean count(boolean isMarked, boolean data) {
    if (isMarked) marked++;
    boolean begins = data && isMarked && !lastWasMarked;
    if (data) lastWasMarked = isMarked;
    return begins;
  }

  /**
   * {@return whether an acknowledgment tells of congestion}
   *
   * @param fresh whether it is not older than others: only then its counter says something
   * @param acked how many segments it acknowledges
   * @param mss bytes of a segment
   */
  boolean tellsCongestion(Segment segment, boolean fresh, int acked, int mss) {
    if (kind != EcnKind.ACCURATE) return segment.has(Flags.ECE);
    if (segment.has(Flags.SYN)) return false;
    int ace = segment.flags() & ACE;
    if (awaitsHandshakeMark) {
      awaitsHandshakeMark = false;
      if (ace == telling(CE)) told++;
      if (ace == 0 && careful) onZeroed();
      return false;
    }
    if (!fresh) return false;
    long markedBytes = counters().onOption(segment);
    int more = moreMarks(ace >> ACE_SHIFT, acked, markedBytes, mss);
    told += more;
    return more > 0;
  }

  /** RFC 9768 section 3.2.2.4: a counter begins with five, and flags that say zero were cleared on the way. */
  private void onZeroed() {
    if (fellBack) kind = EcnKind.NONE;
    else mayMark = false;
  }

  /**
   * RFC 9768 section 3.2.2.5.2, appendix A.2: a counter of three bits may have gone round when many segments were
   * acknowledged at once. Then the option decides, or how many it usually are.
   */
  private int moreMarks(int ace, int acked, long markedBytes, int mss) {
    if (acked > 0) {
      ackedAverage = ackedAverage == 0
          ? acked << AVERAGE_SHIFT
          : (int) (((long) ackedAverage * ((1 << AVERAGE_SHIFT) - 1)
              + ((long) acked << AVERAGE_SHIFT)) >> AVERAGE_SHIFT);
    }
    int more = ace - told & ACE_MOST;
    if (acked <= ACE_MOST) return more;
    int safe = acked - (acked - more & ACE_MOST);
    if (markedBytes < 0) return ackedAverage > THINNED << AVERAGE_SHIFT ? more : safe;
    // what few segments can hold was not marked in many
    return markedBytes > (long) more * mss ? safe : more;
  }

  TcpInfo.Marks info() {
    return (counters == null ? new EcnCounters(false) : counters).info(marked - FIRST, told - FIRST);
  }

  private static int mark(Segment segment) {
    return segment.ip().trafficClass() & 3;
  }
}
