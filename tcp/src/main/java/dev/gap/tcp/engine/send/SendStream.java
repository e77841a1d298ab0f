package dev.gap.tcp.engine.send;

import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.ByteQueue;
import dev.gap.tcp.engine.ChunkPool;

/** What the application has written and the peer has not acknowledged. FIN takes a sequence number after the last byte. */
final class SendStream {
  private final SendState s;
  private final ByteQueue bytes = new ByteQueue();
  private final Blocks blocks;
  private long base;
  private long pushed;
  private boolean finQueued;
  /** Where records end that were not sent yet. */
  private @Nullable ArrayDeque<Long> records;

  SendStream(SendState state) {
    s = state;
    blocks = new Blocks(state);
    base = state.una;
    pushed = base;
  }

  void use(ChunkPool chunks) {
    bytes.use(chunks);
  }

  /** {@return how many bytes wait or are not acknowledged} */
  int buffered() {
    return bytes.size();
  }

  /** {@return how many bytes were not sent yet} */
  int unsent() {
    return (int) Math.max(0, end() - s.next);
  }

  /** {@return the sequence number after the last byte written} */
  long end() {
    return base + bytes.size();
  }

  /** {@return whether a write that is to be pushed, or a record, ended there} */
  boolean isPushed(long sequence) {
    return sequence == pushed || (records != null && sequence == recordEnd()) || blocks.isPushed(sequence);
  }

  /** What comes after the last byte is not to share a segment with it. */
  void endRecord() {
    if (records == null) records = new ArrayDeque<>();
    if (end() > s.next) records.addLast(end());
  }

  /** {@return the end of the record that is next, or of all} */
  long recordEnd() {
    if (records == null) return end();
    while (!records.isEmpty() && records.getFirst() <= s.next)
      records.removeFirst();
    return records.isEmpty() ? end() : records.getFirst();
  }

  void add(byte[] from, int offset, int length) {
    bytes.add(from, offset, length);
  }

  /** What was written so far is to be pushed. */
  void push() {
    pushed = end();
  }

  /** A block ends here; with more than {@code half} written since the last push it is one of those that are pushed. */
  void endBlock(long half) {
    boolean pushes = end() > pushed + half;
    blocks.add(end(), pushes);
    if (pushes) pushed = end();
  }

  /** {@return how much of {@code length} goes out together} */
  long withinBlock(long length) {
    return blocks.within(length);
  }

  /** Ends the stream after what is queued. */
  void finish() {
    finQueued = true;
  }

  boolean isFinishing() { return finQueued; }

  /** {@return whether there is data or a FIN that was not sent yet} */
  boolean hasUnsent() {
    return s.next < end() || (finQueued && s.next == end());
  }

  /** The first {@code length} bytes were taken before the connection was open. */
  void skip(int length) {
    bytes.drop(length);
    base += length;
  }

  /** Drops what was acknowledged. */
  void dropAcknowledged() {
    long until = Math.min(s.una, end());
    if (until > base) {
      bytes.drop((int) (until - base));
      base = until;
    }
    pushed = Math.max(pushed, base);
  }

  void copy(long sequence, byte[] to, int offset, int length) {
    bytes.copy((int) (sequence - base), to, offset, length);
  }

  void clear() {
    bytes.clear();
    blocks.clear();
    records = null;
    finQueued = false;
    base = s.una;
  }
}
