package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;
import dev.gap.transport.PacketBatch;

/**
 * Segments of no connection that there is. One may open a connection; one may have overtaken that and waits for it; one may be of
 * a connection that is over and gets that one's last word; all others are answered by resets, so that nobody goes on sending to
 * what is not there. In a session the resets are the session's to send: a peer is told which connections are not known.
 */
final class Strangers {
  /** A segment numbered below this, that has heard nothing from here, may have overtaken the one that opens. */
  private static final int FIRST_FLIGHT = 32;
  private static final int MOST_RESETS = 256;

  private final boolean accepting;
  private final boolean inSession;
  private final EndpointStats stats;
  private final Departed departed;
  private final EarlySegments early = new EarlySegments();
  private final Strays strays = new Strays();
  private final ArrayDeque<Endpoint.Reset> resets = new ArrayDeque<>();
  private final SegmentView view = new SegmentView();

  /** @param salt drawn at random by the caller */
  Strangers(boolean accepting, boolean inSession, EndpointStats stats, long salt) {
    this.accepting = accepting;
    this.inSession = inSession;
    this.stats = stats;
    departed = new Departed(salt);
  }

  /** A connection is over, and its ID nobody's. */
  void onGone(Connection connection, long nowNanos) {
    departed.add(connection.id(), connection.isFinished(), connection.nextSeq(), connection.nextExpected(),
        connection.createdNanos(), nowNanos);
  }

  /** {@return whether a segment is to open a connection} If not, it has been dealt with. */
  boolean opens(SegmentView segment, InetSocketAddress from, long nowNanos) {
    Departed.Remains remains = departed.get(segment.connectionId(), nowNanos);
    if (remains != null) {
      if (strays.answerFor(remains, segment, from, nowNanos)) stats.resetsAnswered++;
      return false;
    }
    if (accepting && segment.has(SegmentHeader.CNT) && segment.seq() == 0) return true;
    stats.unknown++;
    if (accepting && segment.ack() == 0 && Integer.compareUnsigned(segment.seq(), FIRST_FLIGHT) < 0) {
      if (!segment.has(SegmentHeader.RST)) early.add(segment, from, nowNanos);
    } else {
      answer(segment, from);
    }
    return false;
  }

  /** A connection that a segment was to open is refused because there are too many. */
  void refuse(SegmentView segment) {
    // outside of a session it comes again, and then there may be room
    if (inSession) tell(segment, true);
  }

  private void answer(SegmentView segment, InetSocketAddress from) {
    if (!inSession) {
      if (strays.reset(segment, from)) stats.resetsAnswered++;
    } else if (!segment.has(SegmentHeader.RST)) {
      tell(segment, false);
    }
  }

  private void tell(SegmentView segment, boolean full) {
    if (resets.size() < MOST_RESETS) resets.addLast(new Endpoint.Reset(segment.connectionId(), full));
  }

  /** {@return the earliest segment that waits for connection {@code id}, taken out, or null} */
  EarlySegments.@Nullable Early pollEarly(long id) {
    return early.pollFor(id);
  }

  /** Answers those that have waited in vain. */
  void onTimeout(long nowNanos) {
    for (var e = early.pollExpired(nowNanos); e != null; e = early.pollExpired(nowNanos)) {
      view.parse(e.bytes(), e.bytes().length);
      answer(view, e.from());
    }
  }

  /** {@return when {@link #onTimeout} has something to do, or never} */
  long deadline() {
    return early.deadline();
  }

  /** {@return what a session's peer is to be told of a connection, or null} */
  Endpoint.@Nullable Reset pollReset() {
    return resets.pollFirst();
  }

  /** Writes answers as far as there is room. */
  void write(PacketBatch out) {
    strays.write(out);
  }
}
