package dev.gap.mtcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Socket} that speaks mTCP: streams, timeouts, half-close and exceptions as there. Two things differ. Connecting
 * awaits nothing, so a peer that is not there shows only later ({@link #awaitPeer} asks). And the connection survives a
 * change of network address, and outages up to the configured timeout.
 */
public final class MtcpSocket extends Socket {
  private final MtcpEndpoint endpoint;
  private volatile @Nullable Conduit conduit;
  private volatile boolean closed;
  private volatile boolean inputShut;
  private volatile boolean outputShut;
  private volatile int soTimeout;
  private volatile boolean abortOnClose;

  /** A socket of {@code endpoint}, to be connected by {@link #connect(SocketAddress)}. */
  public MtcpSocket(MtcpEndpoint endpoint) throws SocketException {
    this(endpoint, null);
  }

  MtcpSocket(MtcpEndpoint endpoint, @Nullable Conduit conduit) throws SocketException {
    super(noImplementation());
    this.endpoint = endpoint;
    this.conduit = conduit;
  }

  @SuppressWarnings("NullAway") // Socket allows null: "no implementation", for subclasses that override everything
  private static SocketImpl noImplementation() {
    return null;
  }

  @Override
  public void connect(SocketAddress address) throws IOException {
    connect(address, 0);
  }

  /** Connects. It returns at once, whatever the timeout: nothing is awaited. */
  @Override
  public void connect(SocketAddress address, int timeoutMillis) throws IOException {
    if (timeoutMillis < 0) throw new IllegalArgumentException("connect: timeout can't be negative");
    if (closed) throw new SocketException("Socket closed");
    if (conduit != null) throw new SocketException("already connected");
    if (!(address instanceof InetSocketAddress inet)) throw new IllegalArgumentException("Unsupported address type");
    if (inet.isUnresolved()) throw new UnknownHostException(inet.getHostString());
    conduit = endpoint.dial(inet);
  }

  private Conduit connected() throws SocketException {
    if (closed) throw new SocketException("Socket closed");
    Conduit c = conduit;
    if (c == null) throw new SocketException("Socket is not connected");
    return c;
  }

  /** {@return whether anything valid came from the peer within {@code patience}} */
  public boolean awaitPeer(Duration patience) throws IOException {
    return connected().awaitHeard(patience.toNanos());
  }

  /** {@return the name of the user at the other end, as the server's list of users has it, or null where there is none} */
  public @Nullable String user() throws IOException {
    return connected().user();
  }

  /** {@return whether the peer is gap, and not the original} Known once {@link #awaitPeer} has returned true. */
  public boolean isGapPeer() throws IOException {
    return connected().isGapPeer();
  }

  /**
   * Waits until both directions have ended and everything has been acknowledged, or the connection has failed. Works after
   * {@link #close} too.
   *
   * @return whether that was so within {@code patience}
   */
  public boolean awaitFinished(Duration patience) throws IOException {
    Conduit c = conduit;
    return c == null || c.awaitFinished(patience.toNanos());
  }

  /** Resets the connection and closes the socket: the peer's reads fail, and do not see an end of stream. */
  public void abort() throws IOException {
    abortOnClose = true;
    close();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    Conduit c = connected();
    if (inputShut) throw new SocketException("Socket input is shutdown");
    return new Input(this, c);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    Conduit c = connected();
    if (outputShut) throw new SocketException("Socket output is shutdown");
    return new Output(this, c);
  }

  private static final class Input extends InputStream {
    private final MtcpSocket socket;
    private final Conduit conduit;

    Input(MtcpSocket socket, Conduit conduit) {
      this.socket = socket;
      this.conduit = conduit;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, to.length);
      return conduit.read(to, offset, length, socket.soTimeout);
    }

    @Override
    public int available() throws IOException {
      return socket.closed ? 0 : conduit.available();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static final class Output extends OutputStream {
    private final MtcpSocket socket;
    private final Conduit conduit;

    Output(MtcpSocket socket, Conduit conduit) {
      this.socket = socket;
      this.conduit = conduit;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      conduit.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void shutdownInput() throws IOException {
    Conduit c = connected();
    if (inputShut) throw new SocketException("Socket input is already shutdown");
    inputShut = true;
    c.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    Conduit c = connected();
    if (outputShut) throw new SocketException("Socket output is already shutdown");
    outputShut = true;
    c.shutdownOutput();
  }

  /** Closes: what was written is still delivered, unless received data was left unread, which resets the connection. */
  @Override
  public void close() throws IOException {
    if (closed) return;
    closed = true;
    Conduit c = conduit;
    if (c != null) c.close(abortOnClose);
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    if (closed) throw new SocketException("Socket closed");
    if (millis < 0) throw new IllegalArgumentException("timeout can't be negative");
    soTimeout = millis;
  }

  @Override
  public int getSoTimeout() throws SocketException {
    if (closed) throw new SocketException("Socket closed");
    return soTimeout;
  }

  /** As with TCP, on with 0 seconds means that {@link #close} resets; other values have no effect. */
  @Override
  public void setSoLinger(boolean on, int seconds) {
    abortOnClose = on && seconds == 0;
  }

  @Override
  public int getSoLinger() { return abortOnClose ? 0 : -1; }

  @Override
  public boolean isConnected() { return conduit != null; }

  @Override
  public boolean isBound() { return true; }

  @Override
  public boolean isClosed() { return closed; }

  @Override
  public boolean isInputShutdown() { return inputShut; }

  @Override
  public boolean isOutputShutdown() { return outputShut; }

  @Override
  public @Nullable InetAddress getInetAddress() {
    Conduit c = conduit;
    return c == null ? null : c.peer().getAddress();
  }

  @Override
  public int getPort() {
    Conduit c = conduit;
    return c == null ? 0 : c.peer().getPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    Conduit c = conduit;
    return c == null ? null : c.peer();
  }

  @Override
  public InetAddress getLocalAddress() { return endpoint.localAddress().getAddress(); }

  @Override
  public int getLocalPort() { return endpoint.localAddress().getPort(); }

  @Override
  public SocketAddress getLocalSocketAddress() { return endpoint.localAddress(); }

  /** The endpoint is bound already: binding again fails. */
  @Override
  public void bind(@Nullable SocketAddress address) throws IOException {
    throw new SocketException("Already bound");
  }

  /** mTCP never delays small writes. */
  @Override
  public boolean getTcpNoDelay() { return true; }

  /** Has no effect: mTCP never delays small writes. */
  @Override
  public void setTcpNoDelay(boolean on) {}

  /** Keepalive is always on; {@link MtcpConfig} has its times. */
  @Override
  public boolean getKeepAlive() { return true; }

  /** Has no effect: keepalive is always on. */
  @Override
  public void setKeepAlive(boolean on) {}

  /** {@return null: there is no channel} */
  @Override
  public @Nullable SocketChannel getChannel() { return null; }

  @Override
  public void sendUrgentData(int data) throws IOException {
    throw new SocketException("mTCP has no urgent data");
  }

  @Override
  public <T> Socket setOption(SocketOption<T> name, T value) {
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

  /** Has no effect: the engine sizes its buffers to the path. */
  @Override
  public void setReceiveBufferSize(int size) {}

  /** Has no effect: the engine sizes its buffers to the path. */
  @Override
  public void setSendBufferSize(int size) {}

  @Override
  public int getReceiveBufferSize() { return Conduit.RING_BYTES; }

  @Override
  public int getSendBufferSize() { return Conduit.RING_BYTES; }

  /** Has no effect: mTCP has no urgent data. */
  @Override
  public void setOOBInline(boolean on) {}

  @Override
  public boolean getOOBInline() { return false; }

  @Override
  public boolean getReuseAddress() { return false; }

  @Override
  public int getTrafficClass() { return 0; }

  /** Has no effect. */
  @Override
  public void setReuseAddress(boolean on) {}

  /** Has no effect. */
  @Override
  public void setTrafficClass(int trafficClass) {}

  @Override
  public String toString() {
    return "MtcpSocket[" + getRemoteSocketAddress() + "]";
  }
}
