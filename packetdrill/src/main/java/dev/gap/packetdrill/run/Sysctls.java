package dev.gap.packetdrill.run;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The names that Linux and FreeBSD have for settings. */
final class Sysctls {
  private record Target(Setting setting, long factor) {}

  private static final Map<String, Target> NAMES = new HashMap<>();

  private static void linux(String name, Setting setting) {
    linux(name, setting, 1);
  }

  private static void linux(String name, Setting setting, long factor) {
    NAMES.put("net.ipv4." + name, new Target(setting, factor));
  }

  private static void bsd(String name, Setting setting) {
    bsd(name, setting, 1);
  }

  private static void bsd(String name, Setting setting, long factor) {
    NAMES.put("net.inet.tcp." + name, new Target(setting, factor));
  }

  static {
    linuxOptions();
    linuxTimes();
    linuxCongestion();
    bsdOptions();
    bsdTimes();
    NAMES.put("net.core.somaxconn", new Target(Setting.LISTEN_BACKLOG_MAX, 1));
    NAMES.put("kern.ipc.somaxconn", new Target(Setting.LISTEN_BACKLOG_MAX, 1));
    NAMES.put("kern.ipc.soacceptqueue", new Target(Setting.LISTEN_BACKLOG_MAX, 1));
    NAMES.put("net.core.rmem_max", new Target(Setting.RECEIVE_BUFFER_MAX, 1));
    NAMES.put("net.core.wmem_max", new Target(Setting.SEND_BUFFER_MAX, 1));
    NAMES.put("net.inet.ip.ttl", new Target(Setting.TTL, 1));
    NAMES.put("net.inet6.ip6.hlim", new Target(Setting.HOP_LIMIT, 1));
    NAMES.put("net.ipv6.conf.all.hop_limit", new Target(Setting.HOP_LIMIT, 1));
    NAMES.put("net.inet.ip.portrange.first", new Target(Setting.EPHEMERAL_PORT_FIRST, 1));
    NAMES.put("net.inet.ip.portrange.last", new Target(Setting.EPHEMERAL_PORT_LAST, 1));
  }

  private Sysctls() {}

  private static void linuxOptions() {
    linux("tcp_window_scaling", Setting.WINDOW_SCALING);
    linux("tcp_timestamps", Setting.TIMESTAMPS);
    linux("tcp_sack", Setting.SACK);
    linux("tcp_dsack", Setting.DSACK);
    linux("tcp_ecn", Setting.ECN);
    linux("tcp_ecn_option", Setting.ACCURATE_ECN_OPTION);
    linux("tcp_ecn_fallback", Setting.ECN_FALLBACK);
    linux("tcp_moderate_rcvbuf", Setting.RECEIVE_BUFFER_TUNING);
    linux("tcp_adv_win_scale", Setting.ADVERTISED_WINDOW_SCALE);
    linux("tcp_shrink_window", Setting.SHRINK_WINDOW);
    linux("tcp_syncookies", Setting.SYN_COOKIES);
    linux("tcp_max_syn_backlog", Setting.SYN_BACKLOG);
    linux("tcp_abort_on_overflow", Setting.ABORT_ON_OVERFLOW);
    linux("tcp_fastopen", Setting.FAST_OPEN);
    linux("tcp_fastopen_key", Setting.FAST_OPEN_KEY);
    linux("tcp_fastopen_blackhole_timeout_sec", Setting.FAST_OPEN_BLACKHOLE_MILLIS, 1000);
    linux("tcp_mtu_probing", Setting.MTU_PROBING);
    linux("tcp_base_mss", Setting.MTU_PROBE_BASE);
    linux("tcp_mtu_probe_floor", Setting.MTU_PROBE_FLOOR);
    linux("tcp_probe_threshold", Setting.MTU_PROBE_THRESHOLD);
    linux("tcp_probe_interval", Setting.MTU_PROBE_INTERVAL_SECONDS);
    linux("tcp_min_snd_mss", Setting.MIN_MSS);
    linux("route.min_pmtu", Setting.PATH_MTU_MIN);
    linux("tcp_rfc1337", Setting.IGNORE_TIME_WAIT_RST);
    linux("tcp_tw_reuse", Setting.TIME_WAIT_REUSE);
    linux("tcp_tw_reuse_delay", Setting.TIME_WAIT_REUSE_MILLIS);
    linux("tcp_stdurg", Setting.STANDARD_URGENT);
    linux("tcp_notsent_lowat", Setting.NOT_SENT_LOW_WATER);
    linux("tcp_reflect_tos", Setting.REFLECT_TOS);
    linux("ip_default_ttl", Setting.TTL);
  }

