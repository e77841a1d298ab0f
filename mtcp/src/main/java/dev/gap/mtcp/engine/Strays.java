package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.PacketBatch;

/**
 * Answers to segments that belong to no connection: a reset, so that a peer whose other side has restarted learns of it at
 * once, or the last acknowledgment of a connection that has finished. None makes a connection, each is no longer than what
 * it answers, and few wait at a time.
 */
final class Strays {
  private static final int MOST_ANSWERS = 256;

  private record Answer(InetSocketAddress to, long id, int seq, int ack, int tsVal, int tsEcr, int flags) {}

  private final ArrayDeque<Answer> answers = new ArrayDeque<>();

  /** Resets the peer's connection. {@return whether a reset will be sent} */
  boolean reset(SegmentView segment, InetSocketAddress from) {
    return !segment.has(SegmentHeader.RST)
        && add(new Answer(from, segment.connectionId(), segment.ack(), segment.seq() + 1, 0, segment.tsVal(),
            SegmentHeader.RST | SegmentHeader.ACK));
  }

  /** Answers for a connection that is over. {@return whether a reset will be sent} */
  boolean answerFor(Departed.Remains remains, SegmentView segment, InetSocketAddress from, long nowNanos) {
    if (!remains.finished()) return reset(segment, from);
    if (segment.takesNumber() && !segment.has(SegmentHeader.CNT)) {
      int clock = (int) TimeUnit.NANOSECONDS.toMillis(nowNanos - remains.createdNanos());
      add(new Answer(from, remains.id(), remains.seq(), remains.ack(), clock, segment.tsVal(), SegmentHeader.ACK));
    }
    return false;
  }

  private boolean add(Answer answer) {
    if (answers.size() >= MOST_ANSWERS) return false;
    answers.addLast(answer);
    return true;
  }

  void write(PacketBatch out) {
    while (!out.isFull()) {
      Answer a = answers.pollFirst();
      if (a == null) return;
      SegmentHeader.write(out.next(), a.id, a.seq, a.ack, a.tsVal, a.tsEcr, 0, a.flags, SegmentHeader.BYTES);
      out.commit(SegmentHeader.BYTES, a.to);
    }
  }
}
