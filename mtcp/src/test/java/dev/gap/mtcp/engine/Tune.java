package dev.gap.mtcp.engine;

import java.time.Duration;

import dev.gap.lab.LinkSpec;

final class Tune {
  public static void main(String[] args) {
    double[][] cases = {{50, 100, 0}, {50, 100, .01}, {50, 100, .05}, {50, 100, .10}, {50, 100, .20}, {50, 100, .30}};
    for (double[] c : cases)
      run("", Rig.link((int) c[0], c[1], c[2]), 12, c[2], c[1]);
    run("burst4", Rig.link(50, 100, .1).withBurst(4), 12, .1, 100);
    run("jitter", Rig.link(50, 100, 0).withJitter(Duration.ofMillis(10)), 12, 0, 100);
    run("fat", Rig.link(100, 500, .01), 12, .01, 500);
    run("slow", Rig.link(20, 5, .02), 12, .02, 5);
    run("tinybuf", Rig.link(20, 50, .02).withQueue(Duration.ofMillis(3)), 12, .02, 50);
    run("lan", Rig.link(1, 200, 0), 5, 0, 200);
    run("jit5", Rig.link(50, 100, 0.05).withJitter(Duration.ofMillis(10)), 12, 0.05, 100);
    run("sat", Rig.link(300, 20, 0.05), 12, 0.05, 20);
  }

  static void run(String name, LinkSpec link, int seconds, double loss, double rate) {
    long t = System.nanoTime();
    Rig rig = new Rig(link, 7);
    var d = rig.new Download(4L << 30);
    rig.run(() -> false, Duration.ofSeconds(seconds));
    double g = d.sink.received * 8e3 / (rig.now() - d.sink.firstByteAt);
    var down = rig.network.link(Rig.FAR, Rig.NEAR).stats();
    var up = rig.network.link(Rig.NEAR, Rig.FAR).stats();
    System.out.printf(
        "%-8s loss %.2f goodput %.1f of %.1f (%.1f%%) waste %.3f budget %.3f up %.1f%% queue mean %.1f max %.1f ovf %d  %.1fs%n",
        name, loss, g, rate * 1420 / (1452 + 46) * (1 - loss), 100 * g / (rate * 1420 / 1498 * (1 - loss)),
        (double) down.bytesIn() / d.sink.received, 1.1 / (1 - loss), 100.0 * up.bytesIn() / down.bytesIn(),
        down.meanQueueDelayNanos() / 1e6, down.maxQueueDelayNanos() / 1e6,
        down.overflowed(), (System.nanoTime() - t) / 1e9);
  }
}
