package dev.gap.tcp;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;

/** A {@link ServerSocket} of a {@link TcpStack}. */
public final class TcpServerSocket extends ServerSocket {
  private final TcpStack stack;
  private final StackLoop loop;
  private final Condition news;
  private final SocketSettings settings;
  private @Nullable TcpListener listener;
  private volatile boolean closed;
  private volatile int soTimeout;
  private int fastOpen;
  private Duration defer = Duration.ZERO;

  TcpServerSocket(TcpStack stack) throws IOException {
    super(); // unbound, and never bound: every method that would use the platform's socket is overridden
    this.stack = stack;
    loop = stack.loop();
    news = loop.lock().newCondition();
    settings = loop.engine().newSettings();
  }

  @Override
  public void bind(@Nullable SocketAddress endpoint) throws IOException {
    bind(endpoint, 0);
  }

  @Override
  public void bind(@Nullable SocketAddress endpoint, int backlog) throws IOException {
    InetSocketAddress address = endpoint instanceof InetSocketAddress inet ? inet : new InetSocketAddress(0);
    InetAddress host = address.getAddress();
    Address local = host == null || host.isAnyLocalAddress() ? Address.v4(0) : Address.of(host);
    open(() -> loop.engine().listen(local, address.getPort(), backlog < 1 ? 50 : backlog, settings),
        address.toString());
  }

  void bindEverywhere(int backlog) throws IOException {
    open(() -> loop.engine().listenEverywhere(backlog, settings), "every port");
  }

  private interface Opening {
    @Nullable
    TcpListener open();
  }

  private void open(Opening opening, String what) throws IOException {
    loop.lock().lock();
    try {
      if (closed) throw new SocketException("Socket is closed");
      if (listener != null) throw new SocketException("Already bound");
      loop.check();
      TcpListener made = opening.open();
      if (made == null) throw new BindException("Address already in use: " + what);
      listener = made;
      apply();
      loop.attach(this);
    } finally {
      loop.lock().unlock();
    }
  }

  private TcpListener bound() throws SocketException {
    TcpListener bound = listener;
    if (bound == null) throw new SocketException("Socket is not bound yet");
    return bound;
  }

  /** Something may have come. Called under the lock. */
  void signal() {
    TcpListener bound = listener;
    if (bound != null && (bound.waiting() > 0 || bound.hasUndecided())) news.signalAll();
  }

  void signalAll() {
    news.signalAll();
  }

  @Override
  public TcpSocket accept() throws IOException {
    loop.lock().lock();
    try {
      TcpListener bound = bound();
      long left = patience();
      for (TcpConnection connection = bound.accept();; connection = bound.accept()) {
        if (connection != null) return new TcpSocket(stack, new SocketCore(loop, connection));
        left = await(left);
      }
    } finally {
      loop.lock().unlock();
    }
  }

  /** From now on {@link #acceptSyn} is to decide on each SYN before it is answered. */
  public void setScreens(boolean on) throws SocketException {
    loop.lock().lock();
    try {
      bound().setScreens(on);
    } finally {
      loop.lock().unlock();
    }
  }

  /** Waits for a SYN. {@return a connection that wants to be} */
  public PendingConnection acceptSyn() throws IOException {
    loop.lock().lock();
    try {
      TcpListener bound = bound();
      long left = patience();
      for (HalfOpen half = bound.pollUndecided();; half = bound.pollUndecided()) {
        if (half != null) return new PendingConnection(loop, half);
        left = await(left);
      }
    } finally {
      loop.lock().unlock();
    }
  }

  private long patience() {
    return soTimeout == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(soTimeout);
  }

  private long await(long left) throws IOException {
    if (closed) throw new SocketException("Socket closed");
    loop.check();
    if (left <= 0) throw new SocketTimeoutException("Accept timed out");
    return Waits.await(news, left);
  }

  @Override
  public void close() {
    loop.lock().lock();
    try {
      if (closed) return;
      closed = true;
      TcpListener bound = listener;
      if (bound != null) loop.engine().close(bound, loop.now());
      loop.detach(this);
      news.signalAll();
      loop.attend();
    } finally {
      loop.lock().unlock();
    }
  }

  @Override
  public boolean isClosed() { return closed; }

  @Override
  public boolean isBound() { return listener != null; }

  @Override
  public int getLocalPort() {
    TcpListener bound = listener;
    return bound == null ? -1 : bound.port();
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    TcpListener bound = listener;
    return bound == null ? null : bound.address().toInetAddress();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    TcpListener bound = listener;
    return bound == null ? null : new InetSocketAddress(bound.address().toInetAddress(), bound.port());
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    if (closed) throw new SocketException("Socket is closed");
    if (millis < 0) throw new IllegalArgumentException("timeout < 0");
    soTimeout = millis;
  }

  @Override
  public int getSoTimeout() { return soTimeout; }

  /**
   * Sets what belongs to the server, or what the sockets begin with that connect from now on.
   *
   * @throws UnsupportedOperationException unless it is one of {@link #supportedOptions}
   */
  @Override
  public <T> ServerSocket setOption(SocketOption<T> name, T value) throws SocketException {
    loop.lock().lock();
    try {
      if (closed) throw new SocketException("Socket is closed");
      if (name == TcpOptions.FAST_OPEN) fastOpen = Math.max(0, TcpOptions.FAST_OPEN.type().cast(value));
      else if (name == TcpOptions.DEFER_ACCEPT) defer = TcpOptions.DEFER_ACCEPT.type().cast(value);
      else OptionTable.set(name, value, settings, null, loop.now());
      apply();
      return this;
    } finally {
      loop.lock().unlock();
    }
  }

  /** Hands to the listener what belongs to it. */
  private void apply() {
    TcpListener bound = listener;
    if (bound == null) return;
    bound.setFastOpen(fastOpen, false);
    bound.setDefer(Math.max(0, Waits.nanos(defer)));
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws SocketException {
    loop.lock().lock();
    try {
      if (closed) throw new SocketException("Socket is closed");
      if (name == TcpOptions.FAST_OPEN) return name.type().cast(fastOpen);
      if (name == TcpOptions.DEFER_ACCEPT) return name.type().cast(defer);
      return OptionTable.get(name, settings, loop.engine().config());
    } finally {
      loop.lock().unlock();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    Set<SocketOption<?>> names = new HashSet<>(OptionTable.names());
    names.add(TcpOptions.FAST_OPEN);
    names.add(TcpOptions.DEFER_ACCEPT);
    return Set.copyOf(names);
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    setOption(StandardSocketOptions.SO_RCVBUF, size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException { return getOption(StandardSocketOptions.SO_RCVBUF); }

  /** Has no effect: a port in TIME-WAIT can be listened on. */
  @Override
  public void setReuseAddress(boolean on) {}

  @Override
  public boolean getReuseAddress() { return true; }

  /** {@return null: there is no channel} */
  @Override
  public @Nullable ServerSocketChannel getChannel() { return null; }

  @Override
  public String toString() {
    return "TcpServerSocket[" + getLocalSocketAddress() + "]";
  }
}
