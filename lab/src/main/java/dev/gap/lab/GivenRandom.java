package dev.gap.lab;

import java.util.random.RandomGenerator;

/**
 * Choices that are read from given bytes: whoever may change the bytes, as a fuzzer, makes the choices. A choice takes one
 * byte where that is enough. When the bytes are used up, every choice is the first.
 */
public final class GivenRandom implements RandomGenerator {
  private final byte[] bytes;
  private int at;

  public GivenRandom(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** {@return whether no byte is left} */
  public boolean isExhausted() { return at >= bytes.length; }

  private int next() {
    return isExhausted() ? 0 : bytes[at++] & 0xFF;
  }

  @Override
  public boolean nextBoolean() {
    return (next() & 1) != 0;
  }

  @Override
  public int nextInt() {
    return next() << 24 | next() << 16 | next() << 8 | next();
  }

  @Override
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  @Override
  public int nextInt(int origin, int bound) {
    return (int) nextLong(origin, bound);
  }

  @Override
  public long nextLong() {
    return (long) nextInt() << 32 | (nextInt() & 0xFFFF_FFFFL);
  }

  @Override
  public long nextLong(long bound) {
    if (bound <= 0) throw new IllegalArgumentException("a bound is positive");
    long drawn = bound <= 1 << 8 ? next() : bound <= 1 << 16 ? next() << 8 | next() : nextLong();
    return Long.remainderUnsigned(drawn, bound);
  }

  @Override
  public long nextLong(long origin, long bound) {
    return origin + nextLong(bound - origin);
  }

  @Override
  public double nextDouble() {
    return (next() << 8 | next()) / 65_536.0;
  }

  @Override
  public void nextBytes(byte[] to) {
    for (int i = 0; i < to.length; i++)
      to[i] = (byte) next();
  }
}
