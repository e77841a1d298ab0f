package dev.gap.tcp.engine.connection;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Urgent data, as everybody has it: RFC 6093. */
class UrgentTest {
  private static final byte[] DATA = {10, 11, 12, 13, 14};

  private final Urgent urgent = new Urgent(false);

  @Test
  void thereIsNoneAtFirst() {
    assertThat(urgent.exists()).isFalse();
    assertThat(urgent.isAnnounced()).isFalse();
    assertThat(urgent.isReadable()).isFalse();
    assertThat(urgent.position()).isNegative();
  }

  @Test
  void thePointerPointsBehindTheUrgentByte() {
    assertThat(urgent.announce(100, 3, 100, 100)).isTrue();
    assertThat(urgent.position()).isEqualTo(102);
    Urgent literal = new Urgent(true);
    assertThat(literal.announce(100, 3, 100, 100)).isTrue();
    assertThat(literal.position()).isEqualTo(103);
  }

  @Test
  void aPointerOfZeroSaysNothing() {
    assertThat(urgent.announce(100, 0, 100, 100)).isFalse();
    assertThat(urgent.exists()).isFalse();
  }

  @Test
  void theByteIsThereWhenItsDataIs() {
    urgent.announce(100, 3, 100, 100);
    assertThat(urgent.isAnnounced()).isTrue();
    urgent.onData(90, DATA, 0, 5);
    assertThat(urgent.isReadable()).isFalse();
    urgent.onData(100, DATA, 0, 2);
    assertThat(urgent.isReadable()).isFalse();
    urgent.onData(100, DATA, 0, 5);
    assertThat(urgent.isReadable()).isTrue();
    assertThat(urgent.value()).isEqualTo((byte) 12);
  }

  @Test
  void theFirstThatArrivedStands() {
    urgent.announce(100, 3, 100, 100);
    urgent.onData(100, DATA, 0, 5);
    urgent.onData(100, new byte[]{1, 2, 3, 4, 5}, 0, 5);
    assertThat(urgent.value()).isEqualTo((byte) 12);
  }

  @Test
  void anOldPointerIsNoNews() {
    urgent.announce(100, 3, 100, 100);
    assertThat(urgent.announce(100, 3, 100, 100)).isFalse();
    assertThat(urgent.announce(100, 2, 100, 100)).isFalse();
    // behind what was read, or received
    assertThat(urgent.announce(100, 10, 120, 120)).isFalse();
    assertThat(urgent.announce(100, 10, 100, 115)).isFalse();
    assertThat(urgent.announce(100, 10, 100, 100)).isTrue();
    assertThat(urgent.position()).isEqualTo(109);
  }

  @Test
  void onceReadItIsNotReadAgainButMarksItsPlaceUntilItIsPassed() {
    urgent.announce(100, 3, 100, 100);
    urgent.onData(100, DATA, 0, 5);
    urgent.onRead();
    assertThat(urgent.isReadable()).isFalse();
    assertThat(urgent.position()).isEqualTo(102);
    urgent.passed(102);
    assertThat(urgent.position()).isEqualTo(102);
    urgent.passed(103);
    assertThat(urgent.position()).isNegative();
    assertThat(urgent.exists()).isFalse();
  }

  @Test
  void whatIsOnlyAnnouncedIsNotPassed() {
    urgent.announce(100, 3, 100, 100);
    urgent.passed(110);
    assertThat(urgent.isAnnounced()).isTrue();
  }
}
