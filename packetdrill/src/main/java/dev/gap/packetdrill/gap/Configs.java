package dev.gap.packetdrill.gap;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import dev.gap.packetdrill.run.Profile;
import dev.gap.packetdrill.run.Setting;
import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.stack.SipHash;
import dev.gap.tcp.engine.wire.Options;

/** What the settings of a host mean to our stack. */
final class Configs {
  private Configs() {}

  static TcpConfig of(Profile p) {
    boolean bsd = p.kind() == Profile.Kind.FREEBSD;
    return new TcpConfig(features(p), buffers(p), opening(p), timing(p), loss(p), congestion(p), sizes(p), abuse(p),
        new TcpConfig.Habits(bsd ? Options.Order.FREEBSD : Options.Order.LINUX, bsd, number(p, Setting.TTL),
            Duration.ofMillis(bsd ? 1 : 4), bsd ? Habit.FREEBSD : Habit.LINUX));
  }

  private static int number(Profile p, Setting setting) {
    return Math.clamp(p.number(setting), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static Duration millis(Profile p, Setting setting) {
    return Duration.ofMillis(p.number(setting));
  }

  private static TcpConfig.Features features(Profile p) {
    int fastOpen = number(p, Setting.FAST_OPEN);
    return new TcpConfig.Features(p.on(Setting.WINDOW_SCALING), p.on(Setting.TIMESTAMPS), p.on(Setting.SACK),
        p.on(Setting.DSACK), ecn(p), p.on(Setting.ECN_FALLBACK),
        number(p, Setting.ECN_SYN_RETRIES) + (p.kind() == Profile.Kind.FREEBSD ? 1 : 0),
        number(p, Setting.ECN_PLUS_PLUS), p.on(Setting.ACCURATE_ECN_OPTION), (fastOpen & 1) != 0,
        (fastOpen & 2) != 0, (fastOpen & 4) != 0, (fastOpen & 0x200) != 0, p.on(Setting.TOLERATE_MISSING_TIMESTAMPS));
  }

  private static TcpConfig.Ecn ecn(Profile p) {
    if (p.route().ecn() == 1) return TcpConfig.Ecn.ASK;
    return switch (number(p, Setting.ECN)) {
      case 0 -> TcpConfig.Ecn.OFF;
      case 1 -> TcpConfig.Ecn.ASK;
      case 3 -> TcpConfig.Ecn.ASK_ACCURATE;
      case 4 -> p.kind() == Profile.Kind.FREEBSD ? TcpConfig.Ecn.ACCEPT_ACCURATE : TcpConfig.Ecn.ASK_ACCEPT_ACCURATE;
      case 5 -> TcpConfig.Ecn.ACCEPT_ACCURATE;
      default -> TcpConfig.Ecn.ACCEPT;
    };
  }

  private static TcpConfig.Buffers buffers(Profile p) {
    return new TcpConfig.Buffers(number(p, Setting.RECEIVE_BUFFER), number(p, Setting.RECEIVE_BUFFER_MAX),
        number(p, Setting.SEND_BUFFER), number(p, Setting.SEND_BUFFER_MAX), p.on(Setting.RECEIVE_BUFFER_TUNING),
        p.number(Setting.NOT_SENT_LOW_WATER));
  }

  private static TcpConfig.Opening opening(Profile p) {
    int cookies = number(p, Setting.SYN_COOKIES);
    return new TcpConfig.Opening(number(p, Setting.SYN_RETRIES), number(p, Setting.SYN_LINEAR_TIMEOUTS),
        number(p, Setting.SYN_ACK_RETRIES), number(p, Setting.SYN_BACKLOG), number(p, Setting.LISTEN_BACKLOG_MAX),
        p.on(Setting.ABORT_ON_OVERFLOW),
        cookies == 0 ? TcpConfig.Cookies.NEVER : cookies == 1 ? TcpConfig.Cookies.WHEN_FULL : TcpConfig.Cookies.ALWAYS,
        millis(p, Setting.KEEPALIVE_INIT_MILLIS), p.on(Setting.RETRANSMIT_DROPS_OPTIONS),
        millis(p, Setting.FAST_OPEN_REST_MILLIS), number(p, Setting.EPHEMERAL_PORT_FIRST),
        number(p, Setting.EPHEMERAL_PORT_LAST));
  }

  private static TcpConfig.Timing timing(Profile p) {
    Duration rtoMin = p.route().rtoMinMillis() > 0
        ? Duration.ofMillis(p.route().rtoMinMillis())
        : millis(p, Setting.RTO_MIN_MILLIS);
    return new TcpConfig.Timing(rtoMin, millis(p, Setting.RTO_MAX_MILLIS), millis(p, Setting.RTO_INITIAL_MILLIS),
        millis(p, Setting.RTO_SLOP_MILLIS), number(p, Setting.RETRIES_2), number(p, Setting.ORPHAN_RETRIES),
        p.on(Setting.DELAYED_ACK), millis(p, Setting.DELAYED_ACK_MILLIS), number(p, Setting.QUICK_ACKS),
        millis(p, Setting.TIME_WAIT_MILLIS), 180_000, !p.on(Setting.IGNORE_TIME_WAIT_RST),
        millis(p, Setting.FIN_TIMEOUT_MILLIS), p.on(Setting.KEEPALIVE_ALWAYS), millis(p, Setting.KEEPALIVE_IDLE_MILLIS),
        millis(p, Setting.KEEPALIVE_INTERVAL_MILLIS), number(p, Setting.KEEPALIVE_PROBES),
        TcpConfig.UserTimeouts.OFF, reuse(p), millis(p, Setting.TIME_WAIT_REUSE_MILLIS));
  }

  private static TcpConfig.TimeWaitReuse reuse(Profile p) {
    return switch (number(p, Setting.TIME_WAIT_REUSE)) {
      case 0 -> TcpConfig.TimeWaitReuse.NEVER;
      case 1 -> TcpConfig.TimeWaitReuse.ALWAYS;
      default -> TcpConfig.TimeWaitReuse.LOOPBACK;
    };
  }

  private static TcpConfig.Loss loss(Profile p) {
    return new TcpConfig.Loss((p.number(Setting.RECOVERY) & 1) != 0, p.number(Setting.EARLY_RETRANSMIT) >= 3,
        p.on(Setting.FRTO), p.on(Setting.LIMITED_TRANSMIT), number(p, Setting.REORDERING),
        number(p, Setting.REORDERING_MAX), repair(p), false);
  }

  private static TcpConfig.Repair repair(Profile p) {
    if (p.on(Setting.RATE_REDUCTION)) return TcpConfig.Repair.PROPORTIONAL;
    return p.on(Setting.SACK_REVISED) ? TcpConfig.Repair.PIPE : TcpConfig.Repair.FORWARD;
  }

  private static TcpConfig.Congestion congestion(Profile p) {
    String name = p.route().congestionControl().isEmpty()
        ? p.text(Setting.CONGESTION_CONTROL)
        : p.route().congestionControl();
    int window = p.route().initialWindow() > 0 ? p.route().initialWindow() : number(p, Setting.INITIAL_WINDOW);
    boolean bsd = p.kind() == Profile.Kind.FREEBSD;
    TcpConfig.Algorithm chosen = algorithm(name).orElse(TcpConfig.Algorithm.CUBIC);
    return new TcpConfig.Congestion(chosen, window,
        p.on(Setting.SLOW_START_AFTER_IDLE),
        !bsd && chosen == TcpConfig.Algorithm.CUBIC ? TcpConfig.SlowStart.HYSTART : TcpConfig.SlowStart.PLAIN,
        bsd ? number(p, Setting.ABC_LIMIT) : 0,
        number(p, Setting.BURST_MIN), p.on(Setting.PACED));
  }

  private static TcpConfig.Sizes sizes(Profile p) {
    // what is said of a route counts, whatever the interface
    int mtu = p.route().mtu() > 0 ? p.route().mtu() : p.mtu();
    return new TcpConfig.Sizes(mtu, Math.max(0, p.route().advertisedMss()), number(p, Setting.DEFAULT_MSS),
        number(p, Setting.DEFAULT_MSS_V6), number(p, Setting.MIN_MSS), number(p, Setting.PATH_MTU_MIN),
        p.on(Setting.PATH_MTU_DISCOVERY), probing(p));
  }

  private static TcpConfig.Probing probing(Profile p) {
    TcpConfig.ProbingWhen when = switch (number(p, Setting.MTU_PROBING)) {
      case 0 -> TcpConfig.ProbingWhen.NEVER;
      case 1 -> TcpConfig.ProbingWhen.AFTER_BLACK_HOLE;
      default -> TcpConfig.ProbingWhen.ALWAYS;
    };
    return new TcpConfig.Probing(when, number(p, Setting.MTU_PROBE_BASE),
        TcpConfig.DEFAULT.sizes().probing().initialMtu(), number(p, Setting.MTU_PROBE_FLOOR),
        number(p, Setting.MTU_PROBE_THRESHOLD), Duration.ofSeconds(number(p, Setting.MTU_PROBE_INTERVAL_SECONDS)),
        number(p, Setting.RETRIES_1));
  }

  private static TcpConfig.Abuse abuse(Profile p) {
    return new TcpConfig.Abuse(number(p, Setting.CHALLENGE_ACK_LIMIT), millis(p, Setting.INVALID_RATE_LIMIT_MILLIS),
        !p.on(Setting.INSECURE_RST), !p.on(Setting.INSECURE_SYN), !p.on(Setting.INSECURE_ACK),
        number(p, Setting.BLACKHOLE) == 0, p.on(Setting.ECHO), p.on(Setting.DROP_SYN_FIN),
        p.on(Setting.ICMP_MAY_RESET));
  }

  /** {@return the congestion control of a name, as Linux and FreeBSD spell them} */
  static Optional<TcpConfig.Algorithm> algorithm(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "reno", "newreno" -> Optional.of(TcpConfig.Algorithm.RENO);
      case "cubic" -> Optional.of(TcpConfig.Algorithm.CUBIC);
      case "bbr" -> Optional.of(TcpConfig.Algorithm.BBR);
      case "fast" -> Optional.of(TcpConfig.Algorithm.FAST);
      default -> Optional.empty();
    };
  }

  static String name(TcpConfig.Algorithm algorithm, Profile.Kind kind) {
    return switch (algorithm) {
      case RENO -> kind == Profile.Kind.FREEBSD ? "newreno" : "reno";
      case CUBIC -> "cubic";
      case BBR -> "bbr";
      case FAST -> "fast";
    };
  }

  /** {@return the keys of Fast Open, as sysctl has them: four groups of eight digits each} */
  static SipHash[] fastOpenKeys(String text) {
    String[] keys = text.split(",", -1);
    SipHash[] hashes = new SipHash[keys.length];
    for (int i = 0; i < keys.length; i++) {
      String[] groups = keys[i].strip().split("-", -1);
      if (groups.length != 4) return new SipHash[0];
      hashes[i] = new SipHash(word(groups[1]) << 32 | word(groups[0]), word(groups[3]) << 32 | word(groups[2]));
    }
    return hashes;
  }

  private static long word(String hex) {
    return Long.parseLong(hex, 16);
  }

  static SipHash fastOpenKey(byte[] key, int from) {
    return new SipHash(little(key, from), little(key, from + 8));
  }

  private static long little(byte[] bytes, int from) {
    long value = 0;
    for (int i = 7; i >= 0; i--)
      value = value << 8 | (bytes[from + i] & 0xff);
    return value;
  }
}
