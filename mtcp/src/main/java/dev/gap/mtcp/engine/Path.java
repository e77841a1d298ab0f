package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.AckClock;
import dev.gap.transport.DeliveryMeter;
import dev.gap.transport.Pacer;
import dev.gap.transport.PacketEngine;
import dev.gap.transport.PathRound;
import dev.gap.transport.RateController;
import dev.gap.transport.RttEstimator;
import dev.gap.transport.WindowedMin;

/**
 * The way to one peer address: round-trip time, rate and pacing, shared by all connections to it, and the connections that
 * have something to send, which take turns datagram by datagram.
 */
final class Path {
  /** No round trip takes so long: one of both sides slept. */
  private static final long SLEEP = TimeUnit.SECONDS.toNanos(40);
  private static final long INITIAL_RTO = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long MIN_RTO = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MIN_RTT_WINDOW = TimeUnit.SECONDS.toNanos(30);
  private static final long ECHO_WINDOW = TimeUnit.SECONDS.toNanos(1);
  private static final long DEFAULT_RTT = TimeUnit.MILLISECONDS.toNanos(100);
  /** Copies hide losses: a path that has lost is taken to go on losing for so long. */
  private static final long LOSS_MEMORY = TimeUnit.SECONDS.toNanos(60);
  /** A path is taken to lose until so many datagrams have come through. */
  private static final int TRIAL_DATAGRAMS = 500;
  private static final long MIN_OUTAGE = TimeUnit.MILLISECONDS.toNanos(600);
  /** Shorter round trips than that are believed although nothing was heard for as long: a first one by satellite. */
  private static final long CREDIBLE_SILENCE = TimeUnit.SECONDS.toNanos(1);
  /** During an outage this much is sent each retransmission timeout: enough to notice its end. */
  private static final long OUTAGE_LIMIT = 4 * SegmentHeader.MAX_DATAGRAM;

  private final InetSocketAddress peer;
  private final RateController rate;
  private final RttEstimator rtt = new RttEstimator(INITIAL_RTO, MIN_RTO);
  private final WindowedMin minRtt = new WindowedMin(MIN_RTT_WINDOW);
  private final StandingQueue queue = new StandingQueue();
  private final WindowedMin leastEcho = new WindowedMin(ECHO_WINDOW);
  private final DeliveryMeter meter = new DeliveryMeter();
  private final Pacer pacer = new Pacer();
  private final SpareRate spare = new SpareRate();
  private final Redundancy redundancy = new Redundancy();
  private final Ages ages = new Ages();
  private final ArrayDeque<Connection> ready = new ArrayDeque<>();
  private long bytesInFlight;
  private boolean awaiting;
  private long awaitingSince;
  private boolean hadOutage;
  private long outageEnded;
  private long guardedUntil;
  private boolean everLost;
  private int arrivals;
  private int connections;
  private long lastUsed;

  Path(InetSocketAddress peer, RateController rate) {
    this.peer = peer;
    this.rate = rate;
  }

  InetSocketAddress peer() {
    return peer;
  }

  /** {@return since when what was sent waits for anything to be heard, or {@link PacketEngine#NEVER}} */
  long awaitingSince() {
    return awaiting && bytesInFlight > 0 ? awaitingSince : PacketEngine.NEVER;
  }

  /** {@return how many datagrams have arrived} */
  long arrivals() {
    return arrivals;
  }

  void join(long nowNanos) {
    connections++;
    lastUsed = nowNanos;
  }

  void leave(long nowNanos) {
    connections--;
    lastUsed = nowNanos;
  }

  boolean isUnusedSince(long nanos) {
    return connections == 0 && lastUsed - nanos < 0;
  }

  /** Lets {@code connection} take its turns. It must not be waiting already. */
  void enqueue(Connection connection) {
    ready.addLast(connection);
  }

