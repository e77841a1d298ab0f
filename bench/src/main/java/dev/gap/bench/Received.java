package dev.gap.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;

/** What a library hands over by callback, to be read by a thread that waits. */
final class Received extends InputStream {
  private static final byte[] END = {};

  private final LinkedBlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>();
  private final Runnable wanted;
  private byte[] chunk = {};
  private int at;

  /** @param wanted run when a reader begins to wait */
  Received(Runnable wanted) {
    this.wanted = wanted;
  }

  void add(byte[] bytes) {
    if (bytes.length > 0) chunks.add(bytes);
  }

  void end() {
    chunks.add(END);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (at == chunk.length && !next()) return -1;
    int n = Math.min(length, chunk.length - at);
    System.arraycopy(chunk, at, into, offset, n);
    at += n;
    return n;
  }

  private boolean next() throws InterruptedIOException {
    byte[] following = chunks.poll();
    if (following == null) {
      wanted.run();
      following = take();
    }
    if (following == END) {
      chunks.add(END);
      return false;
    }
    chunk = following;
    at = 0;
    return true;
  }

  private byte[] take() throws InterruptedIOException {
    try {
      return chunks.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for bytes");
    }
  }
}
