package dev.gap.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpInfo;
import dev.gap.tcp.engine.wire.Address;

/**
 * A {@link java.net.Socket} of a {@link TcpStack}: streams, timeouts, half-close, options and exceptions as there, and a few more
 * that Linux has.
 */
public final class TcpSocket extends SocketWithOptions {
  private final TcpStack stack;
  /** Where a connection goes that waits for its first write: Fast Open. */
  private volatile @Nullable InetSocketAddress deferred;
  private @Nullable InetSocketAddress bound;
  private volatile boolean inputShut;
  private volatile boolean outputShut;

  TcpSocket(TcpStack stack) throws SocketException {
    super(stack.loop(), null, stack.loop().engine().newSettings());
    this.stack = stack;
  }

  TcpSocket(TcpStack stack, SocketCore core) throws SocketException {
    super(stack.loop(), core, core.connection().settings());
    this.stack = stack;
  }

  @Override
  public void bind(@Nullable SocketAddress address) throws IOException {
    if (isConnected() || bound != null) throw new SocketException("Already bound");
    bound = address instanceof InetSocketAddress inet ? inet : new InetSocketAddress(0);
  }

  @Override
  public void connect(SocketAddress address) throws IOException {
    connect(address, 0);
  }

  /** Connects; if that fails the socket is closed. */
  @Override
  public void connect(SocketAddress address, int timeoutMillis) throws IOException {
    if (timeoutMillis < 0) throw new IllegalArgumentException("connect: timeout can't be negative");
    InetSocketAddress inet = checked(address);
    if (settings.fastOpenConnect && canFastOpen(inet)) deferred = inet;
    else open(inet, new byte[0], settings.fastOpenConnect, timeoutMillis);
  }

  /**
   * Connects and writes, with TCP Fast Open (RFC 7413): as much as fits goes in the SYN if the server has given a cookie
   * before; else the SYN asks for one. Returns when the handshake is done and the rest is queued.
   */
  public void connectAndWrite(SocketAddress address, byte[] data, int offset, int length) throws IOException {
    open(checked(address), Arrays.copyOfRange(data, offset, offset + length), true, 0);
  }

  private InetSocketAddress checked(SocketAddress address) throws IOException {
    if (closed) throw new SocketException("Socket closed");
    if (isConnected()) throw new SocketException("already connected");
    if (!(address instanceof InetSocketAddress inet)) throw new IllegalArgumentException("Unsupported address type");
    if (inet.isUnresolved()) throw new UnknownHostException(inet.getHostString());
    return inet;
  }

  private boolean canFastOpen(InetSocketAddress remote) {
    loop.lock().lock();
    try {
      return loop.engine().canFastOpen(Address.of(remote.getAddress()), settings, loop.now());
    } finally {
      loop.lock().unlock();
    }
  }

