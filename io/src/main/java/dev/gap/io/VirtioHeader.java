package dev.gap.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What the kernel says of a packet of a {@link TunPort} with offload: {@code struct virtio_net_hdr}, whose numbers have
 * the byte order of the machine.
 *
 * @param needsChecksum whether the checksum is still to be completed, from {@code checksumStart} on, into
 *   {@code checksumStart + checksumOffset}, where the sum of the pseudo header stands already
 * @param segmentation how the packet is to be cut
 * @param headerLength bytes of all headers, repeated before each segment; a hint
 * @param segmentBytes the payload of each segment but the last; 0 if it is not to be cut
 * @param checksumStart counted from the beginning of the IP packet
 * @param checksumOffset counted from {@code checksumStart}
 */
public record VirtioHeader(boolean needsChecksum, Segmentation segmentation, int headerLength, int segmentBytes,
    int checksumStart, int checksumOffset) {
  /** How long it is. */
  public static final int BYTES = 10;

  /** Of a packet that is whole: nothing to cut, nothing to sum. */
  public static final VirtioHeader NONE = new VirtioHeader(false, Segmentation.NONE, 0, 0, 0, 0);

  private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final int NEEDS_CHECKSUM = 1;
  private static final int EXPLICIT_CONGESTION = 0x80;

  /** What kind of run of segments a packet is. */
  public enum Segmentation {
    /** One packet. */
    NONE(0),
    /** TCP over IPv4. */
    TCP4(1),
    /** UDP, cut into IP fragments. */
    UDP_FRAGMENTS(3),
    /** TCP over IPv6. */
    TCP6(4),
    /** UDP, cut into datagrams. */
    UDP(5);

    private final int code;

    Segmentation(int code) {
      this.code = code;
    }

    private static Segmentation of(int code) {
      for (Segmentation value : values()) {
        if (value.code == code) return value;
      }
      throw new IllegalArgumentException("the kernel knows a segmentation that this does not: " + code);
    }
  }

  /** {@return the header that stands at {@code at}} */
  public static VirtioHeader read(byte[] bytes, int at) {
    return new VirtioHeader((bytes[at] & NEEDS_CHECKSUM) != 0,
        Segmentation.of(bytes[at + 1] & 0xff & ~EXPLICIT_CONGESTION), number(bytes, at + 2), number(bytes, at + 4),
        number(bytes, at + 6), number(bytes, at + 8));
  }

  /** Puts it at {@code at}. */
  public void write(byte[] bytes, int at) {
    bytes[at] = (byte) (needsChecksum ? NEEDS_CHECKSUM : 0);
    bytes[at + 1] = (byte) segmentation.code;
    SHORT.set(bytes, at + 2, (short) headerLength);
    SHORT.set(bytes, at + 4, (short) segmentBytes);
    SHORT.set(bytes, at + 6, (short) checksumStart);
    SHORT.set(bytes, at + 8, (short) checksumOffset);
  }

  private static int number(byte[] bytes, int at) {
    return Short.toUnsignedInt((short) SHORT.get(bytes, at));
  }
}
