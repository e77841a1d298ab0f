package dev.gap.mtcp.engine.secure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DialingTest {
  private static final SessionConfig NN = Handshakes.config(new Identity.None());
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final SplittableRandom random = new SplittableRandom(3);
  private final List<ClientHandshake> made = new ArrayList<>();
  private final List<Integer> attempts = new ArrayList<>();
  private final List<byte[]> sent = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();
  private final List<byte[]> copies = new ArrayList<>();
  private long now = -3000 * MILLI;
  private final long start = now;
  private final Dialing dialing = new Dialing(now);

  private ClientHandshake make(int attempt) {
    attempts.add(attempt);
    made.add(Handshakes.client(NN, null, random));
    return made.getLast();
  }

  /** Notes what is sent, but for the copies close behind, which it counts. */
  private void run(long millis) {
    for (long end = now + millis * MILLI; now - end < 0; now += MILLI) {
      byte[] datagram = dialing.poll(this::make, random, now);
      if (datagram == null) continue;
      if (!times.isEmpty() && (now - start) / MILLI - times.getLast() <= 80) {
        copies.add(Objects.requireNonNull(Handshakes.open(NN, datagram)).init().inner());
        continue;
      }
      sent.add(datagram);
      times.add((now - start) / MILLI);
    }
  }

  private byte[] inner(int i) {
    return Objects.requireNonNull(Handshakes.open(NN, sent.get(i))).init().inner();
  }

  private ClientHandshake.@Nullable Result answer(int i) {
    byte[] resp = Handshakes.resp(NN, Handshakes.answer(NN, sent.get(i), random), random);
    return dialing.receive(resp, resp.length, now);
  }

  @Test
  void initsGoOutAfterGrowingWaits() {
    run(4600);
    assertThat(times.getFirst()).isZero();
    long[] waits = {300, 600, 1200, 2400};
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1)).as("wait %d", i).isBetween(waits[i - 1] * 8 / 10,
          waits[i - 1] * 12 / 10 + 1);
    }
    assertThat(times).hasSizeBetween(4, 5);
  }

  @Test
  void eachHasTwoCopiesCloseBehind() {
    run(80);
    assertThat(sent).hasSize(1);
    assertThat(copies).containsExactly(inner(0), inner(0));
    run(1570);
    assertThat(sent).hasSize(3);
    assertThat(copies).containsExactly(inner(0), inner(0), inner(1), inner(1), inner(2), inner(2));
  }

  /** More a server does not answer. */
  @Test
  void noInitIsSentMoreThanFiveTimes() {
    run(19_900);
    List<byte[]> all = new ArrayList<>(copies);
    for (int i = 0; i < sent.size(); i++)
      all.add(inner(i));
    assertThat(all).hasSizeGreaterThan(50);
    for (byte[] one : all)
      assertThat(all.stream().filter(other -> Arrays.equals(one, other)).count()).isLessThanOrEqualTo(5);
  }

  /** A server refuses what was made before it started: an old INIT may never be answered. */
  @Test
  void eachButItsCopiesIsNew() {
    run(4000);
    assertThat(copies.getFirst()).isEqualTo(inner(0));
    for (int i = 1; i < sent.size(); i++)
      assertThat(inner(i)).isNotEqualTo(inner(i - 1));
  }

  @Test
  void everyFiveSecondsTheWaitsBeginAgain() {
    for (int round = 0; round < 4; round++) {
      run(4900);
      assertThat(attempts.getLast()).as("at %d ms", (now - start) / MILLI).isEqualTo(round);
      run(100);
    }
  }

  @Test
  void whoeverWaitsForTheAnswerDoesNotWaitForTheNextInitLong() {
    run(2900);
    int before = sent.size();
    dialing.hurry(now);
    run(5);
    assertThat(sent).hasSize(before + 1);
    dialing.hurry(now);
    run(290);
    assertThat(sent).as("not sooner than after the shortest wait").hasSize(before + 1);
    run(100);
    assertThat(sent).hasSize(before + 2);
  }

  @Test
  void afterTwentySecondsItIsOver() {
    assertThat(dialing.isOver(start + 19_999 * MILLI)).isFalse();
    assertThat(dialing.isOver(start + 20_000 * MILLI)).isTrue();
  }

  @Test
  void theAnswerToAnyOfTheLastEightIsTaken() {
    while (made.size() < 9)
      run(1);
    int last = sent.size() - 1;
    assertThat(answer(0)).isNull();
    assertThat(answer(last)).isNotNull();
    assertThat(answer(last - 4)).isNotNull();
  }
}
