package dev.gap.tcp.engine;

import java.time.Duration;
import java.util.Set;

import dev.gap.tcp.engine.wire.Options;

/**
 * How a stack behaves. {@link #DEFAULT} is what Linux does; every value may be changed with a {@code with} method. Times
 * are counted in nanoseconds inside.
 */
public record TcpConfig(Features features, Buffers buffers, Opening opening, Timing timing, Loss loss,
    Congestion congestion, Sizes sizes, Abuse abuse, Habits habits) {

  /** Explicit congestion notification: none, with one bit (RFC 3168), with a counter (RFC 9768). */
  public enum EcnKind {
    NONE, CLASSIC, ACCURATE
  }

  /** Explicit congestion notification: what is asked for, and what is accepted where a peer asks. */
  public enum Ecn {
    OFF(EcnKind.NONE, EcnKind.NONE), ASK(EcnKind.CLASSIC, EcnKind.CLASSIC), ACCEPT(EcnKind.NONE,
        EcnKind.CLASSIC), ASK_ACCURATE(EcnKind.ACCURATE, EcnKind.ACCURATE), ASK_ACCEPT_ACCURATE(EcnKind.CLASSIC,
            EcnKind.ACCURATE), ACCEPT_ACCURATE(EcnKind.NONE, EcnKind.ACCURATE);

    private final EcnKind asks;
    private final EcnKind accepts;

    Ecn(EcnKind asks, EcnKind accepts) {
      this.asks = asks;
      this.accepts = accepts;
    }

    public EcnKind asks() {
      return asks;
    }

    /** {@return the most that is accepted} */
    public EcnKind accepts() {
      return accepts;
    }
  }

  /**
   * What is offered to peers and accepted from them.
   *
   * @param windowScaling RFC 7323 section 2
   * @param timestamps RFC 7323 section 3
   * @param sack RFC 2018
   * @param dsack RFC 2883
   * @param ecnFallback a SYN that asked for ECN and was not answered is sent again without (RFC 3168 section 6.1.1.1)
   * @param ecnSyns how many SYNs ask before that
   * @param ecnPlusPlus 1: SYN-ACKs may be marked too; 2: all segments may (draft-ietf-tcpm-generalized-ecn)
   * @param accurateOption the option of Accurate ECN (RFC 9768 section 3.2.3) is sent where Accurate ECN is used
   * @param fastOpenClient RFC 7413
   * @param fastOpenServer RFC 7413
   * @param fastOpenSendsBare data is sent in a SYN without any cookie: for trusted networks only
   * @param fastOpenTakesBare data is taken from a SYN without any cookie: for trusted networks only
   * @param tolerateMissingTimestamps whether a segment without timestamps counts where they were agreed upon
   */
  public record Features(boolean windowScaling, boolean timestamps, boolean sack, boolean dsack, Ecn ecn,
      boolean ecnFallback, int ecnSyns, int ecnPlusPlus, boolean accurateOption, boolean fastOpenClient,
      boolean fastOpenServer,
      boolean fastOpenSendsBare,
      boolean fastOpenTakesBare,
      boolean tolerateMissingTimestamps) {
    /** {@return this without timestamps} */
    public Features withoutTimestamps() {
      return new Features(windowScaling, false, sack, dsack, ecn, ecnFallback, ecnSyns, ecnPlusPlus, accurateOption,
          fastOpenClient,
          fastOpenServer, fastOpenSendsBare, fastOpenTakesBare, tolerateMissingTimestamps);
    }
  }

  /**
   * Bytes of buffers. The window is half of a receive buffer: the other half is what holding segments costs.
   *
   * @param receive at first
   * @param receiveMax the most that tuning grows it to; decides the window scale
   * @param send at first
   * @param sendMax the most that tuning grows it to
   * @param tuning whether receive buffers grow with what is received
   * @param notSentLowWater a socket is not writable while more than that was not sent yet
   */
  public record Buffers(int receive, int receiveMax, int send, int sendMax, boolean tuning, long notSentLowWater) {}

  /** When SYN cookies are used, RFC 4987 section 3.6. */
  public enum Cookies {
    NEVER, WHEN_FULL, ALWAYS
  }

  /**
   * How connections begin.
   *
   * @param synRetries of an active open
   * @param synLinear how many of them come without backing off
   * @param synAckRetries of a passive open
   * @param synBacklog how many handshakes may be under way for one listener
   * @param backlogMax the most that a listener may ask for
   * @param abortOnOverflow whether a connection that finds the accept queue full is reset, not left to try again
   * @param limit of an active open, zero if only the retries bound it
   * @param dropOptions whether SYNs late in the row come without options
   * @param fastOpenRest how long a client leaves Fast Open to a server alone that did not take it (RFC 7413 section
   *          4.1.3.1); zero to try each time
   */
  public record Opening(int synRetries, int synLinear, int synAckRetries, int synBacklog, int backlogMax,
      boolean abortOnOverflow, Cookies cookies, Duration limit, boolean dropOptions, Duration fastOpenRest,
      int firstPort,
      int lastPort) {}

  /**
   * The user timeout option, RFC 5482. What is adopted of a peer is the larger of both sides' words, within bounds.
   *
   * @param exchanged whether it is told and heeded
   * @param advertised what is told where an application says nothing
   * @param least the section's L_LIMIT
   * @param most its U_LIMIT
   */
  public record UserTimeouts(boolean exchanged, Duration advertised, Duration least, Duration most) {
    /** As long as the RFC says at least; neither told nor heeded. */
    public static final UserTimeouts OFF = new UserTimeouts(false, Duration.ofMinutes(5), Duration.ofSeconds(100),
        Duration.ofHours(1));
  }

  /** Whether ports in TIME-WAIT are chosen for new connections (RFC 6191); those that are asked for always may be. */
  public enum TimeWaitReuse {
    NEVER, LOOPBACK, ALWAYS
  }

  /**
   * Timers.
   *
   * @param rtoMin the least variance in a retransmission timeout, or the least timeout (see {@link Habits#rtoFloorIsWhole})
   * @param rtoInitial before any measurement, RFC 6298 section 2.1
   * @param rtoSlop is added to each timeout
   * @param retries after how many timeouts a connection ends, counted as the time that so many doublings take
   * @param orphanRetries the same after close; 0 for 8
   * @param quickAcks how many segments are acknowledged at once at the start
   * @param timeWait 2 MSL
   * @param timeWaitMax how many connections may be in TIME-WAIT at a time
   * @param timeWaitReuseDelay how long a port is left alone before it is chosen again
   * @param finWait2 how long FIN-WAIT-2 lasts without a reader
   * @param keepalive whether all connections keep alive without asking
   */
  public record Timing(Duration rtoMin, Duration rtoMax, Duration rtoInitial, Duration rtoSlop, int retries,
      int orphanRetries, boolean delayedAck, Duration delayedAckTime, int quickAcks, Duration timeWait, int timeWaitMax,
      boolean timeWaitResets, Duration finWait2, boolean keepalive, Duration keepaliveIdle,
      Duration keepaliveInterval, int keepaliveProbes, UserTimeouts userTimeouts, TimeWaitReuse timeWaitReuse,
      Duration timeWaitReuseDelay) {}

  /** How much goes out while loss is repaired. */
  public enum Repair {
    /** In proportion to what arrives: RFC 6937. */
    PROPORTIONAL,
    /** What is in the network is kept at the threshold: RFC 6675 section 5, RFC 6582 section 3.2. */
    PIPE,
    /** The same, all below the highest segment that arrived being counted as gone: Mathis and Mahdavi, 1996. */
    FORWARD
  }

  /**
   * Finding and repairing loss.
   *
   * @param rack RFC 8985 section 6
   * @param tailLossProbe RFC 8985 section 7
   * @param frto RFC 5682
   * @param limitedTransmit RFC 3042
   * @param reordering the threshold of duplicate acknowledgments, at first and at most
   * @param patient whether timeouts are longer after one that was a mistake, RFC 4015 section 3 (Linux does without)
   */
  public record Loss(boolean rack, boolean tailLossProbe, boolean frto, boolean limitedTransmit, int reordering,
      int reorderingMax, Repair repair, boolean patient) {}

  /** Which congestion control, and how it starts. */
  public enum Algorithm {
    RENO, CUBIC, BBR, FAST
  }

  /** What ends slow start but a loss. */
  public enum SlowStart {
    /** Nothing, RFC 5681. */
    PLAIN,
    /** The hybrid start of Linux. */
    HYSTART,
    /** RFC 9406. */
    HYSTART_PLUS_PLUS
  }

  /**
   * How much is sent.
   *
   * @param initialWindow segments, RFC 6928
   * @param restartAfterIdle RFC 2861
   * @param slowStart what ends slow start of CUBIC and NewReno before a loss does
   * @param byteCountingLimit RFC 3465: segments that one acknowledgment may add in slow start; 0 for no limit
   * @param leastBurst segments that go out at once at least
   * @param paced whether what goes out is spread over the round trip whatever the algorithm, as with Linux's queue fq
   */
  public record Congestion(Algorithm algorithm, int initialWindow, boolean restartAfterIdle, SlowStart slowStart,
      int byteCountingLimit, int leastBurst, boolean paced) {}

  /** When the size of segments goes by what gets through, RFC 4821. */
  public enum ProbingWhen {
    NEVER,
    /** Once large segments have vanished without a word. */
    AFTER_BLACK_HOLE,
    /** From the beginning, which is then more careful. */
    ALWAYS
  }

  /**
   * Segments become smaller where large ones vanish, and larger where a larger one gets through: packetization layer path
   * MTU discovery, RFC 4821 section 7.
   *
   * @param baseMss payload that is most likely to get through: where it starts anew after a black hole
   * @param initialMtu the most that packets have at first with {@link ProbingWhen#ALWAYS}
   * @param floorMss payload that nothing makes smaller
   * @param threshold the search is over when it is about fewer bytes
   * @param interval how long after that larger sizes are tried again
   * @param blackHoleAfter after as many timeouts large segments are taken to vanish
   */
  public record Probing(ProbingWhen when, int baseMss, int initialMtu, int floorMss, int threshold, Duration interval,
      int blackHoleAfter) {}

  /**
   * Sizes of segments.
   *
   * @param mtu of the interface
   * @param advertisedMss told to peers, 0 to derive it from the MTU
   * @param defaultMss assumed if a peer tells none, of IPv4, RFC 9293 section 3.7.1
   * @param minMss the least that is believed
   * @param minPathMtu the least path MTU that is believed
   * @param discovery whether ICMP is heeded and DF set, RFC 1191
   * @param probing how sizes are found out where routers say nothing
   */
  public record Sizes(int mtu, int advertisedMss, int defaultMss, int defaultMss6, int minMss, int minPathMtu,
      boolean discovery, Probing probing) {
    /** How long a path is believed to be smaller than the interface, RFC 1191 section 6.3. */
    public static final Duration PATH_MTU_LASTS = Duration.ofMinutes(10);

    /** {@return this for an interface with another MTU} */
    public Sizes withMtu(int other) {
      return new Sizes(other, advertisedMss, defaultMss, defaultMss6, minMss, minPathMtu, discovery, probing);
    }
  }

  /**
   * What is done against abuse.
   *
   * @param challengeAcks for all connections together, a second, RFC 5961 section 7
   * @param invalidInterval least time between answers to segments that are not acceptable, for each connection
   * @param strictReset RFC 5961 section 3
   * @param strictSyn RFC 5961 section 4
   * @param strictAck RFC 5961 section 5
   * @param icmpEndsOpening whether an ICMP error ends an attempt to connect
   * @param resetsToClosedPorts whether segments that belong to nothing are answered
   * @param dropSynFin whether segments with both SYN and FIN are dropped, whatever they are for
   */
  public record Abuse(int challengeAcks, Duration invalidInterval, boolean strictReset, boolean strictSyn,
      boolean strictAck, boolean resetsToClosedPorts, boolean answersEcho, boolean dropSynFin,
      boolean icmpEndsOpening) {}

  /**
   * What stacks do as they always have.
   *
   * @param tick what timers are rounded up to where they wait for something that may come any moment
   * @param rtoFloorIsWhole whether rtoMin is the least timeout (RFC 6298), not the least variance in it (Linux)
   * @param others what else is done that Linux does not do
   */
  public record Habits(Options.Order order, boolean rtoFloorIsWhole, int hopLimit, Duration tick, Set<Habit> others) {
    public Habits {
      others = Set.copyOf(others);
    }
  }

  /** {@return whether the stack has a habit that Linux does not have} */
  public boolean has(Habit habit) {
    return habits.others.contains(habit);
  }

  /** What Linux does. */
  public static final TcpConfig DEFAULT = new TcpConfig(
      new Features(true, true, true, true, Ecn.ACCEPT, true, 1, 0, true, true, false, false, false, true),
      new Buffers(131_072, 6_291_456, 16_384, 4_194_304, true, 0xffff_ffffL),
      new Opening(6, 0, 5, 4096, 4096, false, Cookies.WHEN_FULL, Duration.ZERO, false, Duration.ZERO, 32_768, 60_999),
      new Timing(Duration.ofMillis(200), Duration.ofSeconds(120), Duration.ofSeconds(1), Duration.ZERO, 15, 0, true,
          Duration.ofMillis(40), 16, Duration.ofSeconds(60), 180_000, true, Duration.ofSeconds(60), false,
          Duration.ofHours(2), Duration.ofSeconds(75), 9, UserTimeouts.OFF, TimeWaitReuse.LOOPBACK,
          Duration.ofSeconds(1)),
      new Loss(true, true, true, true, 3, 300, Repair.PROPORTIONAL, true),
      new Congestion(Algorithm.CUBIC, 10, true, SlowStart.HYSTART_PLUS_PLUS, 0, 2, false),
      new Sizes(1500, 0, 536, 1220, 48, 552, true,
          new Probing(ProbingWhen.AFTER_BLACK_HOLE, 1024, 1400, 48, 8, Duration.ofMinutes(10), 3)),
      new Abuse(1000, Duration.ofMillis(500), true, true, true, true, true, false, true),
      new Habits(Options.Order.LINUX, false, 64, Duration.ofMillis(1), Habit.LINUX));

  public TcpConfig with(Features other) {
    return new TcpConfig(other, buffers, opening, timing, loss, congestion, sizes, abuse, habits);
  }

  public TcpConfig with(Buffers other) {
    return new TcpConfig(features, other, opening, timing, loss, congestion, sizes, abuse, habits);
  }

  public TcpConfig with(Opening other) {
    return new TcpConfig(features, buffers, other, timing, loss, congestion, sizes, abuse, habits);
  }

  public TcpConfig with(Timing other) {
    return new TcpConfig(features, buffers, opening, other, loss, congestion, sizes, abuse, habits);
  }

  public TcpConfig with(Loss other) {
    return new TcpConfig(features, buffers, opening, timing, other, congestion, sizes, abuse, habits);
  }

  public TcpConfig with(Congestion other) {
    return new TcpConfig(features, buffers, opening, timing, loss, other, sizes, abuse, habits);
  }

  public TcpConfig with(Sizes other) {
    return new TcpConfig(features, buffers, opening, timing, loss, congestion, other, abuse, habits);
  }

  public TcpConfig with(Abuse other) {
    return new TcpConfig(features, buffers, opening, timing, loss, congestion, sizes, other, habits);
  }

  public TcpConfig with(Habits other) {
    return new TcpConfig(features, buffers, opening, timing, loss, congestion, sizes, abuse, other);
  }
}
