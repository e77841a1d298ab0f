package dev.gap.lab;

import java.util.random.RandomGenerator;

/**
 * Random loss, independent or in bursts. Bursts follow Gilbert and Elliott: a bad state that loses everything is entered
 * with probability p and left with probability r at each datagram, so that bursts last 1 / r on average and p / (p + r)
 * of all datagrams are lost.
 */
final class LossProcess {
  private final RandomGenerator random;
  private double enterBad;
  private double stayBad;
  private boolean bad;

  LossProcess(LinkSpec spec, RandomGenerator random) {
    this.random = random;
    change(spec);
  }

  /** Goes on with other figures. */
  void change(LinkSpec spec) {
    if (spec.burst() == 1) {
      // the next datagram's fate does not depend on the last one's
      enterBad = spec.loss();
      stayBad = spec.loss();
    } else {
      double r = 1 / spec.burst();
      enterBad = r * spec.loss() / (1 - spec.loss());
      stayBad = spec.loss() == 0 ? 0 : 1 - r;
    }
  }

  /** {@return whether the next datagram is lost} */
  boolean loses() {
    double probability = bad ? stayBad : enterBad;
    bad = probability > 0 && random.nextDouble() < probability;
    return bad;
  }
}
