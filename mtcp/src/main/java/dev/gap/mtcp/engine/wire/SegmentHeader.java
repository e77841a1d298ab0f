package dev.gap.mtcp.engine.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Where the fields of an mTCP segment lie (docs/protocol.md, "Header"), and how they are written. */
public final class SegmentHeader {
  /** Bytes before SACK list and data. */
  public static final int BYTES = 32;
  /** The largest datagram: 1500 less the headers of IPv6 and UDP. */
  public static final int MAX_DATAGRAM = 1452;
  /** The largest sum of SACK list and data. */
  public static final int MAX_PAYLOAD = MAX_DATAGRAM - BYTES;
  /** The bytes of one SACK block. */
  public static final int SACK_BLOCK = 8;
  /** The largest window the field can hold, in segments. */
  public static final int MAX_WINDOW = 0xFFFF;

  /** Ends one direction. */
  public static final int FIN = 1;
  /** Ends the connection at once. */
  public static final int RST = 2;
  /** The acknowledgment number counts. */
  public static final int ACK = 4;
  /** Opens a connection. */
  public static final int CNT = 8;
  /** Reserved in the seed; gap's accepting side sets it towards a gap dialer (docs/protocol.md, "Gap's extension"). */
  public static final int RSV = 16;

  static final int CONNECTION_ID = 4;
  static final int SEQ = 12;
  static final int ACK_NUMBER = 16;
  static final int TS_VAL = 20;
  static final int TS_ECR = 24;
  static final int WINDOW = 28;
  static final int FLAGS = 30;
  static final int FLAGS_SHIFT = 11;
  static final int OFFSET_MASK = 0x7FF;

  static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private SegmentHeader() {}

  /**
   * Writes every header field but the hash, which is the protection's.
   *
   * @param dataOffset where the data begins: 32 and 8 for each SACK block
   */
  public static void write(byte[] out, long connectionId, int seq, int ack, int tsVal, int tsEcr, int window, int flags,
      int dataOffset) {
    LONG.set(out, CONNECTION_ID, connectionId);
    INT.set(out, SEQ, seq);
    INT.set(out, ACK_NUMBER, ack);
    INT.set(out, TS_VAL, tsVal);
    INT.set(out, TS_ECR, tsEcr);
    SHORT.set(out, WINDOW, (short) window);
    SHORT.set(out, FLAGS, (short) (flags << FLAGS_SHIFT | dataOffset));
  }

  /** Writes SACK block {@code i}, both numbers inclusive. */
  public static void writeSack(byte[] out, int i, int first, int last) {
    INT.set(out, BYTES + SACK_BLOCK * i, first);
    INT.set(out, BYTES + SACK_BLOCK * i + 4, last);
  }
}
