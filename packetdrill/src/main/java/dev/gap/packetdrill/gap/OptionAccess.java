package dev.gap.packetdrill.gap;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Errno;
import dev.gap.packetdrill.run.OptionValue;
import dev.gap.packetdrill.run.Profile;
import dev.gap.packetdrill.run.Setting;
import dev.gap.packetdrill.run.SocketOption;
import dev.gap.packetdrill.run.SysResult;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpListener;

/** Socket options, by their names on Linux and FreeBSD. */
final class OptionAccess {
  private static final long SECOND = 1_000_000_000L;
  private static final int LEAST_RECEIVE = 2304 / 2;
  private static final int LEAST_SEND = 4608 / 2;
  /** FreeBSD tells the bit among its flags that Fast Open is. */
  private static final long FREEBSD_FAST_OPEN = 0x8000_0000L;
  private static final SysResult OK = new SysResult.Done(0);

  private static SysResult failed(Errno errno) {
    return new SysResult.Failed(errno);
  }

  private static long amount(OptionValue value) {
    return value instanceof OptionValue.Amount(long number) ? number : 0;
  }

  /** Sets an option; one that makes no difference here is remembered only. */
  SysResult set(GapSocket socket, SocketOption option, OptionValue value, Profile profile, long now) {
    TcpConnection connection = socket.connection;
    SocketSettings settings = connection != null ? connection.settings() : socket.settings;
    long number = amount(value);
    SysResult result = switch (option) {
      case SO_ERROR, SO_ACCEPTCONN, SO_TYPE, SO_PROTOCOL, SO_DOMAIN, IP_MTU, IPV6_MTU -> failed(Errno.ENOPROTOOPT);
      case SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT ->
        keepalive(settings, connection, option, number, now);
      case SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE ->
        buffer(settings, connection, option, number, profile.kind());
      case TCP_USER_TIMEOUT, TCP_MAXUNACKTIME, TCP_SYNCNT, TCP_KEEPINIT, TCP_LINGER2 -> limit(settings, option, number);
      case IP_TOS, IPV6_TCLASS, IP_TTL, IPV6_UNICAST_HOPS, IP_LOCAL_PORT_RANGE, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER ->
        internet(settings, connection, option, number);
      default -> transport(socket, settings, option, value, profile);
    };
    if (result instanceof SysResult.Failed) return result;
    socket.options.put(option, value);
    TcpListener listener = socket.listener;
    if (listener != null) applyTo(listener, socket);
    return OK;
  }

  /** When a silent peer is asked, and how often. */
  private static SysResult keepalive(SocketSettings settings, @Nullable TcpConnection connection, SocketOption option,
      long number, long now) {
    switch (option) {
      case SO_KEEPALIVE -> {
        settings.keepalive = number != 0;
        if (connection != null) connection.options().setKeepalive(settings.keepalive, now);
      }
      case TCP_KEEPIDLE -> {
        if (number < 1 || number > 32767) return failed(Errno.EINVAL);
        settings.keepIdleNanos = number * SECOND;
        if (connection != null) connection.options().setKeepaliveTimes(number * SECOND, 0, 0, now);
      }
      case TCP_KEEPINTVL -> {
        if (number < 1 || number > 32767) return failed(Errno.EINVAL);
        settings.keepIntervalNanos = number * SECOND;
        if (connection != null) connection.options().setKeepaliveTimes(0, number * SECOND, 0, now);
      }
      case TCP_KEEPCNT -> {
        if (number < 1 || number > 127) return failed(Errno.EINVAL);
        settings.keepProbes = (int) number;
        if (connection != null) connection.options().setKeepaliveTimes(0, 0, (int) number, now);
      }
      default -> {
      }
    }
    return OK;
  }

  /** How much is buffered. */
  private static SysResult buffer(SocketSettings settings, @Nullable TcpConnection connection, SocketOption option,
      long number, Profile.Kind kind) {
    switch (option) {
      case SO_RCVBUF, SO_RCVBUFFORCE -> {
        settings.receiveBuffer = (int) Math.max(LEAST_RECEIVE, Math.min(number, 1 << 29)) * 2;
        if (kind == Profile.Kind.FREEBSD) settings.receiveBuffer = (int) number;
        if (connection != null) connection.options().setBuffers(settings.receiveBuffer, 0);
      }
      case SO_SNDBUF, SO_SNDBUFFORCE -> {
        settings.sendBuffer = (int) Math.max(LEAST_SEND, Math.min(number, 1 << 29)) * 2;
        if (kind == Profile.Kind.FREEBSD) settings.sendBuffer = (int) number;
        if (connection != null) connection.options().setBuffers(0, settings.sendBuffer);
      }
      default -> {
      }
    }
    return OK;
  }