  private static void linuxTimes() {
    linux("tcp_syn_retries", Setting.SYN_RETRIES);
    linux("tcp_synack_retries", Setting.SYN_ACK_RETRIES);
    linux("tcp_syn_linear_timeouts", Setting.SYN_LINEAR_TIMEOUTS);
    linux("tcp_retries1", Setting.RETRIES_1);
    linux("tcp_retries2", Setting.RETRIES_2);
    linux("tcp_orphan_retries", Setting.ORPHAN_RETRIES);
    linux("tcp_keepalive_time", Setting.KEEPALIVE_IDLE_MILLIS, 1000);
    linux("tcp_keepalive_intvl", Setting.KEEPALIVE_INTERVAL_MILLIS, 1000);
    linux("tcp_keepalive_probes", Setting.KEEPALIVE_PROBES);
    linux("tcp_fin_timeout", Setting.FIN_TIMEOUT_MILLIS, 1000);
    linux("tcp_challenge_ack_limit", Setting.CHALLENGE_ACK_LIMIT);
    linux("tcp_invalid_ratelimit", Setting.INVALID_RATE_LIMIT_MILLIS);
    linux("tcp_rto_max_ms", Setting.RTO_MAX_MILLIS);
  }

  private static void linuxCongestion() {
    linux("tcp_frto", Setting.FRTO);
    linux("tcp_recovery", Setting.RECOVERY);
    linux("tcp_early_retrans", Setting.EARLY_RETRANSMIT);
    linux("tcp_reordering", Setting.REORDERING);
    linux("tcp_max_reordering", Setting.REORDERING_MAX);
    linux("tcp_congestion_control", Setting.CONGESTION_CONTROL);
    linux("tcp_slow_start_after_idle", Setting.SLOW_START_AFTER_IDLE);
    linux("tcp_no_metrics_save", Setting.NO_METRICS_SAVE);
    linux("tcp_pacing_ss_ratio", Setting.PACING_SLOW_START_PERCENT);
    linux("tcp_pacing_ca_ratio", Setting.PACING_PERCENT);
    linux("tcp_min_tso_segs", Setting.BURST_MIN);
    linux("tcp_autocorking", Setting.AUTO_CORKING);
    linux("tcp_comp_sack_delay_ns", Setting.SACK_COMPRESSION_NANOS);
    linux("tcp_comp_sack_nr", Setting.SACK_COMPRESSION_COUNT);
  }

  private static void bsdOptions() {
    bsd("sack.enable", Setting.SACK);
    bsd("dsack", Setting.DSACK);
    bsd("do_prr", Setting.RATE_REDUCTION);
    bsd("sack.revised", Setting.SACK_REVISED);
    bsd("rfc6675_pipe", Setting.SACK_REVISED);
    bsd("ecn.enable", Setting.ECN);
    bsd("ecn.maxretries", Setting.ECN_SYN_RETRIES);
    bsd("ecn.plusplus", Setting.ECN_PLUS_PLUS);
    bsd("ecn.generalized", Setting.ECN_PLUS_PLUS);
    bsd("recvspace", Setting.RECEIVE_BUFFER);
    bsd("sendspace", Setting.SEND_BUFFER);
    bsd("recvbuf_auto", Setting.RECEIVE_BUFFER_TUNING);
    bsd("syncookies", Setting.SYN_COOKIES);
    bsd("path_mtu_discovery", Setting.PATH_MTU_DISCOVERY);
    bsd("pmtud_blackhole_detection", Setting.PATH_MTU_BLACKHOLE);
    bsd("pmtud_blackhole_mss", Setting.PATH_MTU_BLACKHOLE_MSS);
    bsd("v6pmtud_blackhole_mss", Setting.PATH_MTU_BLACKHOLE_MSS_V6);
    bsd("fastopen.path_disable_time", Setting.FAST_OPEN_REST_MILLIS, 1000);
    bsd("mssdflt", Setting.DEFAULT_MSS);
    bsd("v6mssdflt", Setting.DEFAULT_MSS_V6);
    bsd("minmss", Setting.MIN_MSS);
    bsd("insecure_rst", Setting.INSECURE_RST);
    bsd("insecure_syn", Setting.INSECURE_SYN);
    bsd("insecure_ack", Setting.INSECURE_ACK);
    bsd("icmp_may_rst", Setting.ICMP_MAY_RESET);
    bsd("rexmit_drop_options", Setting.RETRANSMIT_DROPS_OPTIONS);
    bsd("tolerate_missing_ts", Setting.TOLERATE_MISSING_TIMESTAMPS);
    bsd("blackhole", Setting.BLACKHOLE);
    bsd("drop_synfin", Setting.DROP_SYN_FIN);
    bsd("rfc3042", Setting.LIMITED_TRANSMIT);
    bsd("initcwnd_segments", Setting.INITIAL_WINDOW);
    bsd("abc_l_var", Setting.ABC_LIMIT);
    bsd("cc.algorithm", Setting.CONGESTION_CONTROL);
    bsd("ack_war_cnt", Setting.CHALLENGE_ACK_LIMIT);
  }

