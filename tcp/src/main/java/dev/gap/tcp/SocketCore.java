package dev.gap.tcp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpError;
import dev.gap.tcp.engine.connection.TcpInfo;
import dev.gap.tcp.engine.connection.TcpState;

/** Where applications wait for a connection: calls that block, made of the engine's calls that do not. */
final class SocketCore {
  /** What is to be done to a connection, under the lock. */
  interface Action {
    void on(TcpConnection connection, long now);
  }

  private final StackLoop loop;
  private final ReentrantLock lock;
  private final TcpConnection connection;
  private final Condition news;
  private int waiting;
  private boolean closed;

  SocketCore(StackLoop loop, TcpConnection connection) {
    this.loop = loop;
    this.connection = connection;
    lock = loop.lock();
    news = lock.newCondition();
    loop.attach(connection, this);
  }

  TcpConnection connection() {
    return connection;
  }

  /** Something has happened. Called under the lock. */
  void signal() {
    if (waiting > 0) news.signalAll();
  }

  void awaitConnected(int timeoutMillis) throws IOException {
    lock.lock();
    try {
      long left = nanos(timeoutMillis);
      while (connection.state() == TcpState.SYN_SENT || connection.state() == TcpState.SYN_RECEIVED) {
        loop.check();
        if (closed) throw new SocketException("Socket closed");
        if (left <= 0) throw new SocketTimeoutException("Connect timed out");
        left = await(left);
      }
      if (closed) throw new SocketException("Socket closed");
      TcpError error = connection.error();
      if (connection.state() == TcpState.CLOSED && error != null) throw failure(error);
    } finally {
      lock.unlock();
    }
  }

  int read(byte[] to, int offset, int length, boolean peek, int timeoutMillis) throws IOException {
    if (length == 0) return 0;
    lock.lock();
    try {
      long left = nanos(timeoutMillis);
      while (connection.readable() == 0) {
        if (closed) throw new SocketException("Socket closed");
        TcpError error = connection.error();
        if (error != null && connection.state() == TcpState.CLOSED) throw failure(error);
        if (connection.isInputEnded()) return -1;
        loop.check();
        if (left <= 0) throw new SocketTimeoutException("Read timed out");
        left = await(left);
      }
      long now = loop.now();
      int part = connection.read(to, offset, length, peek, now);
      if (connection.receiver().acksDue() > 0) settle(now);
      return part;
    } finally {
      lock.unlock();
    }
  }

  void write(byte[] from, int offset, int length) throws IOException {
    lock.lock();
    try {
      int written = 0;
      boolean waited = false;
      while (written < length) {
        if (closed) throw new SocketException("Socket closed");
        TcpError error = connection.error();
        if (error != null && connection.state() == TcpState.CLOSED) throw failure(error);
        if (connection.sender().isFinishing()) throw new SocketException("Socket output is shutdown");
        if (connection.state() == TcpState.CLOSED) throw new SocketException("Broken pipe");
        loop.check();
        // a writer that had to wait goes on when there is room for much
        int part = !waited || connection.isWritable()
            ? connection.write(from, offset + written, length - written, false, loop.now())
            : 0;
        written += part;
        waited = part == 0;
        if (part > 0) settle(loop.now());
        else await(Long.MAX_VALUE);
      }
    } finally {
      lock.unlock();
    }
  }

  void writeRecord(byte[] from, int offset, int length) throws IOException {
    lock.lock();
    try {
      write(from, offset, length);
      connection.endRecord();
    } finally {
      lock.unlock();
    }
  }

  void writeUrgent(int value) throws IOException {
    lock.lock();
    try {
      write(new byte[]{(byte) value}, 0, 1);
      connection.markUrgent();
      settle(loop.now());
    } finally {
      lock.unlock();
    }
  }

  /** {@return the urgent byte that has come out of band, or -1} */
  int readUrgent() {
    lock.lock();
    try {
      return connection.urgentByte(false);
    } finally {
      lock.unlock();
    }
  }

  int available() {
    lock.lock();
    try {
      return connection.readable();
    } finally {
      lock.unlock();
    }
  }

  /** Does something to the connection, and has what follows from it sent. */
  void act(Action action) {
    lock.lock();
    try {
      long now = loop.now();
      action.on(connection, now);
      settle(now);
    } finally {
      lock.unlock();
    }
  }

  TcpInfo info() {
    lock.lock();
    try {
      return connection.info(loop.now());
    } finally {
      lock.unlock();
    }
  }

  /** Closes; with {@code lingerNanos} it waits so long for what was written to be acknowledged. */
  void close(long lingerNanos) {
    lock.lock();
    try {
      if (closed) return;
      closed = true;
      long now = loop.now();
      connection.close(now);
      settle(now);
      signal();
      long left = lingerNanos;
      while (left > 0 && connection.sender().buffered() > 0 && connection.state() != TcpState.CLOSED
          && !loop.isClosing()) {
        try {
          left = await(left);
        } catch (InterruptedIOException e) {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  void abort() {
    act((c, _) -> {
      closed = true;
      c.abort();
    });
  }

  /** Has what follows from a change sent. To be called under the lock. */
  void settle(long now) {
    loop.engine().settle(connection, now);
    loop.attend();
  }

  private static long nanos(int timeoutMillis) {
    return timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  private long await(long nanos) throws InterruptedIOException {
    waiting++;
    try {
      return Waits.await(news, nanos);
    } finally {
      waiting--;
    }
  }

  static IOException failure(@Nullable TcpError error) {
    return switch (error) {
      case null -> new SocketException("Connection closed");
      case REFUSED -> new ConnectException("Connection refused");
      case RESET -> new SocketException("Connection reset");
      case ABORTED -> new SocketException("Socket closed");
      case BROKEN_PIPE -> new SocketException("Broken pipe");
      case TIMED_OUT -> new SocketTimeoutException("Connection timed out");
      case HOST_UNREACHABLE -> new NoRouteToHostException("Host unreachable");
      case NET_UNREACHABLE -> new NoRouteToHostException("Network unreachable");
      case PROTOCOL_UNAVAILABLE -> new SocketException("The peer does not speak TCP");
      case MESSAGE_TOO_LONG -> new SocketException("Message too long for the path");
    };
  }
}
