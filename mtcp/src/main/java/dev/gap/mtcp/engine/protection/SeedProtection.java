package dev.gap.mtcp.engine.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

/**
 * Profile 1: an FNV-1a hash before the segment, and the whole as AES-256-CFB128 ciphertext with a constant initialization
 * vector (docs/protocol.md, "Profile 1").
 *
 * <p>
 * The JDK's CFB goes block by block through Java. Here all blocks go through ECB in bulk: decryption knows every cipher
 * block beforehand and takes one call a datagram; encryption needs the block before, so many datagrams advance in lockstep,
 * one call for block {@code n} of all of them. {@code SeedProtectionBenchmark} has the figures.
 */
@SuppressWarnings("InsecureCryptoUsage") // ECB is the building block here, not the mode
public final class SeedProtection implements PacketProtection {
  private static final int BLOCK = 16;
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Cipher ecb;
  private final byte[] iv;
  private final byte[] firstKeystream = new byte[BLOCK];
  private final byte[] input = new byte[SegmentHeader.MAX_DATAGRAM + BLOCK];
  private final byte[] keystream = new byte[SegmentHeader.MAX_DATAGRAM + BLOCK];
  private final long markSalt;
  private byte[] lane = new byte[BLOCK];
  private byte[] laneStream = new byte[BLOCK];
  private int[] active = new int[1];
  private int[] hashes = new int[1];
  private final Fnv fnv = new Fnv();

  /** For one engine. */
  public SeedProtection(SeedKey key) {
    try {
      ecb = Cipher.getInstance("AES/ECB/NoPadding");
      ecb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.aesKey(), "AES"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES", e);
    }
    iv = key.iv();
    encrypt(iv, BLOCK, firstKeystream);
    byte[] salt = new byte[BLOCK];
    encrypt(firstKeystream, BLOCK, salt);
    markSalt = ByteBuffer.wrap(salt).getLong();
  }

  /** Opens one datagram in place. {@return whether it was made by a holder of the key; if not, its bytes are rubbish} */
  public boolean open(byte[] datagram, int length) {
    if (!isPossible(length)) return false;
    decrypt(datagram, length);
    return (int) INT.get(datagram, 0) == Fnv.hash(datagram, length);
  }

  @Override
  public void open(PacketBatch batch, boolean[] authentic) {
    makeRoom(batch);
    for (int i = 0; i < batch.size(); i++) {
      if (isPossible(batch.length(i))) decrypt(batch.bytes(i), batch.length(i));
    }
    fnv.hash(batch, 0, hashes);
    for (int i = 0; i < batch.size(); i++)
      authentic[i] = isPossible(batch.length(i)) && (int) INT.get(batch.bytes(i), 0) == hashes[i];
  }

  private static boolean isPossible(int length) {
    return length >= SegmentHeader.BYTES && length <= SegmentHeader.MAX_DATAGRAM;
  }

  private void decrypt(byte[] datagram, int length) {
    int padded = (length + BLOCK - 1) / BLOCK * BLOCK;
    System.arraycopy(iv, 0, input, 0, BLOCK);
    System.arraycopy(datagram, 0, input, BLOCK, padded - BLOCK);
    encrypt(input, padded, keystream);
    for (int i = 0; i < length; i++)
      datagram[i] ^= keystream[i];
  }

  @Override
  public void seal(PacketBatch batch, int from) {
    int count = batch.size() - from;
    if (count == 0) return;
    makeRoom(batch);
    fnv.hash(batch, from, hashes);
    for (int k = 0; k < count; k++) {
      INT.set(batch.bytes(from + k), 0, hashes[from + k]);
      active[k] = from + k;
      System.arraycopy(iv, 0, lane, k * BLOCK, BLOCK);
    }
    for (int at = 0; count > 0; at += BLOCK)
      count = sealBlock(batch, at, count);
  }

  private void makeRoom(PacketBatch batch) {
    if (hashes.length >= batch.capacity()) return;
    hashes = new int[batch.capacity()];
    active = new int[batch.capacity()];
    lane = new byte[batch.capacity() * BLOCK];
    laneStream = new byte[batch.capacity() * BLOCK];
  }

  @Override
  public long markSalt() {
    return markSalt;
  }

  /** Seals the block at offset {@code at} of the first {@code count} active datagrams. {@return how many go on} */
  private int sealBlock(PacketBatch batch, int at, int count) {
    // not in place: the JDK would copy the input first, 1.4 kB for each datagram
    encrypt(lane, count * BLOCK, laneStream);
    int kept = 0;
    for (int k = 0; k < count; k++) {
      int index = active[k];
      byte[] datagram = batch.bytes(index);
      int left = batch.length(index) - at;
      int l = k * BLOCK;
      if (left <= BLOCK) {
        for (int i = 0; i < left; i++)
          datagram[at + i] ^= laneStream[l + i];
        continue;
      }
      long low = (long) LONG.get(datagram, at) ^ (long) LONG.get(laneStream, l);
      long high = (long) LONG.get(datagram, at + 8) ^ (long) LONG.get(laneStream, l + 8);
      LONG.set(datagram, at, low);
      LONG.set(datagram, at + 8, high);
      LONG.set(lane, kept * BLOCK, low);
      LONG.set(lane, kept * BLOCK + 8, high);
      active[kept++] = index;
    }
    return kept;
  }

  private void encrypt(byte[] in, int length, byte[] out) {
    try {
      ecb.update(in, 0, length, out, 0);
    } catch (ShortBufferException e) {
      throw new AssertionError("buffers are sized for the largest datagram", e);
    }
  }
}