  /** How long things may take. */
  private static SysResult limit(SocketSettings settings, SocketOption option, long number) {
    switch (option) {
      case TCP_USER_TIMEOUT -> {
        if (number < 0) return failed(Errno.EINVAL);
        settings.userTimeoutNanos = number * 1_000_000;
      }
      case TCP_MAXUNACKTIME -> settings.userTimeoutNanos = number * SECOND;
      case TCP_SYNCNT -> {
        if (number < 1 || number > 127) return failed(Errno.EINVAL);
        settings.synRetries = (int) number;
      }
      case TCP_KEEPINIT -> settings.openLimitNanos = number * SECOND;
      case TCP_LINGER2 -> settings.finWait2Nanos = number < 0 ? -1 : number * SECOND;
      default -> {
      }
    }
    return OK;
  }

  /** What concerns IP. */
  private static SysResult internet(SocketSettings settings, @Nullable TcpConnection connection, SocketOption option,
      long number) {
    switch (option) {
      case IP_TOS, IPV6_TCLASS -> traffic(settings, connection, (int) number, settings.hopLimit);
      case IP_TTL, IPV6_UNICAST_HOPS -> {
        if (number != -1 && (number < 1 || number > 255)) return failed(Errno.EINVAL);
        traffic(settings, connection, settings.trafficClass, number == -1 ? 64 : (int) number);
      }
      case IP_LOCAL_PORT_RANGE -> {
        int first = (int) (number & 0xffff);
        int last = (int) (number >>> 16 & 0xffff);
        if (first != 0 && last != 0 && first > last) return failed(Errno.EINVAL);
        settings.firstPort = first;
        settings.lastPort = last;
      }
      case IP_MTU_DISCOVER, IPV6_MTU_DISCOVER -> {
        settings.discovery = number == 1 || number == 2;
        settings.dontFragment = number != 0;
      }
      default -> {
      }
    }
    return OK;
  }

  /** What is left. */
  private static SysResult transport(GapSocket socket, SocketSettings settings, SocketOption option, OptionValue value,
      Profile profile) {
    TcpConnection connection = socket.connection;
    long number = amount(value);
    boolean on = number != 0;
    switch (option) {
      case SO_LINGER -> {
        if (value instanceof OptionValue.Linger(boolean lingers, int seconds)) {
          settings.linger = lingers;
          settings.lingerSeconds = seconds;
        }
      }
      case TCP_NODELAY -> {
        settings.noDelay = on;
        if (connection != null) connection.options().setNoDelay(on);
      }
      case TCP_CORK, TCP_NOPUSH -> {
        settings.cork = on;
        if (connection != null) connection.options().setCork(on);
      }
      case SO_OOBINLINE -> settings.inlineUrgent = on;
      case SO_RCVLOWAT -> socket.lowWater = (int) Math.max(1, number);
      case TCP_MAXSEG -> {
        if (number != 0 && (number < (profile.kind() == Profile.Kind.LINUX ? 48 : 64) || number > 32767)) {
          return failed(Errno.EINVAL);
        }
        settings.maxSegment = (int) number;
        if (connection != null) connection.options().setMaxSegment((int) number);
      }
      case TCP_NOTSENT_LOWAT -> settings.notSentLowWater = number & 0xffff_ffffL;
      case SO_MAX_PACING_RATE -> {
        // all bits set is no bound
        settings.maxPacingRate = number == 0xffff_ffffL || number < 0 ? 0 : number;
        if (connection != null) connection.options().setMaxPacingRate(settings.maxPacingRate);
      }
      case TCP_MD5SIG -> settings.signed = on;
      case TCP_NOOPT -> settings.withoutOptions = on;
      case TCP_QUICKACK -> {
        if (connection != null) connection.options().setQuick(on);
      }
      case TCP_CONGESTION -> {
        String name = value instanceof OptionValue.Text(String text) ? text : "";
        Optional<TcpConfig.Algorithm> algorithm = Configs.algorithm(name);
        if (algorithm.isEmpty()) return failed(Errno.ENOENT);
        settings.algorithm = algorithm.get();
        if (connection != null) connection.options().setAlgorithm(algorithm.get());
      }
      case TCP_FASTOPEN_CONNECT -> {
        if ((profile.number(Setting.FAST_OPEN) & 1) == 0) return failed(Errno.EOPNOTSUPP);
        settings.fastOpenConnect = on;
      }
      case TCP_FASTOPEN_NO_COOKIE -> settings.withoutCookie = on;
      default -> {
      }
    }
    return OK;
  }

  private static void traffic(SocketSettings settings, @Nullable TcpConnection connection, int trafficClass, int hops) {
    settings.trafficClass = trafficClass;
    settings.hopLimit = hops;
    if (connection != null) connection.options().setTrafficClass(trafficClass, hops);
  }

