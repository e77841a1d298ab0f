package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig.EcnKind;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Segment;

/**
 * What two ends tell each other about marks of congestion: with one bit (RFC 3168 section 6.1), or with a counter (RFC
 * 9768 section 3.2, without its option).
 */
final class EcnFeedback {
  private static final int CE = 3;
  private static final int ACE = Flags.AE | Flags.CWR | Flags.ECE;
  /** What counters begin with, RFC 9768 section 3.2.1. */
  private static final int FIRST = 5;
  private static final int ACE_SHIFT = 6;

  /** Whether marks count on bare acknowledgments, too, and wait for the next one that is due. */
  private final boolean anywhere;
  private EcnKind asked = EcnKind.NONE;
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

  EcnFeedback(boolean anywhere) {
    this.anywhere = anywhere;
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
      case ACCURATE -> classic
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
  }

  EcnKind asked() {
    return asked;
  }

  /** {@return the flags of a SYN} */
  int askingFlags() {
    return switch (asked) {
      case NONE -> 0;
      case CLASSIC -> Flags.ECE | Flags.CWR;
      case ACCURATE -> ACE;
    };
  }

  /** Takes what was agreed upon with a SYN that came in with {@code mark}. */
  void agreeWithSyn(EcnKind agreed, int mark) {
    kind = agreed;
    if (kind != EcnKind.ACCURATE) return;
    if (mark == CE) marked++;
    handshakeMark = -1;
    awaitsHandshakeMark = true;
  }

  /** {@return what a SYN-ACK agrees to} */
  EcnKind agreeWithSynAck(Segment synAck) {
    kind = ofSynAck(synAck.flags(), asked);
    if (kind != EcnKind.ACCURATE) return kind;
    handshakeMark = mark(synAck);
    if (handshakeMark == CE) marked++;
    if ((synAck.flags() & ACE) == telling(CE)) told++;
    return kind;
  }

  /** {@return whether marks are agreed upon, so that data may be sent as capable of them} */
  boolean isOn() {
    return kind != EcnKind.NONE;
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
    if (kind == EcnKind.ACCURATE) return count(isMarked, data);
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
   */
  boolean tellsCongestion(Segment segment, boolean fresh) {
    if (kind != EcnKind.ACCURATE) return segment.has(Flags.ECE);
    if (segment.has(Flags.SYN)) return false;
    int ace = segment.flags() & ACE;
    if (awaitsHandshakeMark) {
      awaitsHandshakeMark = false;
      if (ace == telling(CE)) told++;
      return false;
    }
    if (!fresh) return false;
    int more = (ace >> ACE_SHIFT) - told & 7;
    told += more;
    return more > 0;
  }

  private static int mark(Segment segment) {
    return segment.ip().trafficClass() & 3;
  }
}
