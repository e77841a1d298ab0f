package dev.gap.packetdrill.gap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Errno;
import dev.gap.packetdrill.run.MsgFlag;
import dev.gap.packetdrill.run.OptionValue;
import dev.gap.packetdrill.run.Profile;
import dev.gap.packetdrill.run.Readiness;
import dev.gap.packetdrill.run.Setting;
import dev.gap.packetdrill.run.SocketOption;
import dev.gap.packetdrill.run.StackUnderTest;
import dev.gap.packetdrill.run.SysResult;
import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.SipHash;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Md5Key;

/** Our own stack under test: the engine, with the Berkeley socket interface as scripts call it. */
public final class GapStack implements StackUnderTest {
  private static final long SEED = 0x6761702d74637021L;
  private static final SysResult AGAIN = new SysResult.WouldBlock();

  private final TcpEngine engine;
  private final GapOutput output;
  private final GapReads reads;
  private final GapWrites writes;
  private final Map<Integer, GapSocket> sockets = new HashMap<>();
  private final OptionAccess options;
  private Profile profile;
  private int nextFd = 3;

  /** A stack on a host that has just started. */
  public GapStack(Profile profile) {
    this.profile = profile;
    SplittableRandom random = new SplittableRandom(SEED);
    engine = new TcpEngine(Configs.of(profile), Set.of(Address.of(profile.local())), random);
    output = new GapOutput(engine);
    reads = new GapReads(engine);
    writes = new GapWrites(engine, output);
    options = new OptionAccess();
    keys();
  }

  private void keys() {
    String secret = profile.text(Setting.MD5_SECRET);
    engine.setSignatureKey(Address.of(profile.remote()),
        secret.isEmpty() ? null : new Md5Key(secret.getBytes(StandardCharsets.ISO_8859_1)));
    String text = profile.text(Setting.FAST_OPEN_KEY);
    SipHash[] hashes = text.isEmpty() ? new SipHash[]{new SipHash(SEED, ~SEED)} : Configs.fastOpenKeys(text);
    if (hashes.length > 0) engine.cookies().setKeys(hashes);
  }

  @Override
  public void receive(byte[] packet, long now) {
    engine.receive(packet, 0, packet.length, true, now);
    notice();
  }

  /** Edge-triggered readers are told of each arrival. */
  private void notice() {
    for (GapSocket socket : sockets.values()) {
      TcpConnection connection = socket.connection;
      if (connection != null) {
        long received = connection.receiver().next() + (connection.state() == TcpState.CLOSED ? 1 : 0);
        if (received != socket.seenReceived) {
          socket.seenReceived = received;
          socket.inputs++;
        }
      }
    }
  }

  @Override
  public byte @Nullable [] poll(long now) {
    byte[] packet = output.poll(now);
    // edge-triggered writers are told of room once all went out that could
    if (packet == null) sockets.values().forEach(GapSocket::noticeRoom);
    return packet;
  }

  @Override
  public long nextTimeoutNanos() {
    return engine.nextTimeoutNanos();
  }

  @Override
  public void onTimeout(long now) {
    engine.onTimeout(now);
    notice();
  }

  @Override
  public void configure(Profile other, long now) {
    profile = other;
    engine.configure(Configs.of(other));
    keys();
    for (GapSocket socket : sockets.values()) {
      if (socket.connection == null && socket.listener == null) {
        socket.settings.algorithm = engine.config().congestion().algorithm();
      }
    }
  }

  @Override
  public void forget(long now) {
    engine.forget();
  }

  @Override
  public byte @Nullable [] fastOpenCookie(InetAddress client, InetAddress server) {
    boolean ofClient = engine.config().has(Habit.FAST_OPEN_COOKIE_OF_CLIENT);
    return engine.cookies().issue(Address.of(client), ofClient ? null : Address.of(server));
  }

  private GapSocket at(int fd) {
    GapSocket socket = sockets.get(fd);
    if (socket == null) throw new IllegalArgumentException("no descriptor " + fd);
    return socket;
  }

  private static SysResult failed(Errno errno) {
    return new SysResult.Failed(errno);
  }

  private static SysResult done(long value) {
    return new SysResult.Done(value);
  }

  @Override
  public SysResult socket(boolean v6) {
    GapSocket socket = new GapSocket(v6, engine.newSettings());
    socket.settings.initialWindow = 0;
    if (profile.route().initialReceiveWindow() > 0) {
      socket.settings.initialReceiveWindow = profile.route().initialReceiveWindow();
    }
    socket.settings.alwaysQuick = profile.route().quickAck() == 1;
    int fd = nextFd++;
    sockets.put(fd, socket);
    return done(fd);
  }

