package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.wire.SegmentWriter;

/**
 * Where a packet to send is put: one buffer, used for one packet after another. With offload a packet may be a run of
 * segments that somebody else cuts and sums.
 */
public final class PacketSlot {
  private final byte[] bytes;
  private final int offset;
  private final boolean offload;
  private int length;
  private int segmentBytes;
  private int headers;
  private int tcpOffset;
  private boolean summed = true;

  /**
   * @param capacity bytes
   * @param offset bytes left free before the packet
   * @param offload whether packets may be runs of segments, without sums
   */
  public PacketSlot(int capacity, int offset, boolean offload) {
    bytes = new byte[capacity];
    this.offset = offset;
    this.offload = offload;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int offset() {
    return offset;
  }

  public boolean offload() {
    return offload;
  }

  /** {@return bytes of the packet, which begins at {@link #offset}} */
  public int length() {
    return length;
  }

  /** {@return the payload of each segment but the last if it is to be cut, else 0} */
  public int segmentBytes() {
    return segmentBytes;
  }

  /** {@return bytes of the IP and TCP headers} */
  public int headers() {
    return headers;
  }

  public int tcpOffset() {
    return tcpOffset;
  }

  /** {@return whether its checksum is complete} */
  public boolean isSummed() { return summed; }

  /** {@return how many bytes of payload fit at most} */
  public int room() {
    return Math.min(bytes.length - offset, 65_535) - SegmentWriter.V6_HEADER - 60;
  }

  /** Puts a whole packet there. */
  public void put(byte[] packet) {
    System.arraycopy(packet, 0, bytes, offset, packet.length);
    length = packet.length;
    segmentBytes = 0;
    summed = true;
  }

  /** Completes the segment that {@code writer} has begun here. */
  void finish(SegmentWriter writer, int payload, int segment) {
    headers = writer.headers();
    tcpOffset = writer.tcpOffset();
    summed = !offload;
    length = writer.finish(payload, summed);
    segmentBytes = payload > segment ? segment : 0;
  }
}
