package dev.gap.tcp.engine;

import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import dev.gap.tcp.engine.TcpConfig.Algorithm;
import dev.gap.tcp.engine.TcpConfig.Ecn;
import dev.gap.tcp.engine.TcpConfig.ProbingWhen;
import dev.gap.tcp.engine.TcpConfig.Repair;
import dev.gap.tcp.engine.TcpConfig.SlowStart;
import dev.gap.tcp.engine.wire.Options;

/** Configurations that hosts may have, all mechanisms on or off, buffers of all sizes. */
final class RandomConfig {
  private static final int[] MTUS = {1500, 1500, 1400, 1280, 9000, 65_535};

  private RandomConfig() {}

  /** {@return one, patient enough for a bad network} */
  static TcpConfig draw(RandomGenerator random) {
    TcpConfig d = TcpConfig.DEFAULT;
    boolean bsd = random.nextInt(4) == 0;
    int receive = between(random, 2_000, 200_000);
    int send = between(random, 2_000, 200_000);
    RandomGenerator young = new SplittableRandom(receive);
    return d
        .with(Changed.of(d.features(), "windowScaling", usually(random), "timestamps", usually(random), "sack",
            usually(random), "dsack", usually(random), "ecn", any(random, Ecn.values()), "ecnFallback",
            random.nextBoolean(), "ecnSyns", 1 + random.nextInt(2), "tolerateMissingTimestamps", random.nextBoolean()))
        .with(Changed.of(d.buffers(), "receive", receive, "receiveMax",
            Math.max(receive, between(random, 10_000, 6_000_000)), "send", send, "sendMax",
            Math.max(send, between(random, 10_000, 4_000_000)), "tuning", usually(random)))
        .with(Changed.of(d.opening(), "synRetries", 14, "synLinear", random.nextInt(3), "synAckRetries", 14))
        .with(Changed.of(d.timing(), "rtoMin", Duration.ofMillis(bsd ? 230 : 200), "rtoMax", Duration.ofSeconds(60),
            "rtoSlop", Duration.ofMillis(bsd ? 200 : 0), "retries", 30, "orphanRetries", 30, "delayedAck",
            usually(random), "quickAcks", random.nextBoolean() ? 16 : 0, "timeWaitResets", random.nextBoolean(),
            "keepaliveIdle", Duration.ofSeconds(20 + random.nextInt(100)), "keepaliveInterval", Duration.ofSeconds(10)))
        .with(Changed.of(d.loss(), "rack", usually(random), "tailLossProbe", usually(random), "frto", usually(random),
            "limitedTransmit", usually(random), "repair", any(young, Repair.values()), "patient", young.nextBoolean()))
        .with(Changed.of(d.congestion(), "algorithm", any(random, Algorithm.values()), "initialWindow",
            1 + random.nextInt(20), "restartAfterIdle", random.nextBoolean(), "slowStart",
            any(random, SlowStart.values()), "byteCountingLimit", random.nextInt(3), "paced",
            young.nextInt(4) == 0))
        .with(Changed.of(d.sizes(), "mtu", MTUS[random.nextInt(MTUS.length)], "probing",
            Changed.of(d.sizes().probing(), "when", probing(random.nextInt(6) == 0, young), "interval",
                Duration.ofSeconds(between(young, 1, 600)))))
        .with(Changed.of(d.abuse(), "strictReset", random.nextBoolean(), "strictSyn", random.nextBoolean(),
            "strictAck", random.nextBoolean()))
        .with(Changed.of(d.habits(), "order", bsd ? Options.Order.FREEBSD : Options.Order.LINUX, "rtoFloorIsWhole",
            bsd, "others", habits(random, young)));
  }

  /** Those of a system, or some of each; of the youngest by another generator, so that old seeds mean what they meant. */
  private static Set<Habit> habits(RandomGenerator random, RandomGenerator young) {
    if (random.nextBoolean()) return random.nextBoolean() ? Habit.FREEBSD : Habit.LINUX;
    return Habit.FREEBSD.stream()
        .filter(h -> h.compareTo(Habit.HOLES_FIRST) < 0 ? random.nextBoolean() : young.nextBoolean())
        .collect(Collectors.toSet());
  }

  /** Hosts that answer to black holes may be where routers say nothing; others may try larger sizes, too. */
  private static ProbingWhen probing(boolean answersBlackHoles, RandomGenerator young) {
    boolean always = young.nextInt(3) == 0;
    if (always) return ProbingWhen.ALWAYS;
    return answersBlackHoles ? ProbingWhen.AFTER_BLACK_HOLE : ProbingWhen.NEVER;
  }

  private static boolean usually(RandomGenerator random) {
    return random.nextInt(5) > 0;
  }

  /** {@return one of them} */
  static <T> T any(RandomGenerator random, T[] all) {
    return all[random.nextInt(all.length)];
  }

  /** {@return a number between the two, small ones as likely as large ones} */
  static int between(RandomGenerator random, int least, int most) {
    return (int) (least * Math.pow((double) most / least, random.nextDouble()));
  }
}
