package dev.gap.tcp.engine.send;

/** A segment, or with offload a run of them, that is to go out. Reused. */
public final class Outgoing {
  long sequence;
  int length;
  int flags;
  int segmentBytes;
  boolean retransmission;
  boolean announcesReduction;
  boolean probe;

  public long sequence() {
    return sequence;
  }

  /** {@return bytes of payload} */
  public int length() {
    return length;
  }

  /** {@return PSH and FIN as they belong there} */
  public int flags() {
    return flags;
  }

  /** {@return the payload of each segment but the last} */
  public int segmentBytes() {
    return segmentBytes;
  }

  public boolean isRetransmission() { return retransmission; }

  /** {@return whether it is larger than the others, to find out whether it gets through} */
  public boolean isProbe() {
    return probe;
  }

  /** {@return whether CWR goes along} */
  public boolean announcesReduction() {
    return announcesReduction;
  }
}
