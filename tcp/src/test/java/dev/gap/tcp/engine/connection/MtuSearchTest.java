package dev.gap.tcp.engine.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig.Probing;
import dev.gap.tcp.engine.TcpConfig.ProbingWhen;

import static org.assertj.core.api.Assertions.assertThat;

class MtuSearchTest {
  private static final long SECOND = 1_000_000_000;
  private static final int HEADERS = 40;

  private static MtuSearch search(ProbingWhen when, boolean v6) {
    Probing probing = new Probing(when, 1024, 1400, 48, 8, Duration.ofMinutes(10), 3);
    return new MtuSearch(probing, 48, v6);
  }

  private static MtuSearch begun(int most) {
    MtuSearch search = search(ProbingWhen.ALWAYS, false);
    search.begin(HEADERS, most);
    return search;
  }

  /** {@return the sizes that are tried on a path that lets {@code path} through} */
  private static List<Integer> tried(MtuSearch search, int path, int most, boolean told, long now) {
    List<Integer> sizes = new ArrayList<>();
    for (int size = search.next(most, told, now); size > 0; size = search.next(most, told, now)) {
      sizes.add(size);
      assertThat(sizes).as("no end").hasSizeLessThan(50);
      search.onSent(size);
      assertThat(search.next(most, told, now)).as("one at a time").isZero();
      if (size <= path) search.onArrived();
      else search.onLost(now);
    }
    return sizes;
  }

  @Test
  void everyPathIsFoundButForFewerBytesThanTheThreshold() {
    for (int path = 1400; path <= 9000; path++) {
      MtuSearch search = begun(9000);
      List<Integer> sizes = tried(search, path, 9000, false, 0);
      assertThat(search.used()).as("path %d: %s", path, sizes).isBetween(path - 7, path);
      assertThat(sizes).as("path %d", path).hasSizeLessThan(20);
    }
  }

  @Test
  void aPathThatLetsAllThroughIsFoundToTheLastByte() {
    MtuSearch search = begun(1500);
    tried(search, 1500, 1500, false, 0);
    assertThat(search.used()).isEqualTo(1500);
    assertThat(search.lost()).isZero();
  }

  @Test
  void theFirstIsInTheMiddleOfWhatIsSafeAndWhatIsPossible() {
    MtuSearch search = begun(640);
    assertThat(search.used()).isEqualTo(640);
    assertThat(search.next(640, false, 0)).isZero();
    // by now more is possible
    assertThat(search.next(1500, false, 0)).isEqualTo((640 + 1500) / 2);
    assertThat(begun(9000).next(9000, false, 0)).isEqualTo((1064 + 9000) / 2);
  }

  @Test
  void aRoutersWordIsTriedAtOnceAndNotAgain() {
    MtuSearch search = begun(9000);
    assertThat(search.next(4352, true, 0)).isEqualTo(4352);
    List<Integer> sizes = tried(search, 3000, 4352, true, 0);
    assertThat(sizes.getFirst()).isEqualTo(4352);
    assertThat(sizes).containsOnlyOnce(4352);
    assertThat(search.used()).isBetween(2993, 3000);
  }

  @Test
  void aLostProbeMakesTheNextWait() {
    MtuSearch search = begun(1500);
    search.onSent(search.next(1500, false, 0));
    search.onLost(3 * SECOND);
    assertThat(search.next(1500, false, 3 * SECOND - 1)).isZero();
    assertThat(search.next(1500, false, 3 * SECOND)).isPositive();
  }

  @Test
  void ofWhatIsUnclearTheSameSizeIsTriedAgain() {
    MtuSearch search = begun(1500);
    int size = search.next(1500, false, 0);
    search.onSent(size);
    search.onUnclear();
    assertThat(search.next(1500, false, 0)).isEqualTo(size);
  }

  @Test
  void tenMinutesAfterTheEndItBeginsAgain() {
    MtuSearch search = begun(1500);
    tried(search, 1420, 1500, false, 0);
    assertThat(search.used()).isLessThanOrEqualTo(1420);
    assertThat(search.next(1500, false, 599 * SECOND)).isZero();
    assertThat(tried(search, 1500, 1500, false, 600 * SECOND)).isNotEmpty();
    assertThat(search.used()).isEqualTo(1500);
    assertThat(search.next(1500, false, 2000 * SECOND)).as("nothing is larger").isZero();
  }

  @Test
  void afterABlackHoleItBeginsWithWhatIsSafeAndThenHalvesDownToTheFloor() {
    MtuSearch search = search(ProbingWhen.AFTER_BLACK_HOLE, false);
    search.begin(HEADERS, 1500);
    assertThat(search.used()).isEqualTo(MtuSearch.ANY);
    assertThat(search.next(1500, false, 0)).isZero();
    int[] payloads = {1024, 512, 256, 128, 64, 48, 48};
    for (int payload : payloads) {
      search.onBlackHole(HEADERS, 1);
      assertThat(search.used()).isEqualTo(payload + HEADERS);
    }
    tried(search, 1500, 1500, false, 0);
    assertThat(search.used()).isEqualTo(1500);
    // section 7.7: what once got through is no longer to be relied upon
    search.onBlackHole(HEADERS, 2);
    assertThat(search.used()).isEqualTo(1024 + HEADERS);
  }

  @Test
  void aSizeThatSomethingArrivesWithIsNotHalved() {
    MtuSearch search = search(ProbingWhen.AFTER_BLACK_HOLE, false);
    search.begin(HEADERS, 1500);
    for (int acknowledged = 1; acknowledged < 5; acknowledged++)
      search.onBlackHole(HEADERS, acknowledged);
    assertThat(search.used()).isEqualTo(1024 + HEADERS);
    search.onBlackHole(HEADERS, 4);
    assertThat(search.used()).isEqualTo(512 + HEADERS);
  }

  @Test
  void withIpv6ItDoesNotHalveWhatEveryLinkLetsThrough() {
    MtuSearch search = search(ProbingWhen.AFTER_BLACK_HOLE, true);
    search.begin(60, 1500);
    for (int i = 0; i < 5; i++)
      search.onBlackHole(60, 1);
    assertThat(search.used()).isEqualTo(1084);
  }

  @Test
  void whatARouterRefusesIsNotGoneBackToByItself() {
    MtuSearch search = begun(1500);
    tried(search, 1500, 1500, false, 0);
    search.onTooBig(1300);
    assertThat(search.used()).isEqualTo(1300);
    assertThat(search.next(1500, false, SECOND)).isBetween(1301, 1500);
  }

  @Test
  void withoutProbingNothingIsSearchedFor() {
    MtuSearch search = search(ProbingWhen.NEVER, false);
    search.begin(HEADERS, 1500);
    assertThat(search.next(1500, false, 0)).isZero();
    assertThat(search.used()).isEqualTo(MtuSearch.ANY);
  }
}
