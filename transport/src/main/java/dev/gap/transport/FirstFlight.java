package dev.gap.transport;

import java.util.concurrent.TimeUnit;

/**
 * What is sent before anything is known of a path, as fast as may be: how long it takes to come back, and how far apart it
 * arrives. Where all of it arrives at once after a long time, it has told neither what the path carries nor what it holds, and a
 * start that found that out by sending ever more would flood the path for the round trip until it is heard. Then a second
 * flight, long enough to be spread by a fast bottleneck, tells it for a small part of what such a path holds.
 */
final class FirstFlight {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  /** A few that came so much of the age of the next before it are not of one train with it: they overtook it. */
  private static final int GAP_SHARE = 4;
  private static final int FEW_SHARE = 4;
  /** A receiver that acknowledges densely takes so long between two reports. */
  private static final long REPORT_INTERVAL = TimeUnit.MICROSECONDS.toNanos(500);
  private static final int SECOND = 8;
  /**
   * A second flight costs a round trip, and busy hosts report it in lumps. So it is for paths that hold very much: at 500 Mbit/s and 200 ms, where a factor of 6 had one
   * too, downloads of four seconds over a real link got 160 Mbit/s with it and 252 without (profile 1, means of five).
   */
  private static final double FAST = 50;
  /** More than the flight itself shows no spacing is believed at once. */
  static final double MOST_LEAP = 32;
  private static final int SECOND_ROUNDS = 2;

  private final int firstBytes;
  private final int datagramBytes;
  private final ArrivalTrain train = new ArrivalTrain();
  private final FirstAges ages = new FirstAges();
  private int bytes;
  private long rttNanos;
  private long secondSince;
  private long firstReport;
  private long lastReport;
  private long reported;
  private long arrived;
  private long firstArrival;
  private long earliestSent;
  private long latestSent;
  private long passedOver;

  FirstFlight(int firstBytes, int datagramBytes) {
    this.firstBytes = firstBytes;
    this.datagramBytes = datagramBytes;
    bytes = firstBytes;
  }

  /** {@return how many bytes may be in flight} */
  int bytes() {
    return bytes;
  }

  /** {@return the round trip, or 0 before any} */
  long rttNanos() {
    return rttNanos;
  }

  /** {@return what it has shown that the path carries at least, in bytes a second} */
  double shown() {
    return (isMostlyLost() ? arrived : bytes) * 1e9 / rttNanos;
  }

  /** {@return whether a bottleneck has spread it, so that its {@link #train()} says what the path carries} */
  boolean isSpread() {
    return train.isSpread() && train.rate() <= MOST_LEAP * shown();
  }

  /** {@return whether what is reported as arrived may still be of it} What followed it takes a round trip. */
  boolean isArriving(long nowNanos) {
    return nowNanos - firstArrival < rttNanos;
  }

  ArrivalTrain train() {
    return train;
  }

  void onDelivered(int datagram, long sentNanos, boolean overtaken, long roundNanos, AckClock clock) {
    long nowNanos = clock.nowNanos();
    noteArrival(datagram, sentNanos, nowNanos);
    if (clock.isOvertaking()) return;
    long pause = pauseNanos(sentNanos, roundNanos, nowNanos);
    train.onDelivered(datagram, sentNanos, overtaken, pause, clock.spacedNanos(), nowNanos);
    if (reported == 0 || nowNanos - lastReport > pause) {
      reported = 0;
      firstReport = nowNanos;
      ages.clear();
    }
    ages.add(nowNanos - sentNanos);
    lastReport = nowNanos;
    reported += datagram;
  }

  /** {@return after so long without an arrival all begins anew} So it does where a few overtook the flight that they were sent with. */
  private long pauseNanos(long sentNanos, long roundNanos, long nowNanos) {
    long pause = isSecond() ? roundNanos / 2 : Math.max(PAUSE, roundNanos / 4 * 3);
    boolean few = reported > 0 && reported <= bytes / FEW_SHARE && sentNanos - firstReport < 0;
    return few ? Math.min(pause, (nowNanos - sentNanos) / GAP_SHARE) : pause;
  }

  private void noteArrival(int datagram, long sentNanos, long nowNanos) {
    if (arrived == 0) {
      firstArrival = nowNanos;
      earliestSent = sentNanos;
      latestSent = sentNanos;
    }
    if (sentNanos - earliestSent < 0) earliestSent = sentNanos;
    if (sentNanos - latestSent > 0) latestSent = sentNanos;
    // what the first arrivals let follow comes as they came
    if (sentNanos - firstArrival < 0) arrived += datagram;
  }

  /**
   * Notes that a datagram was lost. A slow path with a queue of a few datagrams loses most of a first flight, and all that is sent again as
   * fast: with a queue of eight at 1 Mbit/s it was 869 datagrams in the first second. What was lost before anything arrived is no
   * sign of that, nor what was sent before all that did: that was an outage.
   *
   * @return whether the flight is over: most of it was lost, though what was sent later arrived
   */
  boolean onLost(int datagram, long sentNanos) {
    if (arrived > 0 && sentNanos - earliestSent >= 0 && sentNanos - latestSent <= 0) passedOver += datagram;
    if (rttNanos == 0 || !isMostlyLost()) return false;
    train.onOverflow();
    return true;
  }

  private boolean isMostlyLost() { return passedOver >= bytes / 2; }

  private boolean isSecond() { return bytes > firstBytes; }

  /**
   * Takes in a sample of the round trip, after what the same acknowledgment reported.
   *
   * @param startRate what the start would send if this were all, in times of what was {@linkplain #shown shown}
   * @return whether it has told what it can
   */
  boolean onRtt(long sampleNanos, double startRate, long nowNanos) {
    if (isSecond()) return isSecondOver(nowNanos);
    rttNanos = ages.isEmpty() ? sampleNanos : ages.median();
    boolean told = train.datagrams() >= bytes / datagramBytes / 2;
    boolean all = told || reported >= firstBytes - firstBytes / 16;
    if (!all || train.isSpread() || leastRate() < FAST * startRate * shown()) return told;
    bytes = SECOND * firstBytes;
    secondSince = nowNanos;
    return false;
  }

  /** It is also over where there was not so much to send. */
  private boolean isSecondOver(long nowNanos) {
    if (train.datagrams() >= bytes / datagramBytes / 4 * 3) return true;
    if (nowNanos - secondSince <= SECOND_ROUNDS * rttNanos) return false;
    bytes = firstBytes;
    return true;
  }

  /** At least as fast did all arrive. */
  private double leastRate() {
    return reported * 1e9 / (lastReport - firstReport + REPORT_INTERVAL);
  }
}
