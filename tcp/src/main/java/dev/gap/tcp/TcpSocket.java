package dev.gap.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpInfo;
import dev.gap.tcp.engine.wire.Address;

/**
 * A {@link Socket} of a {@link TcpStack}: streams, timeouts, half-close, options and exceptions as there, and a few more
 * that Linux has.
 */
public final class TcpSocket extends Socket {
  private final TcpStack stack;
  private final StackLoop loop;
  private final SocketSettings settings;
  private volatile @Nullable SocketCore core;
  private @Nullable InetSocketAddress bound;
  private volatile boolean closed;
  private volatile boolean inputShut;
  private volatile boolean outputShut;
  private volatile int soTimeout;

  TcpSocket(TcpStack stack) throws SocketException {
    super(noImplementation());
    this.stack = stack;
    loop = stack.loop();
    settings = loop.engine().newSettings();
  }

  TcpSocket(TcpStack stack, SocketCore core) throws SocketException {
    super(noImplementation());
    this.stack = stack;
    this.core = core;
    loop = stack.loop();
    settings = core.connection().settings();
  }

  @SuppressWarnings("NullAway") // Socket allows null: "no implementation", for subclasses that override everything
  private static SocketImpl noImplementation() {
    return null;
  }

  @Override
  public void bind(@Nullable SocketAddress address) throws IOException {
    if (core != null || bound != null) throw new SocketException("Already bound");
    bound = address instanceof InetSocketAddress inet ? inet : new InetSocketAddress(0);
  }

  @Override
  public void connect(SocketAddress address) throws IOException {
    connect(address, 0);
  }

  @Override
  public void connect(SocketAddress address, int timeoutMillis) throws IOException {
    start(address, new byte[0], 0, timeoutMillis).core.awaitConnected(timeoutMillis);
  }

  /**
   * Connects and writes, with TCP Fast Open (RFC 7413): as much as fits goes in the SYN if the server has given a cookie
   * before; else the SYN asks for one. Returns when all is queued, which may be before the handshake is done.
   */
  public void connectAndWrite(SocketAddress address, byte[] data, int offset, int length) throws IOException {
    byte[] part = Arrays.copyOfRange(data, offset, offset + length);
    Started started = start(address, part, length, 0);
    started.core.awaitConnected(0);
    if (started.written < length) started.core.write(part, started.written, length - started.written);
  }

  /** A connection under way, and how much was queued for its SYN. */
  private record Started(SocketCore core, int written) {}

  private Started start(SocketAddress address, byte[] data, int length, int timeoutMillis) throws IOException {
    if (timeoutMillis < 0) throw new IllegalArgumentException("connect: timeout can't be negative");
    if (closed) throw new SocketException("Socket closed");
    if (core != null) throw new SocketException("already connected");
    if (!(address instanceof InetSocketAddress inet)) throw new IllegalArgumentException("Unsupported address type");
    if (inet.isUnresolved()) throw new UnknownHostException(inet.getHostString());
    InetSocketAddress from = bound;
    InetAddress local = from == null || from.getAddress().isAnyLocalAddress()
        ? stack.localFor(inet.getAddress())
        : from.getAddress();
    loop.lock().lock();
    try {
      loop.check();
      long now = loop.now();
      TcpConnection connection = loop.engine().prepare(Address.of(local), from == null ? 0 : from.getPort(),
          Address.of(inet.getAddress()), inet.getPort(), settings, now);
      if (connection == null) throw new SocketException("Cannot assign requested address: no port is free");
      SocketCore made = new SocketCore(loop, connection);
      boolean fast = length > 0 || settings.fastOpenConnect;
      boolean carries = length > 0 && loop.engine().canFastOpen(connection.remote(), settings, now);
      loop.engine().start(connection, fast, now);
      int written = carries ? connection.write(data, 0, Math.min(length, connection.synRoom()), false, now) : 0;
      loop.engine().settle(connection, now);
      loop.attend();
      core = made;
      return new Started(made, written);
    } finally {
      loop.lock().unlock();
    }
  }

  private SocketCore connected() throws SocketException {
    if (closed) throw new SocketException("Socket closed");
    SocketCore c = core;
    if (c == null) throw new SocketException("Socket is not connected");
    return c;
  }

  /** {@return how the connection is doing} */
  public TcpInfo info() throws SocketException {
    SocketCore c = core;
    if (c == null) throw new SocketException("Socket is not connected");
    return c.info();
  }

  /** Resets the connection and closes the socket: the peer's reads fail, and do not see an end of stream. */
  public void abort() {
    closed = true;
    SocketCore c = core;
    if (c != null) c.abort();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    SocketCore c = connected();
    if (inputShut) throw new SocketException("Socket input is shutdown");
    return new SocketInput(this, c);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    SocketCore c = connected();
    if (outputShut) throw new SocketException("Socket output is shutdown");
    return new SocketOutput(this, c);
  }

  @Override
  public void shutdownInput() throws IOException {
    SocketCore c = connected();
    if (inputShut) throw new SocketException("Socket input is already shutdown");
    inputShut = true;
    c.act((connection, _) -> connection.shutdownInput());
  }

  @Override
  public void shutdownOutput() throws IOException {
    SocketCore c = connected();
    if (outputShut) throw new SocketException("Socket output is already shutdown");
    outputShut = true;
    c.act(TcpConnection::shutdownOutput);
  }

  /** Closes: what was written is still delivered, unless received data was left unread, which resets the connection. */
  @Override
  public void close() throws IOException {
    if (closed) return;
    closed = true;
    SocketCore c = core;
    if (c == null) return;
    c.close(settings.linger ? Duration.ofSeconds(settings.lingerSeconds).toNanos() : 0);
  }

  // urgent data, RFC 6093

