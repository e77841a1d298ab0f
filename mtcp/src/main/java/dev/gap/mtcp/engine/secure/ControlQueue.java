package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

/** Control messages of a session that wait to be sealed, so many at most. */
final class ControlQueue {
  private static final int MOST_DATAGRAMS = 256;
  private static final int MOST = 2 * MOST_DATAGRAMS;

  /** A control message, and whom it is for. */
  record Message(byte[] plain, InetSocketAddress to) {
    int type() {
      return plain[Control.HEADER - 1];
    }
  }

  private final ArrayDeque<Message> messages = new ArrayDeque<>();

  void add(byte[] plain, InetSocketAddress to) {
    if (messages.size() < MOST) messages.addLast(new Message(plain, to));
  }

  /** {@return whether there is room for a datagram of the application's: of those there may be less} */
  boolean hasRoomForDatagram() {
    return messages.size() < MOST_DATAGRAMS;
  }

  @Nullable
  Message poll() {
    return messages.pollFirst();
  }

  boolean isEmpty() { return messages.isEmpty(); }

  boolean hasDatagrams() {
    for (Message m : messages) {
      if (m.type() == Control.DATAGRAM) return true;
    }
    return false;
  }

  /** Forgets all but the application's: what was about keys that are no more is of no use. */
  void keepDatagrams() {
    messages.removeIf(m -> m.type() != Control.DATAGRAM);
  }
}
