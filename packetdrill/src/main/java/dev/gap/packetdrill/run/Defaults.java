package dev.gap.packetdrill.run;

import java.util.EnumMap;
import java.util.Map;

/** What settings are before a script changes them. */
final class Defaults {
  private Defaults() {}

  static Map<Setting, String> of(Profile.Kind kind) {
    Map<Setting, String> all = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values())
      all.put(setting, setting.initial());
    if (kind == Profile.Kind.FREEBSD) all.putAll(FREEBSD);
    return all;
  }

  private static final Map<Setting, String> FREEBSD = Map.ofEntries(Map.entry(Setting.RECEIVE_BUFFER, "65536"),
      Map.entry(Setting.RECEIVE_BUFFER_MAX, "2097152"), Map.entry(Setting.SEND_BUFFER, "32768"),
      Map.entry(Setting.SEND_BUFFER_MAX, "2097152"), Map.entry(Setting.SYN_RETRIES, "10"),
      Map.entry(Setting.SYN_ACK_RETRIES, "3"), Map.entry(Setting.LISTEN_BACKLOG_MAX, "128"),
      Map.entry(Setting.RETRIES_2, "12"), Map.entry(Setting.KEEPALIVE_PROBES, "8"),
      Map.entry(Setting.KEEPALIVE_INIT_MILLIS, "75000"), Map.entry(Setting.KEEPALIVE_ALWAYS, "1"),
      Map.entry(Setting.FRTO, "0"), Map.entry(Setting.RECOVERY, "0"), Map.entry(Setting.EARLY_RETRANSMIT, "0"),
      Map.entry(Setting.PATH_MTU_MIN, "296"), Map.entry(Setting.MIN_MSS, "216"),
      Map.entry(Setting.RTO_MIN_MILLIS, "30"), Map.entry(Setting.RTO_MAX_MILLIS, "64000"),
      Map.entry(Setting.RTO_SLOP_MILLIS, "200"), Map.entry(Setting.QUICK_ACKS, "0"),
      Map.entry(Setting.CHALLENGE_ACK_LIMIT, "1000"), Map.entry(Setting.INVALID_RATE_LIMIT_MILLIS, "0"),
      Map.entry(Setting.TOLERATE_MISSING_TIMESTAMPS, "0"), Map.entry(Setting.AUTO_CORKING, "0"),
      Map.entry(Setting.SACK_COMPRESSION_COUNT, "0"), Map.entry(Setting.EPHEMERAL_PORT_FIRST, "49152"),
      Map.entry(Setting.EPHEMERAL_PORT_LAST, "65535"), Map.entry(Setting.FAST_OPEN_REST_MILLIS, "900000"),
      Map.entry(Setting.FAST_OPEN_KEY, "00000000-00000000-00000000-00000000"),
      Map.entry(Setting.CONGESTION_CONTROL, "newreno"));

  /** What {@code defaults.sh} sets, which the scripts of Google's corpus and of the Linux kernel begin with. */
  static final Map<Setting, String> GTESTS = Map.ofEntries(Map.entry(Setting.RECEIVE_BUFFER, "540000"),
      Map.entry(Setting.RECEIVE_BUFFER_MAX, "15728640"), Map.entry(Setting.SEND_BUFFER, "262144"),
      Map.entry(Setting.SEND_BUFFER_MAX, "4194304"), Map.entry(Setting.TIMESTAMPS, "1"),
      Map.entry(Setting.SYN_RETRIES, "5"), Map.entry(Setting.SYN_ACK_RETRIES, "5"), Map.entry(Setting.FRTO, "2"),
      Map.entry(Setting.SACK, "1"), Map.entry(Setting.DSACK, "1"), Map.entry(Setting.REORDERING, "3"),
      Map.entry(Setting.CONGESTION_CONTROL, "cubic"), Map.entry(Setting.SLOW_START_AFTER_IDLE, "0"),
      Map.entry(Setting.EARLY_RETRANSMIT, "4"), Map.entry(Setting.RECOVERY, "1"), Map.entry(Setting.ECN, "0"),
      Map.entry(Setting.FAST_OPEN, "0x70403"),
      Map.entry(Setting.FAST_OPEN_KEY, "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4"), Map.entry(Setting.SYN_COOKIES, "1"));
}
