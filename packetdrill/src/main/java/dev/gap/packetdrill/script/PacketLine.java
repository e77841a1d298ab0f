package dev.gap.packetdrill.script;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** A packet that comes in or is expected to go out. */
public sealed interface PacketLine extends Action {
  /** {@return whether the stack is to receive it: {@code <}} */
  boolean inbound();

  /** {@return what the script says of the IP header} */
  IpMarks ip();

  /** Which bits of the traffic class a script speaks of. */
  enum TosCheck {
    NONE, ECN, ECT0_OR_ECT1, ALL
  }

  /**
   * What a script says of the IP header; -1 where it says nothing.
   *
   * @param tos the bits that {@code check} speaks of
   */
  record IpMarks(TosCheck check, int tos, int ttl, int flowLabel) {
    static final IpMarks NONE = new IpMarks(TosCheck.NONE, 0, -1, -1);
  }

  /** Ports given in so many words. */
  record Ports(int source, int destination) {}

  /**
   * Flags of a TCP header, as their nine bits.
   *
   * @param ace the counter of Accurate ECN if the flags were written with a digit, -1 otherwise
   */
  record TcpFlags(int bits, int ace) {
    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;
    public static final int URG = 32;
    public static final int ECE = 64;
    public static final int CWR = 128;
    public static final int AE = 256;

    /** {@return whether all of {@code mask} are set} */
    public boolean has(int mask) {
      return (bits & mask) == mask;
    }
  }

  /**
   * A range of sequence numbers.
   *
   * @param start where it begins, {@link #ANYWHERE} if the script does not care: {@code ...(0)}
   * @param absolute whether it is not to be translated: written with an exclamation mark
   */
  record Sequence(long start, int length, boolean absolute) {
    public static final long ANYWHERE = -1;

    /** {@return whether a segment that begins at {@code number} is what the script expects} */
    public boolean accepts(long number) {
      return start == ANYWHERE || start == number;
    }

    /** {@return the numbers as a script has them} */
    public String text() {
      String range = start == ANYWHERE ? "..." : start + ":" + (start + length & 0xffff_ffffL);
      return range + "(" + length + ")";
    }
  }

  /**
   * The options of a TCP header.
   *
   * @param any whether the script does not care: {@code <...>}
   */
  record OptionList(boolean any, List<TcpOption> options) {
    public OptionList {
      options = List.copyOf(options);
    }
  }

  /**
   * A TCP segment.
   *
   * @param ack the acknowledgment number, 0 if there is none
   * @param window the window field as on the wire, -1 if the script does not say
   */
  record Tcp(boolean inbound, IpMarks ip, @Nullable Ports ports, TcpFlags flags, Sequence sequence, long ack,
      int window, int urgent, OptionList options) implements PacketLine {}

  /**
   * An ICMP message.
   *
   * @param code the name of its code, empty if the script gives none
   * @param mtu the MTU it tells, -1 if none
   * @param id the identifier of an echo
   * @param echoed the sequence numbers of the segment it is about, null if the script gives none
   */
  record Icmp(boolean inbound, IpMarks ip, String type, String code, long mtu, int id, @Nullable Sequence echoed)
      implements
        PacketLine {}
}
