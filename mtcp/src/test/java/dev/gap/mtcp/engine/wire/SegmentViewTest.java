package dev.gap.mtcp.engine.wire;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.mtcp.engine.wire.SegmentView.Verdict;

import static dev.gap.mtcp.engine.wire.SegmentHeader.*;
import static org.assertj.core.api.Assertions.assertThat;

final class SegmentViewTest {
  private final byte[] bytes = new byte[2 * MAX_DATAGRAM];
  private final SegmentView view = new SegmentView();

  @Test
  void bareHeaderIsOk() {
    assertThat(parse(ACK, 32, 32)).isEqualTo(Verdict.OK);
    assertThat(view.sackCount()).isZero();
    assertThat(view.dataLength()).isZero();
    assertThat(view.takesNumber()).isFalse();
  }

  @Test
  void largestDatagramIsOk() {
    assertThat(parse(ACK, 32, MAX_DATAGRAM)).isEqualTo(Verdict.OK);
    assertThat(view.dataLength()).isEqualTo(MAX_PAYLOAD).isEqualTo(1420);
    assertThat(view.length()).isEqualTo(MAX_DATAGRAM);
    assertThat(view.takesNumber()).isTrue();
  }

  @Test
  void sackListMayFillTheDatagram() {
    assertThat(parse(ACK, 32 + 177 * 8, 32 + 177 * 8)).isEqualTo(Verdict.OK);
    assertThat(view.sackCount()).isEqualTo(177);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 30, 31})
  void shorterThanAHeaderIsTruncated(int length) {
    assertThat(parse(ACK, 32, length)).isEqualTo(Verdict.TRUNCATED);
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX_DATAGRAM + 1, 1500, 2 * MAX_DATAGRAM})
  void longerThanTheLargestDatagramIsOversized(int length) {
    assertThat(parse(ACK, 32, length)).isEqualTo(Verdict.OVERSIZED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 24, 31})
  void dataOffsetInsideTheHeaderIsBad(int offset) {
    assertThat(parse(ACK, offset, 100)).isEqualTo(Verdict.BAD_OFFSET);
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 104, 1452, 2047})
  void dataOffsetBeyondTheDatagramIsBad(int offset) {
    assertThat(parse(ACK, offset, 100)).isEqualTo(Verdict.BAD_OFFSET);
  }

  @Test
  void dataOffsetAtTheEndMeansNoData() {
    assertThat(parse(ACK, 104, 104)).isEqualTo(Verdict.OK);
    assertThat(view.dataLength()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 36, 39, 44, 47})
  void oddSackListIsBad(int offset) {
    assertThat(parse(ACK, offset, 100)).isEqualTo(Verdict.BAD_SACK);
  }

  @Test
  void reversedSackPairIsBad() {
    writeSack(bytes, 0, 5, 5);
    writeSack(bytes, 1, 9, 8);
    assertThat(parse(ACK, 48, 48)).isEqualTo(Verdict.BAD_SACK);
  }

  @Test
  void sackPairMayWrap() {
    writeSack(bytes, 0, -2, 3);
    assertThat(parse(ACK, 40, 40)).isEqualTo(Verdict.OK);
    assertThat(view.sackFirst(0)).isEqualTo(-2);
    assertThat(view.sackLast(0)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {CNT | FIN, CNT | RST, FIN | RST, CNT | FIN | RST, CNT | FIN | ACK | RSV})
  void flagsThatExcludeEachOtherAreBad(int flags) {
    assertThat(parse(flags, 32, 32)).isEqualTo(Verdict.BAD_FLAGS);
  }

  @ParameterizedTest
  @ValueSource(ints = {CNT, FIN, RST, CNT | ACK, FIN | ACK, RST | ACK | RSV})
  void dataBesideCntFinOrRstIsBad(int flags) {
    assertThat(parse(flags, 32, 33)).isEqualTo(Verdict.BAD_FLAGS);
    assertThat(parse(flags, 32, 32)).isEqualTo(Verdict.OK);
  }

  @Test
  void sackBesideFinIsFine() {
    assertThat(parse(FIN | ACK, 40, 40)).isEqualTo(Verdict.OK);
  }

  @Test
  void cntAndFinTakeANumberAndRstNone() {
    parse(CNT | ACK, 32, 32);
    assertThat(view.takesNumber()).isTrue();
    parse(FIN | ACK, 32, 32);
    assertThat(view.takesNumber()).isTrue();
    parse(RST | ACK, 32, 32);
    assertThat(view.takesNumber()).isFalse();
  }

  @Test
  void extremeFieldsAreReadAsWritten() {
    write(bytes, Long.MIN_VALUE, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0xCAFEBABE, MAX_WINDOW, ACK | RSV, 32);
    assertThat(view.parse(bytes, 40)).isEqualTo(Verdict.OK);
    assertThat(view.connectionId()).isEqualTo(Long.MIN_VALUE);
    assertThat(view.seq()).isEqualTo(-1);
    assertThat(view.ack()).isEqualTo(Integer.MIN_VALUE);
    assertThat(view.tsVal()).isEqualTo(Integer.MAX_VALUE);
    assertThat(view.tsEcr()).isEqualTo(0xCAFEBABE);
    assertThat(view.window()).isEqualTo(65535);
    assertThat(view.has(RSV)).isTrue();
    assertThat(view.has(CNT)).isFalse();
  }

  @Test
  void everyAccessorIsSafeOnceItSaysOk() {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    byte[] exact = new byte[0];
    int ok = 0;
    for (int n = 0; n < 200_000; n++) {
      int length = random.nextInt(0, 120);
      if (exact.length != length)
        exact = new byte[length];
      random.nextBytes(exact);
      if (length >= BYTES && random.nextBoolean())
        write(exact, n, n, n, n, n, n, random.nextInt(32), 32 + random.nextInt(12) * 4);
      if (view.parse(exact, length) != Verdict.OK)
        continue;
      ok++;
      for (int i = 0; i < view.sackCount(); i++) {
        assertThat(view.sackLast(i) - view.sackFirst(i)).as("seed %d, round %d", seed, n).isNotNegative();
      }
      assertThat(view.dataOffset() + view.dataLength()).as("seed %d, round %d", seed, n).isEqualTo(length);
    }
    assertThat(ok).isGreaterThan(1000);
  }

  private Verdict parse(int flags, int dataOffset, int length) {
    write(bytes, 1, 2, 3, 4, 5, 6, flags, dataOffset);
    return view.parse(bytes, length);
  }
}
