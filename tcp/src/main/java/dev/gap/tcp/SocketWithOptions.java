package dev.gap.tcp;

import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.SocketSettings;

/** The options of a {@link TcpSocket}: kept in its settings, and told to its connection once there is one. */
abstract sealed class SocketWithOptions extends Socket permits TcpSocket {
  final StackLoop loop;
  final SocketSettings settings;
  volatile @Nullable SocketCore core;
  volatile boolean closed;
  private volatile int soTimeout;

  SocketWithOptions(StackLoop loop, @Nullable SocketCore core, SocketSettings settings) throws SocketException {
    super(noImplementation());
    this.loop = loop;
    this.core = core;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway") // Socket allows null: "no implementation", for subclasses that override everything
  private static SocketImpl noImplementation() {
    return null;
  }

  /** @throws UnsupportedOperationException unless it is one of {@link #supportedOptions} */
  @Override
  public <T> Socket setOption(SocketOption<T> name, T value) throws SocketException {
    loop.lock().lock();
    try {
      if (closed) throw new SocketException("Socket is closed");
      SocketCore c = core;
      OptionTable.set(name, value, settings, c == null ? null : c.connection(), loop.now());
      if (c != null) c.settle(loop.now());
      return this;
    } finally {
      loop.lock().unlock();
    }
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws SocketException {
    loop.lock().lock();
    try {
      if (closed) throw new SocketException("Socket is closed");
      return OptionTable.get(name, settings, loop.engine().config());
    } finally {
      loop.lock().unlock();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return OptionTable.names();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    setOption(StandardSocketOptions.TCP_NODELAY, on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException { return getOption(StandardSocketOptions.TCP_NODELAY); }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    setOption(StandardSocketOptions.SO_KEEPALIVE, on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException { return getOption(StandardSocketOptions.SO_KEEPALIVE); }

  /** Sets the idle time before the first probe, the time between probes, and how many go unanswered: finer than options do. */
  public void setKeepAliveTimes(Duration idle, Duration interval, int probes) {
    loop.lock().lock();
    try {
      settings.keepIdleNanos = Waits.nanos(idle);
      settings.keepIntervalNanos = Waits.nanos(interval);
      settings.keepProbes = probes;
      SocketCore c = core;
      if (c != null)
        c.act((connection, now) -> connection.options().setKeepaliveTimes(settings.keepIdleNanos,
            settings.keepIntervalNanos, probes, now));
    } finally {
      loop.lock().unlock();
    }
  }

  @Override
  public void setSoLinger(boolean on, int seconds) throws SocketException {
    if (on && seconds < 0) throw new IllegalArgumentException("invalid value for SO_LINGER");
    setOption(StandardSocketOptions.SO_LINGER, on ? seconds : -1);
  }

  @Override
  public int getSoLinger() throws SocketException { return getOption(StandardSocketOptions.SO_LINGER); }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    if (closed) throw new SocketException("Socket is closed");
    if (millis < 0) throw new IllegalArgumentException("timeout can't be negative");
    soTimeout = millis;
  }

  @Override
  public int getSoTimeout() { return soTimeout; }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    setOption(StandardSocketOptions.SO_SNDBUF, size);
  }

  @Override
  public int getSendBufferSize() throws SocketException { return getOption(StandardSocketOptions.SO_SNDBUF); }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    setOption(StandardSocketOptions.SO_RCVBUF, size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException { return getOption(StandardSocketOptions.SO_RCVBUF); }

  @Override
  public void setTrafficClass(int trafficClass) throws SocketException {
    setOption(StandardSocketOptions.IP_TOS, trafficClass);
  }

  @Override
  public int getTrafficClass() throws SocketException { return getOption(StandardSocketOptions.IP_TOS); }

  /** Has no effect: a port in TIME-WAIT is used again where timestamps make that safe. */
  @Override
  public void setReuseAddress(boolean on) {}

  @Override
  public boolean getReuseAddress() { return true; }

  @Override
  public void setOOBInline(boolean on) { settings.inlineUrgent = on; }

  @Override
  public boolean getOOBInline() { return settings.inlineUrgent; }

  @Override
  public boolean isClosed() { return closed; }
}
