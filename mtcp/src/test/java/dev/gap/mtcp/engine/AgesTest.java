package dev.gap.mtcp.engine;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class AgesTest {
  private final Ages ages = new Ages();

  @Test
  void ofNoneThereIsNothingToTell() {
    ages.clear();
    assertThat(ages.any()).isFalse();
  }

  @Test
  void ofOneAllAreThatOne() {
    add(7);
    assertThat(ages.any()).isTrue();
    assertThat(ages.least()).isEqualTo(7);
    assertThat(ages.lowerQuartile()).isEqualTo(7);
    assertThat(ages.mean()).isEqualTo(7);
    assertThat(ages.most()).isEqualTo(7);
  }

  @Test
  void theLowerQuartileIsNotSpoiltByAFewThatCameMuchSooner() {
    add(100, 101, 50, 102, 103, 104, 105, 106, 107, 108);
    assertThat(ages.lowerQuartile()).isEqualTo(101);
    assertThat(ages.least()).isEqualTo(50);
    assertThat(ages.most()).isEqualTo(108);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 64, 65, 100, 1000, 10_000})
  void theLowerQuartileIsThatOfAllHoweverManyThereAre(int count) {
    ages.clear();
    for (int i = 0; i < count; i++)
      ages.add(1000L * i / count);
    assertThat(ages.lowerQuartile()).isBetween(230L, 270L);
    assertThat(ages.most()).isEqualTo(1000L * (count - 1) / count);
  }

  @Test
  void eachAcknowledgmentBeginsAnew() {
    add(LongStream.range(0, 1000).toArray());
    add(9, 8, 7, 6, 5);
    assertThat(ages.lowerQuartile()).isEqualTo(6);
    add(100);
    assertThat(ages.mean()).isEqualTo(100);
    assertThat(ages.lowerQuartile()).isEqualTo(100);
  }

  private void add(long... nanos) {
    ages.clear();
    for (long age : nanos)
      ages.add(age);
  }
}
