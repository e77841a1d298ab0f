package dev.gap.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DeadlinesTest {
  private enum Kind {
    ACK, LOSS, CLOSE
  }

  private final Deadlines<Kind> deadlines = new Deadlines<>(Kind.class);

  @Test
  void allKindsStartUnset() {
    for (Kind kind : Kind.values()) {
      assertThat(deadlines.isSet(kind)).isFalse();
      assertThat(deadlines.get(kind)).isEqualTo(PacketEngine.NEVER);
    }
    assertThat(deadlines.earliest()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void eachKindHasItsOwnDeadline() {
    deadlines.set(Kind.ACK, 30);
    deadlines.set(Kind.CLOSE, 20);

    assertThat(deadlines.get(Kind.ACK)).isEqualTo(30);
    assertThat(deadlines.get(Kind.CLOSE)).isEqualTo(20);
    assertThat(deadlines.isSet(Kind.LOSS)).isFalse();
    assertThat(deadlines.earliest()).isEqualTo(20);
  }

  @Test
  void settingReplacesTheEarlierDeadline() {
    deadlines.set(Kind.ACK, 10);
    deadlines.set(Kind.ACK, 50);
    assertThat(deadlines.get(Kind.ACK)).isEqualTo(50);
    assertThat(deadlines.earliest()).isEqualTo(50);
  }

  @Test
  void settingNeverClears() {
    deadlines.set(Kind.ACK, 10);
    deadlines.set(Kind.ACK, PacketEngine.NEVER);
    assertThat(deadlines.isSet(Kind.ACK)).isFalse();
    assertThat(deadlines.earliest()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void clearingOneKindLeavesTheOthers() {
    deadlines.set(Kind.ACK, 10);
    deadlines.set(Kind.LOSS, 20);
    deadlines.clear(Kind.ACK);
    assertThat(deadlines.isSet(Kind.ACK)).isFalse();
    assertThat(deadlines.earliest()).isEqualTo(20);
  }

  @Test
  void aDeadlineExpiresWhenItsTimeHasComeAndOnlyOnce() {
    deadlines.set(Kind.ACK, 10);
    deadlines.set(Kind.LOSS, 10);

    assertThat(deadlines.expire(Kind.ACK, 9)).isFalse();
    assertThat(deadlines.expire(Kind.ACK, 10)).isTrue();
    assertThat(deadlines.expire(Kind.ACK, 11)).isFalse();
    assertThat(deadlines.isSet(Kind.ACK)).isFalse();
    assertThat(deadlines.expire(Kind.LOSS, 1000)).isTrue();
  }

  @Test
  void anUnsetKindDoesNotExpire() {
    assertThat(deadlines.expire(Kind.CLOSE, Long.MAX_VALUE - 1)).isFalse();
  }
}
