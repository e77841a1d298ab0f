package dev.gap.cli.it;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gap.cli.it.Namespaces.Place;

import static org.assertj.core.api.Assertions.assertThat;

/** The gap command as its users know it: in the background, asked how it is, and told to end. */
@Timeout(120)
final class CommandIT {
  private static final long MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int UNAVAILABLE = 69;
  private static final int USAGE = 64;
  /** What Java ends with after SIGTERM. */
  private static final int TERMINATED = 143;

  @RegisterExtension
  static final Bed BED = new Bed();

  @Test
  void aLocalInTheBackgroundStartsTellsAndStops() {
    BED.relay("delay=10");
    BED.server();
    gap(Place.NEAR, 1, "local", "status").hasOut("not running");
    gap(Place.NEAR, UNAVAILABLE, "local", "stop").hasErr("is not running");
    gap(Place.NEAR, UNAVAILABLE, "wnd").hasErr("is not running");

    gap(Place.NEAR, 0, start("local", Bed.localOptions())).hasOut("started, pid");
    gap(Place.NEAR, UNAVAILABLE, start("local", Bed.localOptions())).hasErr("running already");
    Site.Page page = BED.site().publish("page", MIB);
    BED.download("curl", page).awaitIntact(page, PATIENCE);
    gap(Place.NEAR, 0, "local", "status").hasOut("local is running, pid").hasOut("127.0.0.1:1186")
        .hasOut("window auto");

    gap(Place.NEAR, 0, "wnd").hasOut("auto");
    gap(Place.NEAR, 0, "wnd", "512").hasOut("512");
    gap(Place.NEAR, 0, "wnd").hasOut("512");
    gap(Place.NEAR, USAGE, "wnd", "0");
    gap(Place.NEAR, USAGE, "wnd", "65536");
    gap(Place.NEAR, USAGE, "wnd", "much");
    gap(Place.NEAR, 0, "wnd").hasOut("512");
    BED.download("narrow", page).awaitIntact(page, PATIENCE);

    gap(Place.NEAR, 0, "local", "stop").hasOut("stopped");
    gap(Place.NEAR, 1, "local", "status").hasOut("not running");
    gap(Place.NEAR, 0, start("local", Bed.localOptions())).hasOut("started, pid");
    BED.download("again", page).awaitIntact(page, PATIENCE);
    gap(Place.NEAR, 0, "local", "stop").hasOut("stopped");
  }

  @Test
  void aServerInTheBackgroundStartsTellsAndStops() {
    BED.relay("delay=10");
    gap(Place.FAR, 1, "server", "status").hasOut("not running");
    gap(Place.FAR, UNAVAILABLE, "server", "stop").hasErr("is not running");
    gap(Place.FAR, 0, start("server", Bed.serverOptions())).hasOut("started, pid");
    gap(Place.FAR, UNAVAILABLE, start("server", Bed.serverOptions())).hasErr("running already");
    BED.local();
    Site.Page page = BED.site().publish("page", MIB);
    BED.download("curl", page).awaitIntact(page, PATIENCE);
    gap(Place.FAR, 0, "server", "status").hasOut("server is running, pid").hasOut("10.88.2.2:2286");
    gap(Place.FAR, 0, "server", "stop").hasOut("stopped");
    gap(Place.FAR, 1, "server", "status").hasOut("not running");
  }

  @Test
  void anAddressInUseIsSaid() {
    BED.relay();
    BED.local();
    gap(Place.NEAR, UNAVAILABLE, join("local", Bed.localOptions("--control", BED.folder().resolve("other").toString())))
        .hasErr("--listen");
  }

  @Test
  void connectionsMayEndWithinTheGraceAndAreResetAfterIt() {
    Site.Page shortly = BED.site().publish("short", MIB / 2);
    Site.Page longly = BED.site().publish("long", 64 * MIB);
    BED.relay("delay=10", "rate=8e6");
    BED.server();
    Running local = BED.local("--grace", "4s");
    Download ends = BED.download("ends", shortly);
    Download isReset = BED.download("is-reset", longly);
    ends.awaitBytes(100_000, Duration.ofSeconds(10));
    isReset.awaitBytes(100_000, Duration.ofSeconds(10));

    long start = System.nanoTime();
    local.terminate();
    int exit = local.await(Duration.ofSeconds(10));
    double seconds = (System.nanoTime() - start) / 1e9;
    Bed.report("SIGTERM with a grace of 4 s: ended after %.1f s with %d".formatted(seconds, exit));
    assertThat(exit).isEqualTo(TERMINATED);
    assertThat(seconds).isBetween(3.5, 6.0);
    ends.awaitIntact(shortly, Duration.ofSeconds(2));
    assertThat(isReset.awaitExit(Duration.ofSeconds(2))).as("curl says: %s", isReset.error()).isIn(18, 56);
    assertThat(local.err()).contains("have been reset");
  }

  private static String[] join(String first, String... rest) {
    String[] all = new String[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  private static String[] start(String side, String... options) {
    return join(side, join("start", options));
  }

  private static Said gap(Place place, int exit, String... arguments) {
    Running process = BED.gap(place, arguments);
    assertThat(process.await(PATIENCE)).as("gap %s: %s%s", String.join(" ", arguments), process.out(), process.err())
        .isEqualTo(exit);
    return new Said(process);
  }

  /** What a command said before it ended. */
  private record Said(Running process) {
    Said hasOut(String text) {
      assertThat(process.out()).contains(text);
      return this;
    }

    Said hasErr(String text) {
      assertThat(process.err()).contains(text);
      return this;
    }
  }
}
