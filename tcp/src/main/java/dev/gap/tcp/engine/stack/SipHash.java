package dev.gap.tcp.engine.stack;

import java.util.random.RandomGenerator;

/**
 * SipHash-2-4 (Aumasson, Bernstein 2012): a short keyed hash that an outsider can neither foresee nor make collide. For
 * initial sequence numbers, cookies and tables.
 *
 * @param k0 and {@code k1}: the key
 */
public record SipHash(long k0, long k1) {
  /** {@return one with a random key} */
  public static SipHash random(RandomGenerator random) {
    return new SipHash(random.nextLong(), random.nextLong());
  }

  /** {@return the hash of {@code words}, eight bytes each, little-endian, of which {@code bytes} count} */
  public long hash(int bytes, long... words) {
    State s = new State(k0, k1);
    int whole = bytes / 8;
    for (int i = 0; i < whole; i++)
      s.absorb(words[i]);
    long last = (long) bytes << 56;
    if (bytes % 8 != 0) last |= words[whole] & ((1L << (bytes % 8 * 8)) - 1);
    s.absorb(last);
    return s.finish();
  }

  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long k0, long k1) {
      v0 = k0 ^ 0x736f6d6570736575L;
      v1 = k1 ^ 0x646f72616e646f6dL;
      v2 = k0 ^ 0x6c7967656e657261L;
      v3 = k1 ^ 0x7465646279746573L;
    }

    void absorb(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    long finish() {
      v2 ^= 0xff;
      for (int i = 0; i < 4; i++)
        round();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