  /** Hands down what a listener has to know. */
  void applyTo(TcpListener listener, GapSocket socket) {
    boolean bare = socket.options.containsKey(SocketOption.TCP_FASTOPEN_NO_COOKIE)
        && amount(value(socket, SocketOption.TCP_FASTOPEN_NO_COOKIE)) != 0;
    if (socket.options.containsKey(SocketOption.TCP_FASTOPEN)) {
      listener.setFastOpen((int) amount(value(socket, SocketOption.TCP_FASTOPEN)), bare);
    }
    listener.setDefer(amount(value(socket, SocketOption.TCP_DEFER_ACCEPT)) * SECOND);
  }

  private static OptionValue value(GapSocket socket, SocketOption option) {
    return socket.options.getOrDefault(option, new OptionValue.Amount(0));
  }

  /** {@return the value of an option} */
  SysResult get(GapSocket socket, SocketOption option, Profile profile, long now) {
    TcpConnection connection = socket.connection;
    SocketSettings settings = connection != null ? connection.settings() : socket.settings;
    return switch (option) {
      case SO_ERROR -> number(error(socket));
      case TCP_CONGESTION -> new SysResult.Option(
          new OptionValue.Text(Configs.name(settings.algorithm, profile.kind())));
      case SO_RCVBUF -> number(connection != null && profile.kind() == Profile.Kind.FREEBSD
          ? connection.receiver().buffer()
          : settings.receiveBuffer > 0
              ? settings.receiveBuffer
              : profile.number(Setting.RECEIVE_BUFFER));
      case SO_SNDBUF -> number(connection != null
          ? connection.sendBufferBytes()
          : settings.sendBuffer > 0 ? settings.sendBuffer : profile.number(Setting.SEND_BUFFER));
      case SO_LINGER -> new SysResult.Option(new OptionValue.Linger(settings.linger, settings.lingerSeconds));
      case TCP_MAXSEG -> number(connection != null && connection.state() != TcpState.CLOSED
          ? connection.info(now).sendMss()
          : settings.maxSegment > 0 ? settings.maxSegment : 536);
      case IP_TOS, IPV6_TCLASS -> number(settings.trafficClass);
      case IP_TTL, IPV6_UNICAST_HOPS -> number(settings.hopLimit);
      case IP_MTU, IPV6_MTU -> connection == null
          ? failed(Errno.ENOTCONN)
          : number(connection.info(now).pathMtu());
      case SO_MAX_PACING_RATE -> number(settings.maxPacingRate == 0 ? 0xffff_ffffL : settings.maxPacingRate);
      case TCP_QUICKACK -> number(connection != null && connection.receiver().isQuick() ? 1 : 0);
      case TCP_KEEPIDLE -> number(seconds(settings.keepIdleNanos, profile.number(Setting.KEEPALIVE_IDLE_MILLIS)));
      case TCP_KEEPINTVL -> number(
          seconds(settings.keepIntervalNanos, profile.number(Setting.KEEPALIVE_INTERVAL_MILLIS)));
      case TCP_KEEPCNT -> number(
          settings.keepProbes > 0 ? settings.keepProbes : profile.number(Setting.KEEPALIVE_PROBES));
      case TCP_KEEPINIT -> number(seconds(settings.openLimitNanos, profile.number(Setting.KEEPALIVE_INIT_MILLIS)));
      case IP_LOCAL_PORT_RANGE -> number((long) settings.lastPort << 16 | settings.firstPort);
      case IP_MTU_DISCOVER, IPV6_MTU_DISCOVER -> number(settings.discovery ? settings.dontFragment ? 1 : 2 : 0);
      case SO_ACCEPTCONN -> number(socket.listener != null ? 1 : 0);
      case TCP_FASTOPEN -> profile.kind() == Profile.Kind.FREEBSD && amount(value(socket, option)) != 0
          ? number(FREEBSD_FAST_OPEN)
          : new SysResult.Option(value(socket, option));
      case SO_KEEPALIVE -> number(settings.keepalive ? 1 : 0);
      case TCP_NODELAY -> number(settings.noDelay ? 1 : 0);
      case TCP_SYNCNT -> number(settings.synRetries > 0 ? settings.synRetries : profile.number(Setting.SYN_RETRIES));
      default -> new SysResult.Option(value(socket, option));
    };
  }

  private static long seconds(long nanos, long millis) {
    return nanos > 0 ? nanos / SECOND : millis / 1000;
  }

  private static long error(GapSocket socket) {
    TcpConnection connection = socket.connection;
    if (connection == null || connection.state() != TcpState.CLOSED || socket.errorReported) return 0;
    Errno errno = Errors.of(connection.error());
    if (errno == null) return 0;
    socket.errorReported = true;
    return errno.number();
  }

  private static SysResult number(long value) {
    return new SysResult.Option(new OptionValue.Amount(value));
  }
}