  @Override
  public void sendUrgentData(int data) throws IOException {
    connected().writeUrgent(data);
  }

  /** {@return the urgent byte that has come, or -1; not with {@link #setOOBInline}, where it is in the stream} */
  public int readUrgentData() throws SocketException {
    return connected().readUrgent();
  }

  @Override
  public void setOOBInline(boolean on) { settings.inlineUrgent = on; }

  @Override
  public boolean getOOBInline() { return settings.inlineUrgent; }

  // options

  private void change(SocketCore.Action action) {
    SocketCore c = core;
    if (c != null) c.act(action);
  }

  @Override
  public void setTcpNoDelay(boolean on) {
    settings.noDelay = on;
    change((connection, _) -> connection.options().setNoDelay(on));
  }

  @Override
  public boolean getTcpNoDelay() { return settings.noDelay; }

  /** Holds back what does not fill a segment, for a retransmission timeout at most: Linux's TCP_CORK. */
  public void setCork(boolean on) {
    settings.cork = on;
    change((connection, _) -> connection.options().setCork(on));
  }

  @Override
  public void setKeepAlive(boolean on) {
    settings.keepalive = on;
    change((connection, now) -> connection.options().setKeepalive(on, now));
  }

  @Override
  public boolean getKeepAlive() { return settings.keepalive; }

  /** Sets the idle time before the first probe, the time between probes, and how many go unanswered. */
  public void setKeepAliveTimes(Duration idle, Duration interval, int probes) {
    settings.keepIdleNanos = idle.toNanos();
    settings.keepIntervalNanos = interval.toNanos();
    settings.keepProbes = probes;
    change(
        (connection, now) -> connection.options().setKeepaliveTimes(idle.toNanos(), interval.toNanos(), probes, now));
  }

  /** Ends the connection when data is not acknowledged for so long, RFC 5482; zero for the usual number of retries. */
  public void setUserTimeout(Duration timeout) {
    settings.userTimeoutNanos = timeout.toNanos();
  }

  /** Chooses the congestion control. */
  public void setCongestionControl(Algorithm algorithm) {
    settings.algorithm = algorithm;
    change((connection, _) -> connection.options().setAlgorithm(algorithm));
  }

  @Override
  public void setSoLinger(boolean on, int seconds) {
    if (on && seconds < 0) throw new IllegalArgumentException("invalid value for SO_LINGER");
    settings.linger = on;
    settings.lingerSeconds = seconds;
  }

  @Override
  public int getSoLinger() { return settings.linger ? settings.lingerSeconds : -1; }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    if (closed) throw new SocketException("Socket closed");
    if (millis < 0) throw new IllegalArgumentException("timeout can't be negative");
    soTimeout = millis;
  }

  @Override
  public int getSoTimeout() { return soTimeout; }

  @Override
  public void setSendBufferSize(int size) {
    if (size <= 0) throw new IllegalArgumentException("negative send size");
    settings.sendBuffer = size;
    change((connection, _) -> connection.options().setBuffers(0, size));
  }

  @Override
  public int getSendBufferSize() {
    return settings.sendBuffer > 0 ? settings.sendBuffer : loop.engine().config().buffers().send();
  }

  @Override
  public void setReceiveBufferSize(int size) {
    if (size <= 0) throw new IllegalArgumentException("invalid receive size");
    settings.receiveBuffer = size;
    change((connection, _) -> connection.options().setBuffers(size, 0));
  }

  @Override
  public int getReceiveBufferSize() {
    return settings.receiveBuffer > 0 ? settings.receiveBuffer : loop.engine().config().buffers().receive();
  }

  @Override
  public void setTrafficClass(int trafficClass) {
    if (trafficClass < 0 || trafficClass > 255) throw new IllegalArgumentException("tc is not in range 0 -- 255");
    settings.trafficClass = trafficClass;
    change((connection, _) -> connection.options().setTrafficClass(trafficClass, settings.hopLimit));
  }

  @Override
  public int getTrafficClass() { return settings.trafficClass; }

  /** Has no effect: a port in TIME-WAIT is used again where timestamps make that safe. */
  @Override
  public void setReuseAddress(boolean on) {}

  @Override
  public boolean getReuseAddress() { return true; }

  // what it is

  @Override
  public boolean isConnected() { return core != null; }

  @Override
  public boolean isBound() { return core != null || bound != null; }

  @Override
  public boolean isClosed() { return closed; }

  @Override
  public boolean isInputShutdown() { return inputShut; }

  @Override
  public boolean isOutputShutdown() { return outputShut; }

  @Override
  public @Nullable InetAddress getInetAddress() {
    SocketCore c = core;
    return c == null ? null : c.connection().remote().toInetAddress();
  }

  @Override
  public int getPort() {
    SocketCore c = core;
    return c == null ? 0 : c.connection().remotePort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    InetAddress address = getInetAddress();
    return address == null ? null : new InetSocketAddress(address, getPort());
  }

  @Override
  public InetAddress getLocalAddress() {
    SocketCore c = core;
    InetSocketAddress from = bound;
    if (c != null) return c.connection().local().toInetAddress();
    return from == null ? Address.v4(0).toInetAddress() : from.getAddress();
  }

  @Override
  public int getLocalPort() {
    SocketCore c = core;
    InetSocketAddress from = bound;
    return c != null ? c.connection().localPort() : from == null ? -1 : from.getPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return new InetSocketAddress(getLocalAddress(), Math.max(0, getLocalPort()));
  }

  /** {@return null: there is no channel} */
  @Override
  public @Nullable SocketChannel getChannel() { return null; }

  @Override
  public String toString() {
    return "TcpSocket[" + getLocalSocketAddress() + " -> " + getRemoteSocketAddress() + "]";
  }
}