  @Override
  public SysResult bind(int fd, InetSocketAddress local, long now) {
    GapSocket socket = at(fd);
    if (socket.bound != null) return failed(Errno.EINVAL);
    socket.bound = local;
    return done(0);
  }

  @Override
  public SysResult listen(int fd, int backlog, long now) {
    GapSocket socket = at(fd);
    TcpListener listener = socket.listener;
    if (socket.connection != null) return failed(Errno.EINVAL);
    if (listener != null) {
      listener.setBacklog(backlog);
      return done(0);
    }
    InetSocketAddress bound = socket.bound;
    Address address = bound == null ? Address.v4(0) : Address.of(bound.getAddress());
    listener = engine.listen(address, bound == null ? 0 : bound.getPort(), backlog, socket.settings);
    if (listener == null) return failed(Errno.EADDRINUSE);
    boolean all = (profile.number(Setting.FAST_OPEN) & 0x402) == 0x402;
    options.applyTo(listener, socket);
    if (all && listener.fastOpen() == 0) listener.setFastOpen(Math.max(backlog, 1), false);
    socket.listener = listener;
    return done(0);
  }

  @Override
  public SysResult accept(int fd, long now) {
    GapSocket socket = at(fd);
    TcpListener listener = socket.listener;
    if (listener == null) return failed(Errno.EINVAL);
    TcpConnection connection = listener.accept();
    if (connection == null) return AGAIN;
    GapSocket made = new GapSocket(socket.v6, connection.settings());
    made.options.putAll(socket.options);
    made.connection = connection;
    made.connected = true;
    made.reportedConnected = true;
    int number = nextFd++;
    sockets.put(number, made);
    return new SysResult.Accepted(number,
        new InetSocketAddress(connection.remote().toInetAddress(), connection.remotePort()));
  }

  @Override
  public SysResult connect(int fd, InetSocketAddress remote, long now) {
    GapSocket socket = at(fd);
    if (socket.listener != null) return failed(Errno.EISCONN);
    if (socket.connection != null) {
      if (socket.reportedConnected) return failed(Errno.EISCONN);
      if (socket.connection.state() == TcpState.SYN_SENT || socket.connection.state() == TcpState.SYN_RECEIVED) {
        return failed(Errno.EALREADY);
      }
      return connectResult(fd, now);
    }
    // as far as callers can tell, a connect that was put off has succeeded
    if (socket.deferred != null) return failed(Errno.EISCONN);
    if (socket.settings.fastOpenConnect && engine.canFastOpen(Address.of(remote.getAddress()), socket.settings, now)) {
      socket.deferred = remote;
      return done(0);
    }
    return writes.start(socket, remote, socket.settings.fastOpenConnect, null, 0, profile, now);
  }

  @Override
  public SysResult connectResult(int fd, long now) {
    GapSocket socket = at(fd);
    TcpConnection connection = socket.connection;
    if (connection == null) return socket.deferred != null ? done(0) : failed(Errno.ENOTCONN);
    return switch (connection.state()) {
      case SYN_SENT, SYN_RECEIVED -> AGAIN;
      case CLOSED, LISTEN -> {
        Errno errno = Errors.of(connection.error());
        socket.errorReported = true;
        socket.ended = connection;
        socket.connection = null;
        yield failed(errno == null ? Errno.ECONNABORTED : errno);
      }
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> {
        socket.connected = true;
        socket.reportedConnected = true;
        yield done(0);
      }
    };
  }

  @Override
  public SysResult disconnect(int fd, long now) {
    GapSocket socket = at(fd);
    TcpConnection connection = socket.connection;
    if (connection != null) {
      connection.abort();
      engine.settle(connection, now);
      socket.connection = null;
    }
    if (socket.listener != null) {
      engine.close(socket.listener, now);
      socket.listener = null;
    }
    socket.connected = false;
    socket.connecting = false;
    socket.reportedConnected = false;
    socket.deferred = null;
    socket.shutRead = false;
    socket.shutWrite = false;
    if (socket.bound != null) socket.bound = new InetSocketAddress(profile.local(), 0);
    return done(0);
  }

  @Override
  public SysResult send(int fd, byte[] data, Set<MsgFlag> flags, @Nullable InetSocketAddress to, long now) {
    return writes.send(at(fd), data, flags, to, profile, now);
  }

  @Override
  public SysResult recv(int fd, int length, Set<MsgFlag> flags, long now) {
    return reads.recv(at(fd), length, flags, now);
  }

