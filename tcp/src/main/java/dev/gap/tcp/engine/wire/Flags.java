package dev.gap.tcp.engine.wire;

/** The nine flags of a TCP header, RFC 9293 section 3.1, RFC 3168 section 6.1, and NS (RFC 3540), which is AE today. */
public final class Flags {
  public static final int FIN = 0x001;
  public static final int SYN = 0x002;
  public static final int RST = 0x004;
  public static final int PSH = 0x008;
  public static final int ACK = 0x010;
  public static final int URG = 0x020;
  public static final int ECE = 0x040;
  public static final int CWR = 0x080;
  public static final int AE = 0x100;

  private Flags() {}
}
