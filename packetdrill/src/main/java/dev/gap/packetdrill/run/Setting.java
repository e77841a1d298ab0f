package dev.gap.packetdrill.run;

/**
 * What sysctl can set, in terms common to Linux and FreeBSD. {@link Sysctls} knows the spellings. Values are whole
 * numbers (0 for no, 1 for yes; times in milliseconds), texts where it says so.
 */
public enum Setting {
  /** Offer and accept window scaling, RFC 7323. */
  WINDOW_SCALING(1),
  /** Offer and accept timestamps, RFC 7323. */
  TIMESTAMPS(1),
  /** Offer and accept SACK, RFC 2018. */
  SACK(1),
  /** Send D-SACKs, RFC 2883. */
  DSACK(1),
  /**
   * 0: no ECN; 1: ask for it and accept it; 2: accept it; 3 to 5 with Accurate ECN: ask and accept; accept
   * (FreeBSD), or accept and ask for the other (Linux); accept (Linux).
   */
  ECN(2),
  /** Send the option of Accurate ECN, RFC 9768; Linux's finer distinctions are one here. */
  ACCURATE_ECN_OPTION(2),
  /** Retry a SYN without ECN that was not answered. */
  ECN_FALLBACK(1),
  /** How many SYNs ask for ECN before one does not (FreeBSD). */
  ECN_SYN_RETRIES(1),
  /** ECN on control packets too (FreeBSD's plusplus). */
  ECN_PLUS_PLUS(0),
  /** Bytes of a receive buffer: least, at first, at most. The last decides the window scale. */
  RECEIVE_BUFFER_MIN(4096), RECEIVE_BUFFER(131072), RECEIVE_BUFFER_MAX(6291456),
  /** Bytes of a send buffer: least, at first, at most. */
  SEND_BUFFER_MIN(4096), SEND_BUFFER(16384), SEND_BUFFER_MAX(4194304),
  /** Let the receive buffer grow with what is received. */
  RECEIVE_BUFFER_TUNING(1),
  /** How much of a receive buffer is window: Linux's tcp_adv_win_scale. */
  ADVERTISED_WINDOW_SCALE(1),
  /** May the window shrink when memory is short. */
  SHRINK_WINDOW(0),
  /** How often a SYN is sent again. */
  SYN_RETRIES(6),
  /** How many SYNs are sent again without waiting longer each time (Linux since 6.5 has 4; RFC 6298 knows none). */
  SYN_LINEAR_TIMEOUTS(0),
  /** How often a SYN-ACK is sent again. */
  SYN_ACK_RETRIES(5),
  /** 0: no SYN cookies; 1: when the queue is full; 2: always. */
  SYN_COOKIES(1),
  /** How many connections wait for their handshake. */
  SYN_BACKLOG(4096),
  /** Most that listen can ask for. */
  LISTEN_BACKLOG_MAX(4096),
  /** Reset instead of ignoring when the accept queue is full. */
  ABORT_ON_OVERFLOW(0),
  /** Linux's bits: 1 client, 2 server, 4 client sends without cookie, 0x200 no cookie needed, 0x400 for all listeners. */
  FAST_OPEN(1),
  /** Text: the key of Fast Open cookies, four groups of eight digits, or two such keys with a comma. */
  FAST_OPEN_KEY(""),
  /** How long Fast Open rests after a black hole was found. */
  FAST_OPEN_BLACKHOLE_MILLIS(0),
  /** How long a client does not try Fast Open with a server that did not take it (FreeBSD). */
  FAST_OPEN_REST_MILLIS(0),
  /** After how many timeouts the path is looked at again. */
  RETRIES_1(3),
  /** After how many timeouts a connection ends. */
  RETRIES_2(15),
  /** The same for closed sockets. */
  ORPHAN_RETRIES(0),
  /** Keepalive: idle time, time between probes, number of probes. */
  KEEPALIVE_IDLE_MILLIS(7_200_000), KEEPALIVE_INTERVAL_MILLIS(75_000), KEEPALIVE_PROBES(9),
  /** How long a connection attempt may take (FreeBSD); 0: as SYN_RETRIES say. */
  KEEPALIVE_INIT_MILLIS(0),
  /** Send keepalives on every connection (FreeBSD's always_keepalive). */
  KEEPALIVE_ALWAYS(0),
  /** How long FIN-WAIT-2 lasts without a socket. */
  FIN_TIMEOUT_MILLIS(60_000),
  /** How long TIME-WAIT lasts. */
  TIME_WAIT_MILLIS(60_000),
  /** 0: never connect over a TIME-WAIT; 1: if timestamps allow; 2: on loopback. */
  TIME_WAIT_REUSE(2),
  /** How long such a port is left alone. */
  TIME_WAIT_REUSE_MILLIS(1000),
  /** Ignore RSTs in TIME-WAIT, RFC 1337. */
  IGNORE_TIME_WAIT_RST(0),
  /** Forward RTO-recovery, RFC 5682. */
  FRTO(2),
  /** Linux's bits of loss detection: 1 RACK, 2 static window, 4 no duplicate-ACK threshold. */
  RECOVERY(1),
  /** Proportional rate reduction, RFC 6937; without it, recovery as RFC 6675 has it, or before that (FreeBSD). */
  RATE_REDUCTION(1), SACK_REVISED(1),
  /** Early retransmit and tail loss probe: 3 or 4 for the probe. */
  EARLY_RETRANSMIT(3),
  /** Limited transmit, RFC 3042. */
  LIMITED_TRANSMIT(1),
  /** Duplicate-ACK threshold at first and at most. */
  REORDERING(3), REORDERING_MAX(300),
  /** Text: the congestion control. */
  CONGESTION_CONTROL("cubic"),
  /** Slow start after idle, RFC 2861. */
  SLOW_START_AFTER_IDLE(1),
  /** Segments of the initial window. */
  INITIAL_WINDOW(10),
  /** Segments that go out at once at least: Linux's tcp_min_tso_segs. */
  BURST_MIN(2),
  /** Appropriate byte counting's limit per ACK in segments, RFC 3465 (FreeBSD). */
  ABC_LIMIT(2),
  /** Do not remember metrics of destinations. */
  NO_METRICS_SAVE(0),
  /** 0: no probing of the path MTU, RFC 4821; 1: after a black hole; 2: always. */
  MTU_PROBING(0),
  /** Where probing starts, and where it goes no lower: bytes of payload. */
  MTU_PROBE_BASE(1024), MTU_PROBE_FLOOR(48),
  /** About how many bytes probing is no more, and how long after that it starts again. */
  MTU_PROBE_THRESHOLD(8), MTU_PROBE_INTERVAL_SECONDS(600),
  /** Discover the path MTU: set DF, heed ICMP. */
  PATH_MTU_DISCOVERY(1),
  /** Lowest path MTU believed. */
  PATH_MTU_MIN(552),
  /** Find black holes of path MTU discovery and lower the MSS (FreeBSD). */
  PATH_MTU_BLACKHOLE(0), PATH_MTU_BLACKHOLE_MSS(1200), PATH_MTU_BLACKHOLE_MSS_V6(1220),
  /** MSS assumed if the peer tells none; least MSS believed. */
  DEFAULT_MSS(536), DEFAULT_MSS_V6(1220), MIN_MSS(48),
  /** Bounds of the retransmission timeout and its value before any sample. */
  RTO_MIN_MILLIS(200), RTO_MAX_MILLIS(120_000), RTO_INITIAL_MILLIS(1000),
  /** What is added to each retransmission timeout (FreeBSD). */
  RTO_SLOP_MILLIS(0),
  /** Delay ACKs, and by how much. */
  DELAYED_ACK(1), DELAYED_ACK_MILLIS(40),
  /** How many full segments are acknowledged at once at the start: Linux's quick ACKs; 0 for none. */
  QUICK_ACKS(16),
  /** Challenge ACKs a second for the whole host, RFC 5961; out-of-window ACKs are this far apart for a connection. */
  CHALLENGE_ACK_LIMIT(Long.toString(Integer.MAX_VALUE)), INVALID_RATE_LIMIT_MILLIS(500),
  /** Without RFC 5961's care for RST, SYN, ACK (FreeBSD). */
  INSECURE_RST(0), INSECURE_SYN(0), INSECURE_ACK(0),
  /** May ICMP end a connection being opened (FreeBSD). */
  ICMP_MAY_RESET(1),
  /** Leave options out of a SYN that was sent often (FreeBSD). */
  RETRANSMIT_DROPS_OPTIONS(0),
  /** Accept segments without timestamps on a connection with them (FreeBSD). */
  TOLERATE_MISSING_TIMESTAMPS(1),
  /** 0: answer segments to closed ports with RST; 1: not SYNs; 2: nothing; 3: nothing at all (FreeBSD). */
  BLACKHOLE(0),
  /** Drop segments with SYN and FIN. */
  DROP_SYN_FIN(0),
  /** Allow the host name in the urgent pointer sense of RFC 1122. */
  STANDARD_URGENT(0),
  /** Bytes not sent above which a socket is not writable. */
  NOT_SENT_LOW_WATER("4294967295"),
  /** Pace: percent of the window per round trip in slow start and after. */
  PACING_SLOW_START_PERCENT(200), PACING_PERCENT(120),
  /** What goes out is spread over the round trip: the queue of the device is Linux's fq. */
  PACED(0),
  /** Hold small writes back while earlier ones are in the queue of the device. */
  AUTO_CORKING(1),
  /** Largest delay of compressed ACKs and how many may be. */
  SACK_COMPRESSION_NANOS(1_000_000), SACK_COMPRESSION_COUNT(44),
  /** Answer with the traffic class of the SYN. */
  REFLECT_TOS(0),
  /** Hop limits. */
  TTL(64), HOP_LIMIT(64),
  /** Ports for connections. */
  EPHEMERAL_PORT_FIRST(32768), EPHEMERAL_PORT_LAST(60999),
  /** Text: what is shared with the peer to sign segments with, RFC 2385; empty for nothing. */
  MD5_SECRET(""),
  /** Answer echo requests. */
  ECHO(1);

  private final String initial;

  Setting(long initial) {
    this(Long.toString(initial));
  }

  Setting(String initial) {
    this.initial = initial;
  }

  /** {@return the value on Linux} */
  public String initial() {
    return initial;
  }
}
