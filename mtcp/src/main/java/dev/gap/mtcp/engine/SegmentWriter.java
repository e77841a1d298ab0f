package dev.gap.mtcp.engine;

import java.util.concurrent.TimeUnit;

import dev.gap.mtcp.engine.wire.SegmentHeader;

import static dev.gap.mtcp.engine.wire.SegmentHeader.*;

/**
 * The segments of one connection: each carries acknowledgment, window and timestamps, and SACK blocks as far as there is room
 * beside its data. Which is to be sent, and when, is decided elsewhere.
 */
final class SegmentWriter {
  /** A pure acknowledgment tells of at most this many ranges; more would weigh as much as the data. */
  private static final int MOST_SACK_BLOCKS = 128;

  private final long id;
  private final int mark;
  private final Receiver receiver;
  private final AckSchedule acks;
  private final Migration migration;
  private final long createdNanos;
  private int maxPayload = MAX_PAYLOAD;

  /**
   * @param marked whether segments bear the mark of gap's accepting side (docs/protocol.md, "Gap's extension")
   * @param nowNanos the origin of the connection's timestamps
   */
  SegmentWriter(long id, boolean marked, Receiver receiver, AckSchedule acks, Migration migration, long nowNanos) {
    this.id = id;
    mark = marked ? RSV : 0;
    this.receiver = receiver;
    this.acks = acks;
    this.migration = migration;
    createdNanos = nowNanos;
  }

  /** Sets how large datagrams are from now on, in bytes. */
  void setMaxDatagram(int bytes) {
    maxPayload = Math.min(bytes, MAX_DATAGRAM) - BYTES;
  }

  /** {@return the most bytes of data in a segment} */
  int maxPayload() {
    return maxPayload;
  }

  /** {@return this side's clock, which timestamps tell: milliseconds since the connection was made} */
  int clock(long nowNanos) {
    return (int) TimeUnit.NANOSECONDS.toMillis(nowNanos - createdNanos);
  }

  /** Writes an acknowledgment. {@return its length in bytes, as of all of these} */
  int pure(byte[] out, long seq, long nowNanos) {
    int blocks = receiver.writeSack(out, Math.min(MOST_SACK_BLOCKS, maxPayload / SACK_BLOCK));
    int length = header(out, seq, SegmentHeader.ACK, receiver.window(), blocks, tsVal(nowNanos));
    receiver.onAckSent();
    acks.onSent(true, nowNanos);
    return length;
  }

  /** Writes segment {@code seq} of {@code sender}, which acknowledges too. */
  int numbered(byte[] out, Sender sender, long seq, long nowNanos) {
    int data = sender.dataLength(seq);
    int room = Math.max(0, maxPayload - data) / SACK_BLOCK;
    int blocks = receiver.writeSack(out, Math.min(room, MOST_SACK_BLOCKS));
    int length = header(out, seq, sender.flags(seq), receiver.window(), blocks, tsVal(nowNanos)) + data;
    sender.copyData(seq, out, length - data);
    acks.onSent(receiver.sackFits(blocks), nowNanos);
    receiver.onAckSent();
    return length;
  }

  int reset(byte[] out, long seq, long nowNanos) {
    return header(out, seq, RST | SegmentHeader.ACK, 0, 0, clock(nowNanos));
  }

  /** {@return the timestamp of a challenge that is sent now: later than that of any segment before it} */
  int challengeTsVal(long nowNanos) {
    return clock(nowNanos) + 1;
  }

  /** Writes a challenge to an address that is not in use yet: no acknowledgment that could be missed at the one that is. */
  int challenge(byte[] out, long seq, long nowNanos) {
    return header(out, seq, SegmentHeader.ACK, receiver.window(), 0, challengeTsVal(nowNanos));
  }

  private int header(byte[] out, long seq, int flags, int window, int blocks, int tsVal) {
    int dataOffset = BYTES + SACK_BLOCK * blocks;
    SegmentHeader.write(out, id, (int) seq, (int) receiver.next(), tsVal, receiver.tsRecent(), window, flags | mark,
        dataOffset);
    return dataOffset;
  }

  private int tsVal(long nowNanos) {
    return migration.limitTsVal(clock(nowNanos));
  }
}
