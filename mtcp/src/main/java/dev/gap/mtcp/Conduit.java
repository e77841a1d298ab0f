package dev.gap.mtcp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.CloseReason;
import dev.gap.mtcp.engine.Connection;

/**
 * What lies between the application's threads and the engine's: bytes on their way in and out, and what each side wants of
 * the other. The application blocks here; the engine's thread comes by in {@link #exchange} and never waits.
 */
final class Conduit {
  static final int RING_BYTES = 256 << 10;

  /** How an application's thread calls the engine's. */
  interface Attention {
    void call(Conduit conduit);
  }

  private final Connection connection;
  private final @Nullable String user;
  private final Attention attention;
  private final InetSocketAddress firstPeer;
  private final AtomicBoolean called = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readable = lock.newCondition();
  private final Condition writable = lock.newCondition();
  private final Condition settled = lock.newCondition();
  private final ByteRing incoming = new ByteRing(RING_BYTES);
  private final ByteRing outgoing = new ByteRing(RING_BYTES);
  private final byte[] passage = new byte[16 << 10];

  // wishes of the application
  private boolean outputShut;
  private boolean inputShut;
  private boolean closed;
  private boolean resetWanted;

  // news from the engine
  private boolean heard;
  private boolean gapPeer;
  private boolean endOfStream;
  private boolean inputWaits;
  private boolean finished;
  private @Nullable CloseReason failure;

  Conduit(Connection connection, @Nullable String user, Attention attention) {
    this.connection = connection;
    this.user = user;
    this.attention = attention;
    firstPeer = connection.peer();
  }

  Connection connection() {
    return connection;
  }

  @Nullable
  String user() {
    return user;
  }

  InetSocketAddress peer() {
    return firstPeer;
  }

  // ---- the application's side

  int read(byte[] to, int offset, int length, int timeoutMillis) throws IOException {
    if (length == 0) return 0;
    lock.lock();
    try {
      long left = timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (incoming.size() == 0) {
        if (closed) throw new SocketException("Socket closed");
        if (inputShut || endOfStream) return -1;
        if (failure != null) throw failure(failure);
        if (left <= 0) throw new SocketTimeoutException("Read timed out");
        left = await(readable, left);
      }
      int n = incoming.get(to, offset, length);
      if (inputWaits && incoming.size() <= RING_BYTES / 2) call();
      return n;
    } finally {
      lock.unlock();
    }
  }

  void write(byte[] from, int offset, int length) throws IOException {
    lock.lock();
    try {
      int written = 0;
      while (written < length) {
        if (closed) throw new SocketException("Socket closed");
        if (outputShut) throw new SocketException("Socket output is shutdown");
        if (failure != null) throw failure(failure);
        if (finished) throw new SocketException("Broken pipe");
        int n = outgoing.put(from, offset + written, length - written);
        written += n;
        if (n > 0) call();
        else await(writable, Long.MAX_VALUE);
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // every caller loops
  private static long await(Condition condition, long nanos) throws InterruptedIOException {
    try {
      if (nanos != Long.MAX_VALUE) return condition.awaitNanos(nanos);
      condition.await();
      return nanos;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  static SocketException failure(CloseReason reason) {
    return new SocketException(switch (reason) {
      case RESET_BY_PEER -> "Connection reset";
      case RESET -> "Socket closed";
      case TIMED_OUT -> "Connection timed out";
      case PEER_DEAD -> "Connection timed out: the peer answered no keepalive probe";
      case PEER_RESTARTED -> "Connection reset: the peer has been started again and knows it no more";
      case REFUSED -> "Connection refused: the peer has as many connections as it takes";
      case SESSION_CLOSED -> "Connection reset: the peer has closed the session";
      case FINISHED -> "Connection finished";
    });
  }

  int available() {
    lock.lock();
    try {
      return incoming.size();
    } finally {
      lock.unlock();
    }
  }

  void shutdownOutput() {
    lock.lock();
    try {
      outputShut = true;
      call();
    } finally {
      lock.unlock();
    }
  }

  void shutdownInput() {
    lock.lock();
    try {
      inputShut = true;
      incoming.clear();
      readable.signalAll();
      call();
    } finally {
      lock.unlock();
    }
  }

  /** @param abort whether to reset the connection even if everything was read and nothing waits to be sent */
  void close(boolean abort) {
    lock.lock();
    try {
      if (closed && (!abort || resetWanted)) return;
      closed = true;
      resetWanted = abort || (incoming.size() > 0 && !inputShut);
      incoming.clear();
      if (resetWanted) outgoing.clear();
      readable.signalAll();
      writable.signalAll();
      settled.signalAll();
      call();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the peer was heard. {@return whether it was, before the time ran out} */
  boolean awaitHeard(long nanos) throws IOException {
    lock.lock();
    try {
      long left = nanos;
      while (!heard && failure == null && !closed && left > 0)
        left = await(settled, left);
      return heard;
    } finally {
      lock.unlock();
    }
  }

  /** Waits, at most {@code nanos}, until what was written has been acknowledged or the connection is over. */
  boolean awaitFinished(long nanos) throws IOException {
    lock.lock();
    try {
      long left = nanos;
      while (!finished && left > 0)
        left = await(settled, left);
      return finished;
    } finally {
      lock.unlock();
    }
  }

  boolean isGapPeer() {
    lock.lock();
    try {
      return gapPeer;
    } finally {
      lock.unlock();
    }
  }

  private void call() {
    if (called.compareAndSet(false, true)) attention.call(this);
  }

  // ---- the engine's side

  /** Moves bytes and news both ways. Runs on the engine's thread. {@return whether the connection is over, and nothing of
   * it is left to be moved} */
  boolean exchange() {
    called.set(false);
    lock.lock();
    try {
      sendOut();
      takeIn();
      learn();
      return finished && !inputWaits;
    } finally {
      lock.unlock();
    }
  }

  private void sendOut() {
    if (resetWanted) {
      connection.reset();
      return;
    }
    boolean moved = false;
    while (outgoing.size() > 0) {
      int n = connection.write(outgoing.array(), outgoing.headOffset(), outgoing.headLength());
      if (n == 0) break;
      outgoing.skip(n);
      moved = true;
    }
    if (moved) writable.signalAll();
    if (outgoing.size() > 0 && connection.closeReason() == null) return;
    if (closed) connection.close();
    else if (outputShut) connection.shutdownOutput();
  }

  private void takeIn() {
    boolean discard = inputShut && !closed;
    boolean moved = false;
    inputWaits = false;
    while (!closed) {
      int room = Math.min(discard ? passage.length : incoming.room(), passage.length);
      if (room == 0) break;
      int n = connection.read(passage, 0, room);
      if (n == 0) break;
      moved = true;
      if (n < 0) {
        endOfStream = true;
        break;
      }
      if (!discard) incoming.put(passage, 0, n);
    }
    inputWaits = !closed && (connection.readableBytes() > 0 || (connection.isInputFinished() && !endOfStream));
    if (moved) readable.signalAll();
  }

  private void learn() {
    if (!heard && connection.isHeard()) {
      heard = true;
      gapPeer = connection.isGapPeer();
      settled.signalAll();
    }
    CloseReason reason = connection.closeReason();
    if (reason == null || finished) return;
    finished = true;
    if (reason != CloseReason.FINISHED) failure = reason;
    readable.signalAll();
    writable.signalAll();
    settled.signalAll();
  }
}