  @Override
  public SysResult shutdown(int fd, How how, long now) {
    GapSocket socket = at(fd);
    TcpConnection connection = socket.connection;
    if (socket.listener != null && connection == null) {
      if (how == How.WRITE) return done(0);
      engine.close(socket.listener, now);
      socket.listener = null;
      return done(0);
    }
    if (connection == null || connection.state() == TcpState.CLOSED) return failed(Errno.ENOTCONN);
    if (how != How.WRITE) {
      socket.shutRead = true;
      connection.shutdownInput();
    }
    if (how != How.READ) {
      socket.shutWrite = true;
      connection.shutdownOutput(now);
    }
    engine.settle(connection, now);
    return done(0);
  }

  @Override
  public SysResult close(int fd, long now) {
    GapSocket socket = at(fd);
    TcpConnection connection = socket.connection;
    if (connection != null) {
      boolean waits = connection.settings().linger && connection.settings().lingerSeconds > 0;
      connection.close(now);
      engine.settle(connection, now);
      if (waits && connection.sender().buffered() > 0 && connection.state() != TcpState.CLOSED) return AGAIN;
    }
    if (socket.listener != null) engine.close(socket.listener, now);
    // a key of its own goes with its listener
    if (socket.options.containsKey(SocketOption.TCP_FASTOPEN_KEY) && connection == null) keys();
    sockets.remove(fd);
    return done(0);
  }

  @Override
  public SysResult setOption(int fd, SocketOption option, OptionValue value, long now) {
    GapSocket socket = at(fd);
    boolean malformed = !(value instanceof OptionValue.Bytes(byte[] key)) || key.length % 16 != 0 || key.length == 0;
    if (option == SocketOption.TCP_FASTOPEN_KEY && malformed) return failed(Errno.EINVAL);
    SysResult result = options.set(socket, option, value, profile, now);
    if (option == SocketOption.TCP_FASTOPEN_KEY && value instanceof OptionValue.Bytes(byte[] bytes)
        && bytes.length >= 16) {
      SipHash[] hashes = new SipHash[bytes.length / 16];
      for (int i = 0; i < hashes.length; i++)
        hashes[i] = Configs.fastOpenKey(bytes, 16 * i);
      engine.cookies().setKeys(hashes);
    }
    TcpConnection connection = socket.connection;
    if (connection != null) engine.settle(connection, now);
    return result;
  }

  @Override
  public SysResult getOption(int fd, SocketOption option, long now) {
    return options.get(at(fd), option, profile, now);
  }

  @Override
  public SysResult query(int fd, Query query, long now) {
    TcpConnection connection = at(fd).connection;
    if (connection == null) return failed(Errno.EINVAL);
    return done(switch (query) {
      case UNREAD -> connection.readable();
      case UNACKNOWLEDGED -> connection.sender().buffered();
      case UNSENT -> connection.sender().unsent();
      case AT_MARK -> connection.isAtMark() ? 1 : 0;
    });
  }

  @Override
  public @Nullable InetSocketAddress localAddress(int fd) {
    GapSocket socket = at(fd);
    TcpConnection connection = socket.connection;
    if (connection != null) return new InetSocketAddress(connection.local().toInetAddress(), connection.localPort());
    TcpListener listener = socket.listener;
    InetSocketAddress bound = socket.bound;
    if (listener != null && bound == null) return new InetSocketAddress(listener.port());
    return bound;
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress(int fd) {
    TcpConnection connection = at(fd).connection;
    boolean known = connection != null && connection.state() != TcpState.SYN_SENT
        && connection.state() != TcpState.CLOSED;
    return connection == null || !known
        ? null
        : new InetSocketAddress(connection.remote().toInetAddress(), connection.remotePort());
  }

  @Override
  public Readiness readiness(int fd, long now) {
    GapSocket socket = at(fd);
    Set<Readiness.Event> events = new HashSet<>();
    TcpListener listener = socket.listener;
    TcpConnection connection = socket.connection;
    if (listener != null && listener.waiting() > 0) events.add(Readiness.Event.IN);
    if (listener == null && connection == null) {
      if (socket.deferred == null) events.add(Readiness.Event.HUP);
      events.add(Readiness.Event.OUT);
    }
    if (connection != null) events.addAll(Readinesses.of(socket, connection));
    return new Readiness(events, socket.inputs, socket.outputs);
  }

  @Override
  public Map<String, Long> tcpInfo(int fd, long now) {
    GapSocket socket = at(fd);
    TcpConnection connection = socket.connection != null ? socket.connection : socket.ended;
    return connection == null ? Infos.idle(socket.listener != null) : Infos.of(connection, now);
  }
}