  private SocketCore open(InetSocketAddress remote, byte[] data, boolean fastOpen, int timeoutMillis)
      throws IOException {
    try {
      Started started = start(remote, data, fastOpen);
      started.core.awaitConnected(timeoutMillis);
      started.core.write(data, started.written, data.length - started.written);
      return started.core;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** A connection under way, and how much was queued for its SYN. */
  private record Started(SocketCore core, int written) {}

  private Started start(InetSocketAddress remote, byte[] data, boolean fastOpen) throws IOException {
    InetSocketAddress from = bound;
    Address to = Address.of(remote.getAddress());
    InetAddress local = from == null || from.getAddress().isAnyLocalAddress()
        ? stack.localFor(remote.getAddress())
        : from.getAddress();
    loop.lock().lock();
    try {
      loop.check();
      long now = loop.now();
      if (settings.signed && !loop.engine().hasSignatureKey(to)) {
        throw new SocketException("No key to sign segments to " + remote.getAddress().getHostAddress()
            + " with: TcpStack.setSignatureKey has to name one");
      }
      TcpConnection connection = loop.engine().prepare(Address.of(local), from == null ? 0 : from.getPort(), to,
          remote.getPort(), settings, now);
      if (connection == null) throw new SocketException("Cannot assign requested address: no port is free");
      SocketCore made = new SocketCore(loop, connection);
      boolean carries = data.length > 0 && loop.engine().canFastOpen(to, settings, now);
      loop.engine().start(connection, fastOpen, now);
      int written = carries
          ? connection.write(data, 0, Math.min(data.length, connection.synRoom()), false, now)
          : 0;
      loop.engine().settle(connection, now);
      loop.attend();
      core = made;
      deferred = null;
      return new Started(made, written);
    } finally {
      loop.lock().unlock();
    }
  }

  /** {@return the connection; one that waits for its first write opens without if something else comes first} */
  SocketCore connected() throws IOException {
    if (closed) throw new SocketException("Socket closed");
    SocketCore c = core;
    if (c != null) return c;
    InetSocketAddress remote = deferred;
    if (remote == null) throw new SocketException("Socket is not connected");
    return open(remote, new byte[0], true, 0);
  }

  void write(byte[] from, int offset, int length) throws IOException {
    InetSocketAddress remote = deferred;
    if (remote != null && !closed) open(remote, Arrays.copyOfRange(from, offset, offset + length), true, 0);
    else connected().write(from, offset, length);
  }

  /** {@return how the connection is doing} */
  public TcpInfo info() throws SocketException {
    SocketCore c = core;
    if (c == null) throw new SocketException("Socket is not connected");
    return c.info();
  }

  /**
   * Waits for data as reading does, and leaves it there to be read: Linux's MSG_PEEK.
   *
   * @return how many bytes, or -1 at the end
   */
  public int peek(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    return inputShut ? -1 : connected().read(to, offset, length, true, getSoTimeout());
  }

  /** Resets the connection and closes the socket: the peer's reads fail, and do not see an end of stream. */
  public void abort() {
    closed = true;
    SocketCore c = core;
    if (c != null) c.abort();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    checkOpen();
    if (inputShut) throw new SocketException("Socket input is shutdown");
    return new SocketInput(this);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    checkOpen();
    if (outputShut) throw new SocketException("Socket output is shutdown");
    return new SocketOutput(this);
  }

  private void checkOpen() throws SocketException {
    if (closed) throw new SocketException("Socket closed");
    if (!isConnected()) throw new SocketException("Socket is not connected");
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

  /**
   * Writes, and ends a record: no segment holds the last of these bytes and what is written after them, which MSG_EOR does in
   * Linux's send(2). The receiver is not told where records end.
   */
  public void writeRecord(byte[] from, int offset, int length) throws IOException {
    connected().writeRecord(from, offset, length);
  }

  // urgent data, RFC 6093

  @Override
  public void sendUrgentData(int data) throws IOException {
    connected().writeUrgent(data);
  }

  /** {@return the urgent byte that has come, or -1; not with {@link #setOOBInline}, where it is in the stream} */
  public int readUrgentData() throws IOException {
    return connected().readUrgent();
  }

  // what it is

  @Override
  public boolean isConnected() { return core != null || deferred != null; }

  @Override
  public boolean isBound() { return isConnected() || bound != null; }

  @Override
  public boolean isInputShutdown() { return inputShut; }

  @Override
  public boolean isOutputShutdown() { return outputShut; }

  @Override
  public @Nullable InetAddress getInetAddress() {
    InetSocketAddress remote = getRemoteSocketAddress();
    return remote == null ? null : remote.getAddress();
  }

  @Override
  public int getPort() {
    InetSocketAddress remote = getRemoteSocketAddress();
    return remote == null ? 0 : remote.getPort();
  }

  @Override
  public @Nullable InetSocketAddress getRemoteSocketAddress() {
    SocketCore c = core;
    return c == null
        ? deferred
        : new InetSocketAddress(c.connection().remote().toInetAddress(), c.connection().remotePort());
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
