package dev.gap.tcp.engine.connection;

/** The stream as the application reads it: with urgent data out of band or in line, RFC 6093. */
final class InputStreamView {
  private final TcpConnection c;

  InputStreamView(TcpConnection connection) {
    c = connection;
  }

  /** {@return bytes that can be read; 0 also at the end} */
  int readable() {
    int there = c.receiver.readable();
    long mark = c.urgent.position();
    if (mark < 0 || c.settings.inlineUrgent) return there;
    boolean inside = mark >= c.receiver.next() - endOffset() - there && mark < c.receiver.next() - endOffset();
    return inside ? there - 1 : there;
  }

  private int endOffset() {
    return c.receiver.finReached() ? 1 : 0;
  }

  /** Reads at most {@code length} bytes, and not over an urgent one. {@return how many} */
  int read(byte[] to, int offset, int length, boolean peek, long now) {
    long position = c.receiver.next() - endOffset() - c.receiver.readable();
    long mark = c.urgent.position();
    int skip = 0;
    int most = length;
    if (mark >= 0) {
      if (mark == position && !c.settings.inlineUrgent) skip = 1;
      else if (mark > position) most = (int) Math.min(most, mark - position);
    }
    int part = c.receiver.read(to, offset, Math.max(0, Math.min(most, c.receiver.readable() - skip)), peek, skip);
    if (peek) return part;
    c.urgent.passed(position + part + skip);
    if (part + skip > 0) c.receiver.onRead(part + skip, c.sender.rtt().smoothedNanos(), now);
    return part;
  }

  /** {@return the urgent byte, -1 if none has arrived that is not in line} */
  int urgentByte(boolean peek) {
    if (c.settings.inlineUrgent || !c.urgent.isReadable()) return -1;
    int value = c.urgent.value() & 0xff;
    if (!peek) c.urgent.onRead();
    return value;
  }

  /** {@return whether the next byte is the one after urgent data} */
  boolean isAtMark() {
    long position = c.receiver.next() - endOffset() - c.receiver.readable();
    return c.urgent.position() == position;
  }
}
