package dev.gap.tcp.engine.stack;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Md5Key;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;

/** Packets that belong to no connection: resets, cookies, echoes. So many wait at most, the rest is dropped. */
final class StrayReplies {
  private static final int MOST = 1024;

  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private final byte[] scratch = new byte[SegmentWriter.V6_HEADER + 60 + Options.MAX_BYTES];
  private final Options none = new Options().clear();

  void add(byte[] packet) {
    if (waiting.size() < MOST) waiting.addLast(packet);
  }

  /**
   * Answers a segment that nothing here belongs to, RFC 9293 section 3.10.7.1.
   *
   * @param key what the segment is signed with, and the answer has to be; null for none
   */
  void reset(Segment segment, SegmentWriter writer, int hopLimit, @Nullable Md5Key key) {
    if (segment.has(Flags.RST) || !segment.ip().source().isUnicast()) return;
    boolean acks = segment.has(Flags.ACK);
    int sequence = acks ? segment.ack() : 0;
    int ack = acks ? 0 : segment.sequence() + segment.length();
    segment(Frame.answering(segment, 0, hopLimit, true).withKey(key), writer, sequence, ack,
        acks ? Flags.RST : Flags.RST | Flags.ACK, 0, none.clear());
  }

  void segment(Frame frame, SegmentWriter writer, int sequence, int ack, int flags, int window, Options options) {
    writer.begin(scratch, 0, frame, 0, sequence, ack, flags, window, 0, options);
    byte[] packet = new byte[writer.finish(0, true)];
    System.arraycopy(scratch, 0, packet, 0, packet.length);
    add(packet);
  }

  boolean poll(PacketSlot slot) {
    byte @Nullable [] packet = waiting.pollFirst();
    if (packet == null) return false;
    slot.put(packet);
    return true;
  }

  boolean isEmpty() { return waiting.isEmpty(); }
}
