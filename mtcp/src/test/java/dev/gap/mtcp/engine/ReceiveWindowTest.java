package dev.gap.mtcp.engine;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.WindowPolicy.Auto;
import dev.gap.mtcp.engine.WindowPolicy.Fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

final class ReceiveWindowTest {
  private static final long MS = 1_000_000;

  @Test
  void aFixedWindowStaysAsItIs() {
    ReceiveWindow window = new ReceiveWindow(new Fixed(300));
    window.onGapPeer();
    arrive(window, 10_000, 0, 0, 0);
    assertThat(window.limit()).isEqualTo(300);
  }

  @Test
  void anAutomaticWindowStartsWhereTheOriginalDoes() {
    assertThat(new ReceiveWindow(WindowPolicy.AUTO).limit()).isEqualTo(256);
  }

  @Test
  void aGapPeerGetsMoreRoomAtOnce() {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    window.onGapPeer();
    assertThat(window.limit()).isEqualTo(4096);
  }

  @Test
  void aSmallBoundHoldsFromTheStart() {
    ReceiveWindow window = new ReceiveWindow(new Auto(100));
    window.onGapPeer();
    arrive(window, 10_000, 0, 0, 0);
    assertThat(window.limit()).isEqualTo(100);
  }

  @Test
  void halfTheWindowInARoundTripDoublesIt() {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    arrive(window, 127, 0, 0, 0);
    assertThat(window.limit()).isEqualTo(256);
    arrive(window, 1, 0, 0, 0);
    assertThat(window.limit()).isEqualTo(512);
    arrive(window, 255, 0, 0, 0);
    assertThat(window.limit()).isEqualTo(512);
    arrive(window, 1, 0, 0, 0);
    assertThat(window.limit()).isEqualTo(1024);
  }

  @Test
  void arrivalsSpreadOverRoundTripsLeaveIt() {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    window.onMinRtt(50 * MS);
    for (int i = 0; i < 2000; i++)
      window.onArrival(0, 0, i * MS);
    assertThat(window.limit()).isEqualTo(256);
  }

  @Test
  void theSameRateOverALongerPathRaisesIt() {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    window.onMinRtt(300 * MS);
    for (int i = 0; i < 2000; i++)
      window.onArrival(0, 0, i * MS);
    assertThat(window.limit()).isBetween(512, 1024);
  }

  @Test
  void aSlowReaderGetsNoLargerWindow() {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    arrive(window, 10_000, 65, 0, 0);
    assertThat(window.limit()).isEqualTo(256);
  }

  @Test
  void aReaderThatKeepsUpAgainIsForgivenAfterARound() {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    arrive(window, 200, 65, 0, 0);
    arrive(window, 1, 0, 0, 200 * MS);
    arrive(window, 128, 0, 0, 200 * MS);
    assertThat(window.limit()).isEqualTo(512);
  }

  @Test
  void itNeverPassesItsBound() {
    ReceiveWindow window = new ReceiveWindow(new Auto(3000));
    arrive(window, 100_000, 0, 0, 0);
    assertThat(window.limit()).isEqualTo(3000);
    ReceiveWindow largest = new ReceiveWindow(WindowPolicy.AUTO);
    arrive(largest, 200_000, 0, 0, 0);
    assertThat(largest.limit()).isEqualTo(65_535);
  }

  @Test
  void whatWaitsForMissingSegmentsCountsForAGapPeerAlone() {
    ReceiveWindow original = new ReceiveWindow(WindowPolicy.AUTO);
    original.onArrival(0, 250, 0);
    assertThat(original.limit()).isEqualTo(256);
    ReceiveWindow gap = new ReceiveWindow(WindowPolicy.AUTO);
    gap.onGapPeer();
    gap.onArrival(0, 2100, 0);
    assertThat(gap.limit()).isEqualTo(8192);
  }