  private static void bsdTimes() {
    bsd("rexmit_initial", Setting.RTO_INITIAL_MILLIS);
    bsd("rexmit_min", Setting.RTO_MIN_MILLIS);
    bsd("rexmit_max", Setting.RTO_MAX_MILLIS);
    bsd("rexmit_slop", Setting.RTO_SLOP_MILLIS);
    bsd("delayed_ack", Setting.DELAYED_ACK);
    bsd("delacktime", Setting.DELAYED_ACK_MILLIS);
    bsd("msl", Setting.TIME_WAIT_MILLIS, 2);
    bsd("keepidle", Setting.KEEPALIVE_IDLE_MILLIS);
    bsd("keepintvl", Setting.KEEPALIVE_INTERVAL_MILLIS);
    bsd("keepcnt", Setting.KEEPALIVE_PROBES);
    bsd("keepinit", Setting.KEEPALIVE_INIT_MILLIS);
    bsd("always_keepalive", Setting.KEEPALIVE_ALWAYS);
    bsd("finwait2_timeout", Setting.FIN_TIMEOUT_MILLIS);
    bsd("syncache.rexmtlimit", Setting.SYN_ACK_RETRIES);
    bsd("syncache.rst_on_sock_fail", Setting.ABORT_ON_OVERFLOW);
  }

  /** {@return what a sysctl sets, none if it is unknown or its value makes no sense} */
  static Optional<Map<Setting, String>> settings(String name, String value, Profile profile) {
    String clean = value.strip();
    Map<Setting, String> set = new LinkedHashMap<>();
    try {
      switch (name) {
        case "net.ipv4.tcp_rmem" -> triple(clean, Setting.RECEIVE_BUFFER_MIN, Setting.RECEIVE_BUFFER,
            Setting.RECEIVE_BUFFER_MAX, set);
        case "net.ipv4.tcp_wmem" -> triple(clean, Setting.SEND_BUFFER_MIN, Setting.SEND_BUFFER, Setting.SEND_BUFFER_MAX,
            set);
        case "net.ipv4.ip_local_port_range" -> pair(clean, set);
        case "net.ipv4.tcp_ecn" -> {
          plain(name, clean, set);
          // a kernel that knows Accurate ECN is one that sends the first SYNs a second apart
          if (number(clean) > 2) set.put(Setting.SYN_LINEAR_TIMEOUTS, "4");
        }
        case "net.ipv4.tcp_rto_min_us" -> set.put(Setting.RTO_MIN_MILLIS, Long.toString(number(clean) / 1000));
        case "net.ipv4.ip_no_pmtu_disc" -> set.put(Setting.PATH_MTU_DISCOVERY, number(clean) == 0 ? "1" : "0");
        case "net.ipv4.icmp_echo_ignore_all" -> set.put(Setting.ECHO, number(clean) == 0 ? "1" : "0");
        case "net.inet.tcp.rfc1323" -> {
          set.put(Setting.WINDOW_SCALING, number(clean) == 1 || number(clean) == 2 ? "1" : "0");
          set.put(Setting.TIMESTAMPS, number(clean) == 1 || number(clean) == 3 ? "1" : "0");
        }
        case "kern.ipc.maxsockbuf" -> {
          set.put(Setting.RECEIVE_BUFFER_MAX, clean);
          set.put(Setting.SEND_BUFFER_MAX, clean);
        }
        case "net.inet.tcp.syncookies_only" -> set.put(Setting.SYN_COOKIES,
            number(clean) != 0 ? "2" : Long.toString(Math.min(1, profile.number(Setting.SYN_COOKIES))));
        case "net.inet.tcp.fastopen.client_enable" -> bit(profile, 1, clean, set);
        case "net.inet.tcp.fastopen.server_enable" -> bit(profile, 2, clean, set);
        default -> plain(name, clean, set);
      }
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return set.isEmpty() ? Optional.empty() : Optional.of(set);
  }

  private static void plain(String name, String value, Map<Setting, String> set) {
    Target target = NAMES.get(name);
    if (target == null) return;
    boolean text = target.setting == Setting.CONGESTION_CONTROL || target.setting == Setting.FAST_OPEN_KEY;
    set.put(target.setting, text ? value : Long.toString(number(value) * target.factor));
  }

  private static void bit(Profile profile, long bit, String value, Map<Setting, String> set) {
    long others = profile.number(Setting.FAST_OPEN) & ~bit;
    set.put(Setting.FAST_OPEN, Long.toString(number(value) != 0 ? others | bit : others));
  }

  private static void pair(String value, Map<Setting, String> set) {
    String[] parts = value.split("[\\s,-]+", -1);
    set.put(Setting.EPHEMERAL_PORT_FIRST, Long.toString(number(parts[0])));
    set.put(Setting.EPHEMERAL_PORT_LAST, Long.toString(number(parts[parts.length - 1])));
  }

  private static void triple(String value, Setting first, Setting second, Setting third, Map<Setting, String> set) {
    String[] parts = value.split("\\s+", -1);
    if (parts.length != 3) throw new NumberFormatException(value);
    set.put(first, Long.toString(number(parts[0])));
    set.put(second, Long.toString(number(parts[1])));
    set.put(third, Long.toString(number(parts[2])));
  }

  private static long number(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("0x") ? Long.parseLong(lower.substring(2), 16) : Long.parseLong(lower);
  }
}
