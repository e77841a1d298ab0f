package dev.gap.packetdrill.run;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

/**
 * The error queue of a socket, as Linux has it for MSG_ZEROCOPY: each call that sends so has a number, and the queue tells
 * of the numbers of those whose data is acknowledged, what follows each other in one.
 */
final class ErrorQueue {
  /** Calls from {@code first} to {@code last} are done with. */
  record Report(long first, long last) {}

  private record Sending(long id, long end) {}

  private final ArrayDeque<Sending> sendings = new ArrayDeque<>();
  private final ArrayDeque<Report> reports = new ArrayDeque<>();
  private long nextId;
  private long news;

  /** A call has sent what ends at {@code end} of the stream. */
  void onSent(long end) {
    sendings.addLast(new Sending(nextId++, end));
  }

  /** The stream is acknowledged up to there. */
  void onAcknowledged(long position) {
    while (!sendings.isEmpty() && sendings.getFirst().end <= position) {
      long id = sendings.removeFirst().id;
      boolean continues = !reports.isEmpty() && reports.getLast().last + 1 == id;
      reports.addLast(continues ? new Report(reports.removeLast().first, id) : new Report(id, id));
      news++;
    }
  }

  /** {@return how many times there was something new so far, for edge-triggered epoll} */
  long news() {
    return news;
  }

  boolean isEmpty() { return reports.isEmpty(); }

  @Nullable
  Report poll() {
    return reports.pollFirst();
  }
}
