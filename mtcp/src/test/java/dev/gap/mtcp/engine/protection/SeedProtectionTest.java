package dev.gap.mtcp.engine.protection;

import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

final class SeedProtectionTest {
  private static final long SEED = 20250101;
  private static final int LEAST = SegmentHeader.BYTES;
  private static final int MOST = SegmentHeader.MAX_DATAGRAM;
  private static final SeedKey KEY = new SeedKey("gap-proxy");
  private static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.1", 2286);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final SeedProtection protection = new SeedProtection(KEY);

  @Test
  void everyLengthComesBackAsItWas() {
    PacketBatch batch = new PacketBatch(1, MOST);
    SeedProtection other = new SeedProtection(KEY);
    for (int length = LEAST; length <= MOST; length++) {
      batch.clear();
      byte[] plain = add(batch, length);
      protection.seal(batch, 0);
      assertThat(other.open(batch.bytes(0), length)).as("length %d", length).isTrue();
      assertThat(batch.bytes(0)).as("length %d", length).startsWith(hashed(plain));
    }
  }

  @Test
  void batchesAgreeWithTheCfbOfTheJdk() throws GeneralSecurityException {
    PacketBatch batch = new PacketBatch(64, MOST);
    for (int count = 1; count <= 64; count++) {
      batch.clear();
      byte[][] plain = new byte[count][];
      for (int i = 0; i < count; i++)
        plain[i] = add(batch, random.nextInt(LEAST, MOST + 1));
      protection.seal(batch, 0);
      for (int i = 0; i < count; i++) {
        assertThat(datagram(batch, i)).as("datagram %d of %d, seed %d", i, count, SEED)
            .isEqualTo(cfb(hashed(plain[i])));
      }
    }
  }

  @Test
  void everySingleBitFlipIsRefused() {
    PacketBatch batch = new PacketBatch(1, MOST);
    for (int length : new int[]{32, 33, 47, 48, 49, 100}) {
      batch.clear();
      add(batch, length);
      protection.seal(batch, 0);
      byte[] sealed = batch.bytes(0).clone();
      for (int bit = 0; bit < 8 * length; bit++) {
        byte[] flipped = sealed.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(protection.open(flipped, length)).as("bit %d of %d bytes", bit, length).isFalse();
      }
    }
  }

  @Test
  void sampledBitFlipsOfFullDatagramsAreRefused() {
    PacketBatch batch = new PacketBatch(1, MOST);
    add(batch, MOST);
    protection.seal(batch, 0);
    byte[] sealed = batch.bytes(0).clone();
    for (int i = 0; i < 500; i++) {
      int bit = random.nextInt(8 * MOST);
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(protection.open(flipped, MOST)).as("bit %d, seed %d", bit, SEED).isFalse();
    }
  }

  @Test
  void everyTruncationIsRefused() {
    PacketBatch batch = new PacketBatch(1, MOST);
    add(batch, 200);
    protection.seal(batch, 0);
    for (int length = 0; length < 200; length++) {
      assertThat(protection.open(batch.bytes(0).clone(), length)).as("length %d", length).isFalse();
    }
  }

  @Test
  void tooLongIsRefusedWhateverItHolds() {
    assertThat(protection.open(new byte[2 * MOST], MOST + 1)).isFalse();
    assertThat(protection.open(new byte[2 * MOST], 2 * MOST)).isFalse();
  }

  @Test
  void anotherKeyIsRefused() {
    SeedProtection stranger = new SeedProtection(new SeedKey("gap-proxy "));
    PacketBatch batch = new PacketBatch(64, MOST);
    while (!batch.isFull())
      add(batch, random.nextInt(LEAST, MOST + 1));
    stranger.seal(batch, 0);
    for (int i = 0; i < batch.size(); i++) {
      assertThat(protection.open(batch.bytes(i), batch.length(i))).as("datagram %d, seed %d", i, SEED).isFalse();
    }
  }

  @Test
  void sealingFromAnIndexLeavesEarlierOnesUntouched() throws GeneralSecurityException {
    PacketBatch batch = new PacketBatch(64, MOST);
    for (int from = 0; from <= 20; from++) {
      batch.clear();
      byte[][] plain = new byte[20][];
      for (int i = 0; i < plain.length; i++)
        plain[i] = add(batch, random.nextInt(LEAST, MOST + 1));
      protection.seal(batch, from);
      for (int i = 0; i < plain.length; i++) {
        byte[] expected = i < from ? plain[i] : cfb(hashed(plain[i]));
        assertThat(datagram(batch, i)).as("datagram %d from %d, seed %d", i, from, SEED).isEqualTo(expected);
      }
    }
  }

  @Test
  void sealingWritesNothingPastTheDatagram() {
    PacketBatch batch = new PacketBatch(1, MOST);
    for (int length = LEAST; length < LEAST + 40; length++) {
      batch.clear();
      add(batch, length);
      Arrays.fill(batch.bytes(0), length, MOST, (byte) 0x5A);
      protection.seal(batch, 0);
      for (int i = length; i < MOST; i++)
        assertThat(batch.bytes(0)[i]).as("byte %d after %d", i, length).isEqualTo((byte) 0x5A);
    }
  }

  @Test
  void batchesOfGrowingAndShrinkingSizeShareOneProtection() {
    for (int capacity : new int[]{1, 64, 2, 128, 3}) {
      PacketBatch batch = new PacketBatch(capacity, MOST);
      while (!batch.isFull())
        add(batch, random.nextInt(LEAST, MOST + 1));
      protection.seal(batch, 0);
      for (int i = 0; i < capacity; i++) {
        assertThat(protection.open(batch.bytes(i), batch.length(i))).as("%d of %d, seed %d", i, capacity, SEED)
            .isTrue();
      }
    }
  }

  @Test
  void markSaltFollowsFromTheKeyAlone() {
    assertThat(new SeedProtection(KEY).markSalt()).isEqualTo(protection.markSalt())
        .isNotEqualTo(new SeedProtection(new SeedKey("other")).markSalt());
  }

  @Test
  void anEmptyKeyIsNoKey() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SeedKey(""));
  }

  /** Adds a datagram of random bytes. {@return a copy of it} */
  private byte[] add(PacketBatch batch, int length) {
    byte[] plain = new byte[length];
    random.nextBytes(plain);
    System.arraycopy(plain, 0, batch.next(), 0, length);
    batch.commit(length, PEER);
    return plain;
  }

  /** {@return the bytes with FNV-1a of those from offset 4 before them, by the book} */
  private static byte[] hashed(byte[] plain) {
    long hash = 2166136261L;
    for (int i = 4; i < plain.length; i++)
      hash = ((hash ^ (plain[i] & 0xFF)) * 16777619L) & 0xFFFF_FFFFL;
    byte[] out = plain.clone();
    for (int i = 0; i < 4; i++)
      out[i] = (byte) (hash >>> (24 - 8 * i));
    return out;
  }

  @SuppressWarnings("InsecureCryptoUsage") // the seed's own mode, as the JDK has it
  private static byte[] cfb(byte[] plain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY.aesKey(), "AES"), new IvParameterSpec(KEY.iv()));
    return cipher.doFinal(plain);
  }

  private static byte[] datagram(PacketBatch batch, int i) {
    return Arrays.copyOf(batch.bytes(i), batch.length(i));
  }
}
