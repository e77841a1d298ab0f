package dev.gap.tcp;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.LiveOptions;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;

/** What each option by name is in the settings of a socket, and what a change does to its connection. */
final class OptionTable {
  /** What a change does to a connection that is there already. */
  private interface Live {
    void change(LiveOptions connection, SocketSettings settings, long now);
  }

  private record Row<T>(Predicate<T> legal, BiFunction<SocketSettings, TcpConfig, T> read,
      BiConsumer<SocketSettings, T> write, Live live) {}

  private static final long SECOND = 1_000_000_000L;
  private static final int MOST_SECONDS = 32_767;
  private static final int MOST_TIMES = 127;
  private static final int LEAST_SEGMENT = 48;

  private static final Map<SocketOption<?>, Row<?>> ROWS = new LinkedHashMap<>();

  static {
    standard();
    keepalive();
    linux();
  }

  private OptionTable() {}

  private static <T> void row(SocketOption<T> option, Predicate<T> legal, Function<SocketSettings, T> read,
      BiConsumer<SocketSettings, T> write, Live live) {
    ROWS.put(option, new Row<>(legal, (settings, _) -> read.apply(settings), write, live));
  }

  private static void flag(SocketOption<Boolean> option, Function<SocketSettings, Boolean> read,
      BiConsumer<SocketSettings, Boolean> write, Live live) {
    row(option, _ -> true, read, write, live);
  }

  private static void buffer(SocketOption<Integer> option, BiFunction<SocketSettings, TcpConfig, Integer> read,
      BiConsumer<SocketSettings, Integer> write) {
    ROWS.put(option, new Row<>(atLeast(1), read, write,
        (connection, s, _) -> connection.setBuffers(s.receiveBuffer, s.sendBuffer)));
  }

  /** An amount that is the configuration's while the settings say 0. */
  private static void amount(SocketOption<Integer> option, int most, BiFunction<SocketSettings, TcpConfig, Long> read,
      BiConsumer<SocketSettings, Integer> write) {
    ROWS.put(option, new Row<>(within(1, most), (s, config) -> read.apply(s, config).intValue(), write,
        (connection, s, now) -> connection.setKeepaliveTimes(s.keepIdleNanos, s.keepIntervalNanos, s.keepProbes, now)));
  }

  private static Predicate<Integer> atLeast(int least) {
    return value -> value >= least;
  }

  private static Predicate<Integer> within(int least, int most) {
    return value -> value >= least && value <= most;
  }

  private static void standard() {
    flag(StandardSocketOptions.TCP_NODELAY, s -> s.noDelay, (s, on) -> s.noDelay = on,
        (connection, s, _) -> connection.setNoDelay(s.noDelay));
    flag(StandardSocketOptions.SO_KEEPALIVE, s -> s.keepalive, (s, on) -> s.keepalive = on,
        (connection, s, now) -> connection.setKeepalive(s.keepalive, now));
    // has no effect: a port in TIME-WAIT can be listened on, and used again where timestamps make that safe
    flag(StandardSocketOptions.SO_REUSEADDR, _ -> true, (_, _) -> {}, (_, _, _) -> {});
    row(StandardSocketOptions.SO_LINGER, _ -> true, s -> s.linger ? s.lingerSeconds : -1, (s, seconds) -> {
      s.linger = seconds >= 0;
      s.lingerSeconds = Math.max(0, seconds);
    }, (_, _, _) -> {});
    row(StandardSocketOptions.IP_TOS, within(0, 255), s -> s.trafficClass, (s, bits) -> s.trafficClass = bits,
        OptionTable::frame);
    buffer(StandardSocketOptions.SO_SNDBUF, (s, config) -> s.sendBuffer > 0 ? s.sendBuffer : config.buffers().send(),
        (s, bytes) -> s.sendBuffer = bytes);
    buffer(StandardSocketOptions.SO_RCVBUF,
        (s, config) -> s.receiveBuffer > 0 ? s.receiveBuffer : config.buffers().receive(),
        (s, bytes) -> s.receiveBuffer = bytes);
  }