  /** What a path of 1 Gbit/s delivers in 5 ms. */
  @Test
  void aRunOfArrivalsThatIsReadAsFastOpensItForTwoRoundTripsAtThatRate() {
    ReceiveWindow slow = gap(300 * MS);
    run(slow, 385, 0, 100_000, 0);
    assertThat(slow.limit()).isEqualTo(6000);
    ReceiveWindow fast = gap(300 * MS);
    run(fast, 385, 0, 12_000, 0);
    assertThat(fast.limit()).as("but eight times in a round trip at most").isEqualTo(8 * 4096);
    run(fast, 385, 0, 12_000, 50 * MS);
    assertThat(fast.limit()).as("in the same round trip").isEqualTo(8 * 4096);
    run(fast, 385, 0, 12_000, 350 * MS);
    assertThat(fast.limit()).as("in the next").isEqualTo(50_000);
  }

  @Test
  void aRunOverAShorterPathAsksForLess() {
    ReceiveWindow window = gap(30 * MS);
    run(window, 385, 0, 12_000, 0);
    assertThat(window.limit()).isEqualTo(5000);
  }

  @Test
  void aRunThatIsNotReadAsItArrivesOpensNothing() {
    ReceiveWindow window = gap(300 * MS);
    run(window, 2000, 97, 12_000, 0);
    assertThat(window.limit()).isEqualTo(4096);
  }

  @Test
  void whatARunHasOpenedIsTakenBackWhereTheApplicationFallsBehind() {
    ReceiveWindow window = gap(300 * MS);
    run(window, 385, 0, 12_000, 0);
    run(window, 1, 1024, 0, 5 * MS);
    assertThat(window.limit()).isEqualTo(8 * 4096);
    run(window, 1, 1025, 0, 6 * MS);
    assertThat(window.limit()).isEqualTo(4096);
  }

  @Test
  void aRunEndsWithAPause() {
    ReceiveWindow window = gap(300 * MS);
    for (int i = 0; i < 5; i++)
      run(window, 384, 0, 12_000, 25L * i * MS);
    assertThat(window.limit()).isEqualTo(4096);
  }

  @Test
  void noRunPassesTheBoundNorSaysAnythingOfTheOriginal() {
    ReceiveWindow bounded = new ReceiveWindow(new Auto(10_000));
    bounded.onGapPeer();
    bounded.onMinRtt(300 * MS);
    run(bounded, 385, 0, 12_000, 0);
    assertThat(bounded.limit()).isEqualTo(10_000);
    ReceiveWindow original = new ReceiveWindow(WindowPolicy.AUTO);
    original.onMinRtt(300 * MS);
    run(original, 400, 97, 12_000, 0);
    run(original, 400, 0, 12_000, 10 * MS);
    assertThat(original.limit()).isEqualTo(256);
  }

  private static ReceiveWindow gap(long minRttNanos) {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    window.onGapPeer();
    window.onMinRtt(minRttNanos);
    return window;
  }

  private static void run(ReceiveWindow window, int times, long unread, long apart, long from) {
    for (int i = 0; i < times; i++)
      window.onArrival(unread, 0, from + i * apart);
  }

  @Test
  void aNewPolicyHoldsAtOnce() {
    ReceiveWindow window = new ReceiveWindow(WindowPolicy.AUTO);
    window.setPolicy(new Fixed(7));
    assertThat(window.limit()).isEqualTo(7);
    window.setPolicy(new Fixed(5000));
    assertThat(window.limit()).isEqualTo(5000);
    window.setPolicy(new Auto(900));
    assertThat(window.limit()).isEqualTo(900);
    window.setPolicy(WindowPolicy.AUTO);
    assertThat(window.limit()).isEqualTo(900);
  }

  @Test
  void windowsAreOneToSixtyFiveThousand() {
    for (int segments : new int[]{0, -1, 65_536}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Fixed(segments));
      assertThatIllegalArgumentException().isThrownBy(() -> new Auto(segments));
    }
  }

  private static void arrive(ReceiveWindow window, int times, long unread, long waiting, long nowNanos) {
    for (int i = 0; i < times; i++)
      window.onArrival(unread, waiting, nowNanos);
  }
}
