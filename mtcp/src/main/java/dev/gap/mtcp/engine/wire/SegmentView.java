package dev.gap.mtcp.engine.wire;

import static dev.gap.mtcp.engine.wire.SegmentHeader.*;

/**
 * A checked look at the bytes of a segment: after {@link #parse} said {@link Verdict#OK}, every accessor is safe. One
 * view is used again for each datagram.
 */
public final class SegmentView {
  /** What was found. Anything but {@link #OK} is malformed: drop it and count it. */
  public enum Verdict {
    /** Well formed. */
    OK,
    /** Shorter than a header. */
    TRUNCATED,
    /** Longer than the largest datagram. */
    OVERSIZED,
    /** The data offset lies outside the datagram or inside the header. */
    BAD_OFFSET,
    /** The SACK list is not whole blocks, or a block ends before it begins. */
    BAD_SACK,
    /** Flags that exclude each other, or data where none may be. */
    BAD_FLAGS
  }

  private byte[] bytes = new byte[0];
  private int length;
  private int flags;
  private int dataOffset;

  /** Looks at the first {@code length} bytes of {@code datagram}, which must stay unchanged while the view is used. */
  public Verdict parse(byte[] datagram, int length) {
    if (length < BYTES) return Verdict.TRUNCATED;
    if (length > MAX_DATAGRAM) return Verdict.OVERSIZED;
    bytes = datagram;
    this.length = length;
    int flagsAndOffset = (short) SHORT.get(datagram, FLAGS) & 0xFFFF;
    flags = flagsAndOffset >>> FLAGS_SHIFT;
    dataOffset = flagsAndOffset & OFFSET_MASK;
    if (dataOffset < BYTES || dataOffset > length) return Verdict.BAD_OFFSET;
    if ((dataOffset - BYTES) % SACK_BLOCK != 0) return Verdict.BAD_SACK;
    for (int i = 0; i < sackCount(); i++) {
      if (sackLast(i) - sackFirst(i) < 0) return Verdict.BAD_SACK;
    }
    return flagsMakeSense() ? Verdict.OK : Verdict.BAD_FLAGS;
  }

  /** CNT, FIN and RST carry no data, and only one of them stands in a segment. */
  private boolean flagsMakeSense() {
    int kind = flags & (CNT | FIN | RST);
    return kind == 0 || (Integer.bitCount(kind) == 1 && dataLength() == 0);
  }

  /** {@return the connection ID} */
  public long connectionId() {
    return (long) LONG.get(bytes, CONNECTION_ID);
  }

  /** {@return the sequence number} */
  public int seq() {
    return (int) INT.get(bytes, SEQ);
  }

  /** {@return the acknowledgment number} */
  public int ack() {
    return (int) INT.get(bytes, ACK_NUMBER);
  }

  /** {@return the sender's clock, in milliseconds} */
  public int tsVal() {
    return (int) INT.get(bytes, TS_VAL);
  }

  /** {@return the echo of the receiver's clock, in milliseconds} */
  public int tsEcr() {
    return (int) INT.get(bytes, TS_ECR);
  }

  /** {@return the receive window, in segments} */
  public int window() {
    return (short) SHORT.get(bytes, WINDOW) & 0xFFFF;
  }

  /** {@return whether {@code flag} is set} */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** {@return whether the segment takes a sequence number} */
  public boolean takesNumber() {
    return has(CNT | FIN) || dataLength() > 0;
  }

  /** {@return the number of SACK blocks} */
  public int sackCount() {
    return (dataOffset - BYTES) / SACK_BLOCK;
  }

  /** {@return the first number of SACK block {@code i}} */
  public int sackFirst(int i) {
    return (int) INT.get(bytes, BYTES + SACK_BLOCK * i);
  }

  /** {@return the last number, inclusive, of SACK block {@code i}} */
  public int sackLast(int i) {
    return (int) INT.get(bytes, BYTES + SACK_BLOCK * i + 4);
  }

  /** {@return where the data begins in {@link #bytes}} */
  public int dataOffset() {
    return dataOffset;
  }

  /** {@return the length of the data in bytes} */
  public int dataLength() {
    return length - dataOffset;
  }

  /** {@return the whole datagram's length in bytes} */
  public int length() {
    return length;
  }

  /** {@return the datagram} */
  public byte[] bytes() {
    return bytes;
  }
}