  @Nullable
  Connection dequeue() {
    return ready.pollFirst();
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  /** {@return whether rate and flight allow one more datagram now} A full flight is no stall for the pacer to make up for. */
  boolean maySend(long nowNanos) {
    if (bytesInFlight < inflightLimit(nowNanos)) return pacer.nextSendNanos(nowNanos) <= nowNanos;
    pacer.onHeld();
    return false;
  }

  /** {@return when the pacer lets the next datagram go, if something waits for it} */
  long nextSendNanos(long nowNanos) {
    if (ready.isEmpty() || bytesInFlight >= inflightLimit(nowNanos)) return PacketEngine.NEVER;
    return pacer.nextSendNanos(nowNanos);
  }

  private long inflightLimit(long nowNanos) {
    long limit = rate.inflightLimit();
    return limit != RateController.UNLIMITED && isOutage(nowNanos) ? OUTAGE_LIMIT : limit;
  }

  /** An outage: much has been sent for much longer than a round trip, and nothing at all was heard. */
  private boolean isOutage(long nowNanos) {
    return awaiting && nowNanos - awaitingSince > Math.max(MIN_OUTAGE, 3 * rtt.rtoNanos());
  }

  /** Notes that the path could take more than the connections have to send. */
  void noteIdle(long nowNanos) {
    pacer.onHeld();
    if (bytesInFlight < rate.inflightLimit()) meter.onIdle(nowNanos);
  }

  void onSent(int bytes, long nowNanos) {
    bytesInFlight += bytes;
    pacer.onSent(bytes, rate.pacingRate(), rate.catchUpNanos(), nowNanos);
    meter.onSent(bytes, nowNanos);
    spare.onSent(bytes, rate.capacity(), nowNanos);
    if (!awaiting) {
      awaiting = true;
      awaitingSince = nowNanos;
    }
  }

  /** Accounts for a copy of what is in flight. */
  void onCopied(int bytes, long nowNanos) {
    pacer.onSent(bytes, rate.pacingRate(), rate.catchUpNanos(), nowNanos);
  }

  /** {@return how many copies may follow the datagram of so many bytes that was just sent at the end of a flight} They count as taken. */
  int takeCopies(int bytes, long nowNanos) {
    if (queue.isThere()) spare.onQueue(2 * rtt.smoothedNanos(), nowNanos);
    return spare.take(bytes, redundancy.copies());
  }

  /** {@return how well copies guard what they are copies of} */
  Redundancy redundancy() {
    return redundancy;
  }

  /** {@return whether the path loses, so that the ends of flights are worth sending more than once} */
  boolean isGuarded(long nowNanos) {
    if (rate.pacingRate() == RateController.UNLIMITED || isOutage(nowNanos)) return false;
    return everLost ? guardedUntil - nowNanos > 0 : arrivals < TRIAL_DATAGRAMS;
  }

  /** Notes that something valid came from the peer. */
  void onHeard(long nowNanos) {
    if (isOutage(nowNanos)) {
      meter.restart();
      hadOutage = true;
      outageEnded = nowNanos;
    }
    awaiting = bytesInFlight > 0;
    awaitingSince = nowNanos;
    lastUsed = nowNanos;
  }

  void onDelivered(int bytes, long sentNanos, boolean wasInFlight, boolean overtaken, AckClock clock) {
    if (wasInFlight) bytesInFlight -= bytes;
    arrivals++;
    // one acknowledgment that overtook others reports what they were to report one after the other
    long usual = Math.min(clock.usualNanos(), sentNanos + rtt.smoothedNanos());
    long due = Math.max(sentNanos + rate.earliestNanos(), usual);
    meter.onDelivered(bytes, due, clock.nowNanos());
    rate.onDelivered(bytes, sentNanos, overtaken, clock);
  }

  void onLost(int bytes, long sentNanos, long nowNanos) {
    bytesInFlight -= bytes;
    everLost = true;
    guardedUntil = nowNanos + LOSS_MEMORY;
    meter.onLost(bytes);
    rate.onLost(bytes, sentNanos, nowNanos);
  }

  void onSpuriousLoss(int bytes, long sentNanos) {
    meter.onSpuriousLoss(bytes);
    rate.onSpuriousLoss(bytes, sentNanos);
  }

  /** Takes what a connection had in flight out of the count: it is closed, or went to another path. */
  void onForgotten(long bytes) {
    bytesInFlight -= bytes;
    awaiting &= bytesInFlight > 0;
  }

  /** {@return where to put the ages of what an acknowledgment reports, one acknowledgment after the other} */
  Ages ages() {
    return ages;
  }

  /**
   * Takes in how old a timestamp was when it was first echoed: that of a segment that the receiver had waited for, so it came by
   * the usual way, and whichever of its transmissions it was, it is known when that was sent.
   */
  void onEcho(long ageNanos, long nowNanos) {
    leastEcho.update(ageNanos, nowNanos);
  }

  /**
   * {@return how old a datagram is at least when it is reported, in nanoseconds, if it came by the usual way} What is reported sooner
   * overtook others, and says nothing about the path. Where 5 % of all skip a delay of 50 ms, these made a round trip of 30 ms,
   * all others were sent again before they could be reported, and no sample told better any more.
   */
  long leastUsualAgeNanos() {
    long echo = leastEcho.get();
    return echo == Long.MAX_VALUE ? 0 : echo / 8 * 5;
  }

  /** Takes in how old the segments were that an acknowledgment reports. */
  void onRtt(Ages ages, long nowNanos) {
    onRtt(ages.mean(), ages.least(), ages.lowerQuartile(), ages.most(), nowNanos);
  }

  /** Takes in one sample of the round-trip time. */
  void onRtt(long rttNanos, long nowNanos) {
    onRtt(rttNanos, rttNanos, rttNanos, rttNanos, nowNanos);
  }

  private void onRtt(long rttNanos, long leastNanos, long quartileNanos, long mostNanos, long nowNanos) {
    // whoever was asleep in between has measured that
    if (mostNanos >= SLEEP || spansOutage(mostNanos, nowNanos)) return;
    rtt.sample(rttNanos);
    meter.onAcknowledgment(quartileNanos);
    minRtt.update(leastNanos, nowNanos);
    queue.onRtt(leastNanos, nowNanos);
    rate.onRtt(rttNanos, nowNanos);
  }

  /**
   * What arrived before an outage and is reported after it tells how long that was. One such sample made the timeout more than
   * twice as long, and what was lost after it waited for that (seen: 75 s after an outage of 18 s, SecureSimulationTest).
   */
  private boolean spansOutage(long ageNanos, long nowNanos) {
    return hadOutage && ageNanos >= CREDIBLE_SILENCE && nowNanos - ageNanos - outageEnded < 0;
  }

  /** Closes the measurement under way, if it is long enough, and lets the rate follow it. */
  void endRound(long nowNanos) {
    PathRound round = meter.pollRound(rate.tickNanos(), nowNanos);
    if (round != null) rate.onRound(round);
  }

  /** {@return whether its round trip has been measured} */
  boolean isMeasured() { return rtt.hasSample(); }

  long rtoNanos() {
    return rtt.rtoNanos();
  }

  long minRttNanos() {
    long least = minRtt.get();
    return least == Long.MAX_VALUE ? DEFAULT_RTT : least;
  }

  long smoothedRttNanos() {
    return rtt.smoothedNanos();
  }

  RateController rate() {
    return rate;
  }

  long bytesInFlight() {
    return bytesInFlight;
  }
}
