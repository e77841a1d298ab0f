package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;

import dev.gap.transport.PacketBatch;

/** INITs and answers on their way out, so many at most. */
final class Outbox {
  private static final int MOST = 1024;

  private record Datagram(byte[] bytes, InetSocketAddress to) {}

  private final ArrayDeque<Datagram> waiting = new ArrayDeque<>();

  void add(byte[] bytes, InetSocketAddress to) {
    if (waiting.size() < MOST) waiting.addLast(new Datagram(bytes, to));
  }

  boolean isEmpty() { return waiting.isEmpty(); }

  /** Moves datagrams to {@code out} as far as there is room. */
  void drainTo(PacketBatch out) {
    while (!out.isFull() && !waiting.isEmpty()) {
      Datagram d = waiting.removeFirst();
      System.arraycopy(d.bytes, 0, out.next(), 0, d.bytes.length);
      out.commit(d.bytes.length, d.to);
    }
  }
}
