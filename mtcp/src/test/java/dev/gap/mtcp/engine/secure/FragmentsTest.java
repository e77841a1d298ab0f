package dev.gap.mtcp.engine.secure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

final class FragmentsTest {
  private static final int MOST = 1176;
  private static final long SEED = 6;

  private final Random random = new Random(SEED);
  private final Fragments sender = new Fragments();
  private final Fragments receiver = new Fragments();

  private byte[] plain(int length) {
    byte[] plain = new byte[length];
    random.nextBytes(plain);
    return plain;
  }

  private byte @Nullable [] join(byte[] message) {
    return receiver.join(message, Control.HEADER, message.length - Control.HEADER);
  }

  @ParameterizedTest
  @ValueSource(ints = {1177, 1200, 1448, 2322, 2323, 3483, 3484, 4644})
  void theWholeComesBackWithTheLastPart(int length) {
    byte[] plain = plain(length);
    byte[][] parts = sender.split(plain, 0, length, MOST);
    for (int i = 0; i < parts.length - 1; i++)
      assertThat(join(parts[i])).isNull();
    assertThat(join(parts[parts.length - 1])).isEqualTo(plain);
  }

  @Test
  void partsAreControlMessagesThatFit() {
    for (byte[] part : sender.split(plain(1448), 0, 1448, MOST)) {
      assertThat(part.length).isLessThanOrEqualTo(MOST);
      assertThat(Bytes.getLong(part, 0)).isZero();
      assertThat(part[Control.HEADER - 1]).isEqualTo((byte) Control.FRAGMENT);
    }
  }

  @Test
  void aRangeOfAnArrayIsSplit() {
    byte[] bytes = plain(2000);
    byte[] whole = null;
    for (byte[] part : sender.split(bytes, 100, 1448, MOST))
      whole = join(part);
    assertThat(whole).isEqualTo(Arrays.copyOfRange(bytes, 100, 1548));
  }

  @Test
  void orderAndDuplicatesDoNotMatter() {
    for (int round = 0; round < 200; round++) {
      byte[] plain = plain(1200 + random.nextInt(3000));
      List<byte[]> parts = new ArrayList<>(List.of(sender.split(plain, 0, plain.length, MOST)));
      parts.add(parts.getFirst());
      Collections.shuffle(parts, random);
      List<byte[]> wholes = new ArrayList<>();
      for (byte[] part : parts) {
        byte[] whole = join(part);
        if (whole != null) wholes.add(whole);
      }
      assertThat(wholes).as("seed %d, round %d", SEED, round).isNotEmpty().allMatch(w -> Arrays.equals(w, plain));
    }
  }

  @Test
  void manyMayBeUnderWayAtOnce() {
    List<byte[]> plains = new ArrayList<>();
    List<byte[][]> split = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      plains.add(plain(1448));
      split.add(sender.split(plains.get(i), 0, 1448, MOST));
      assertThat(join(split.get(i)[0])).isNull();
    }
    for (int i = 63; i >= 0; i--)
      assertThat(join(split.get(i)[1])).as("%d", i).isEqualTo(plains.get(i));
  }

  @Test
  void unfinishedOnesGiveWayToNewerOnes() {
    byte[][] old = sender.split(plain(1448), 0, 1448, MOST);
    assertThat(join(old[0])).isNull();
    for (int i = 0; i < 64; i++)
      assertThat(join(sender.split(plain(1448), 0, 1448, MOST)[0])).isNull();
    assertThat(join(old[1])).isNull();
  }

  @Test
  void partsOfDifferentWholesAreNotMixed() {
    byte[][] one = sender.split(plain(1448), 0, 1448, MOST);
    byte[][] two = sender.split(plain(1448), 0, 1448, MOST);
    assertThat(join(one[0])).isNull();
    assertThat(join(two[1])).isNull();
  }

  @Test
  void aLostPartLosesOnlyItsOwnWhole() {
    join(sender.split(plain(1448), 0, 1448, MOST)[0]);
    byte[] plain = plain(1448);
    byte[][] next = sender.split(plain, 0, 1448, MOST);
    join(next[1]);
    assertThat(join(next[0])).isEqualTo(plain);
  }

  @Test
  void malformedPartsAreIgnored() {
    byte[] good = sender.split(plain(1448), 0, 1448, MOST)[0];
    for (int length = 0; length <= 6; length++)
      assertThat(receiver.join(good, Control.HEADER, length)).as("%d bytes", length).isNull();
    int[][] indexAndCount = {{0, 0}, {0, 1}, {2, 2}, {3, 2}, {255, 2}, {0, 5}, {4, 5}, {0, 255}, {128, 255}, {0, 128}};
    for (int[] pair : indexAndCount) {
      byte[] bad = good.clone();
      bad[Control.HEADER + 4] = (byte) pair[0];
      bad[Control.HEADER + 5] = (byte) pair[1];
      assertThat(join(bad)).as("part %d of %d", pair[0], pair[1]).isNull();
    }
  }

  @Test
  void anotherCountForTheSameNumberBeginsAnew() {
    byte[] plain = plain(1448);
    byte[][] parts = sender.split(plain, 0, 1448, MOST);
    byte[] other = parts[1].clone();
    other[Control.HEADER + 5] = 3;
    assertThat(join(parts[0])).isNull();
    assertThat(join(other)).isNull();
    assertThat(join(parts[1])).isNull();
    assertThat(join(parts[0])).isEqualTo(plain);
  }

  @Test
  void randomBytesNeverThrow() {
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = plain(random.nextInt(40));
      if (bytes.length > 6) bytes[5] = (byte) random.nextInt(6);
      byte[] whole = receiver.join(bytes, 0, bytes.length);
      if (whole != null) assertThat(whole.length).as("seed %d, step %d", SEED, i).isLessThanOrEqualTo(4 * 34);
    }
  }
}