  private static void keepalive() {
    amount(ExtendedSocketOptions.TCP_KEEPIDLE, MOST_SECONDS,
        (s, config) -> s.keepIdleNanos > 0 ? s.keepIdleNanos / SECOND : config.timing().keepaliveIdle().toSeconds(),
        (s, seconds) -> s.keepIdleNanos = seconds * SECOND);
    amount(ExtendedSocketOptions.TCP_KEEPINTERVAL, MOST_SECONDS,
        (s, config) -> s.keepIntervalNanos > 0
            ? s.keepIntervalNanos / SECOND
            : config.timing().keepaliveInterval().toSeconds(),
        (s, seconds) -> s.keepIntervalNanos = seconds * SECOND);
    amount(ExtendedSocketOptions.TCP_KEEPCOUNT, MOST_TIMES,
        (s, config) -> (long) (s.keepProbes > 0 ? s.keepProbes : config.timing().keepaliveProbes()),
        (s, probes) -> s.keepProbes = probes);
  }

  private static void linux() {
    flag(ExtendedSocketOptions.TCP_QUICKACK, s -> s.alwaysQuick, (s, on) -> s.alwaysQuick = on,
        (connection, s, _) -> connection.setAlwaysQuick(s.alwaysQuick));
    flag(TcpOptions.CORK, s -> s.cork, (s, on) -> s.cork = on,
        (connection, s, _) -> connection.setCork(s.cork));
    row(TcpOptions.USER_TIMEOUT, time -> !time.isNegative(), s -> Duration.ofNanos(s.userTimeoutNanos),
        (s, time) -> s.userTimeoutNanos = Waits.nanos(time),
        (connection, s, _) -> connection.setUserTimeout(s.userTimeoutNanos));
    row(TcpOptions.MAX_SEGMENT, within(LEAST_SEGMENT, Short.MAX_VALUE).or(bytes -> bytes == 0), s -> s.maxSegment,
        (s, bytes) -> s.maxSegment = bytes, (connection, s, _) -> connection.setMaxSegment(s.maxSegment));
    row(TcpOptions.CONGESTION_CONTROL, _ -> true, s -> s.algorithm, (s, algorithm) -> s.algorithm = algorithm,
        (connection, s, _) -> connection.setAlgorithm(s.algorithm));
    row(TcpOptions.MAX_PACING_RATE, rate -> rate >= 0, s -> s.maxPacingRate, (s, rate) -> s.maxPacingRate = rate,
        (connection, s, _) -> connection.setMaxPacingRate(s.maxPacingRate));
    row(TcpOptions.HOP_LIMIT, within(1, 255), s -> s.hopLimit, (s, hops) -> s.hopLimit = hops, OptionTable::frame);
    row(TcpOptions.SYN_RETRIES, within(0, MOST_TIMES), s -> s.synRetries, (s, times) -> s.synRetries = times,
        (_, _, _) -> {});
    flag(TcpOptions.MD5_SIGNATURE, s -> s.signed, (s, on) -> s.signed = on, (_, _, _) -> {});
    flag(TcpOptions.FAST_OPEN_CONNECT, s -> s.fastOpenConnect, (s, on) -> s.fastOpenConnect = on, (_, _, _) -> {});
  }

  private static void frame(LiveOptions connection, SocketSettings settings, long now) {
    connection.setTrafficClass(settings.trafficClass, settings.hopLimit);
  }

  static Set<SocketOption<?>> names() {
    return Set.copyOf(ROWS.keySet());
  }

  @SuppressWarnings("unchecked") // rows are put in with options of their type
  private static <T> Row<T> of(SocketOption<T> option) {
    Row<?> row = ROWS.get(option);
    if (row == null) throw new UnsupportedOperationException("'" + option.name() + "' is not supported");
    return (Row<T>) row;
  }

  /** To be called under the lock of the stack, as all of these. */
  static <T> T get(SocketOption<T> option, SocketSettings settings, TcpConfig config) {
    return of(option).read.apply(settings, config);
  }

  /** @param connection that the settings belong to, null if there is none yet */
  static <T> void set(SocketOption<T> option, T value, SocketSettings settings, @Nullable TcpConnection connection,
      long now) {
    Row<T> row = of(option);
    if (!row.legal.test(value)) throw new IllegalArgumentException(option.name() + ": " + value + " is not legal");
    row.write.accept(settings, value);
    if (connection != null) row.live.change(connection.options(), settings, now);
  }
}
