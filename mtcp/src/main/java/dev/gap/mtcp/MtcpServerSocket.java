package dev.gap.mtcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** A {@link ServerSocket} that speaks mTCP. */
public final class MtcpServerSocket extends ServerSocket {
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final Duration LINGER = Duration.ofMinutes(5);

  private final MtcpEndpoint endpoint;
  private volatile int soTimeout;
  private volatile boolean closed;

  /** Listens on {@code port} of every address of this machine; 0 lets the system choose. */
  public MtcpServerSocket(MtcpConfig config, int port) throws IOException {
    this(config, new InetSocketAddress(port));
  }

  /** Listens on {@code address}. */
  public MtcpServerSocket(MtcpConfig config, InetSocketAddress address) throws IOException {
    super(); // unbound, and never bound: every method that would use the platform's socket is overridden
    endpoint = MtcpEndpoint.accepting(config, address);
  }

  /** {@return the endpoint behind it} */
  public MtcpEndpoint endpoint() {
    return endpoint;
  }

  @Override
  public MtcpSocket accept() throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(soTimeout);
    while (!closed) {
      long left = soTimeout == 0 ? CHECK_NANOS : Math.min(CHECK_NANOS, end - System.nanoTime());
      if (left <= 0) throw new SocketTimeoutException("Accept timed out");
      Conduit conduit = endpoint.accept(left);
      if (conduit != null) return new MtcpSocket(endpoint, conduit);
    }
    throw new SocketException("Socket closed");
  }

  /** Stops accepting. Accepted sockets go on; the UDP port is free when the last of them has ended. */
  @Override
  public void close() throws IOException {
    if (closed) return;
    closed = true;
    endpoint.stopAccepting();
    Thread.ofVirtual().name("mtcp-linger").start(() -> {
      try {
        endpoint.close(LINGER);
      } catch (IOException e) {
        endpoint.close();
      }
    });
  }

  /**
   * Stops accepting, gives accepted sockets {@code grace} to end, and resets the rest.
   *
   * @return whether all had ended by themselves
   */
  public boolean close(Duration grace) throws IOException {
    closed = true;
    return endpoint.close(grace);
  }

  /** Stops accepting and resets all accepted sockets. */
  public void abort() {
    closed = true;
    endpoint.close();
  }

  @Override
  public boolean isClosed() { return closed; }

  @Override
  public boolean isBound() { return true; }

  @Override
  public void bind(@Nullable SocketAddress address, int backlog) throws IOException {
    throw new SocketException("Already bound");
  }

  @Override
  public InetAddress getInetAddress() { return endpoint.localAddress().getAddress(); }

  @Override
  public int getLocalPort() { return endpoint.localAddress().getPort(); }

  @Override
  public SocketAddress getLocalSocketAddress() { return endpoint.localAddress(); }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    if (closed) throw new SocketException("Socket closed");
    if (millis < 0) throw new IllegalArgumentException("timeout can't be negative");
    soTimeout = millis;
  }

  @Override
  public int getSoTimeout() { return soTimeout; }

  /** {@return null: there is no channel} */
  @Override
  public @Nullable ServerSocketChannel getChannel() { return null; }

  /** Has no effect. */
  @Override
  public void setReuseAddress(boolean on) {}

  @Override
  public boolean getReuseAddress() { return false; }

  /** Has no effect: the engine sizes its buffers to the path. */
  @Override
  public void setReceiveBufferSize(int size) {}

  @Override
  public int getReceiveBufferSize() { return Conduit.RING_BYTES; }

  @Override
  public <T> ServerSocket setOption(SocketOption<T> name, T value) {
    throw new UnsupportedOperationException("'" + name + "' not supported");
  }

  @Override
  public <T> T getOption(SocketOption<T> name) {
    throw new UnsupportedOperationException("'" + name + "' not supported");
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return Set.of();
  }

  @Override
  public String toString() {
    return "MtcpServerSocket[" + endpoint.localAddress() + "]";
  }
}
