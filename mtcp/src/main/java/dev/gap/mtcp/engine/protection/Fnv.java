package dev.gap.mtcp.engine.protection;

import dev.gap.transport.PacketBatch;

/**
 * FNV-1a, 32 bits, of all bytes of a datagram from offset 4. Each byte waits for the multiplication of the one before it, but not
 * for those of other datagrams: a batch goes in four lanes, which takes a third of the time ({@code SeedProtectionBenchmark}).
 */
final class Fnv {
  private static final int HASHED_FROM = 4;
  private static final int LANES = 4;
  private static final int OFFSET_BASIS = 0x811C9DC5;
  private static final int PRIME = 0x01000193;

  private final byte[][] bytes = new byte[LANES][];
  private final int[] index = new int[LANES];
  private final int[] at = new int[LANES];
  private final int[] end = new int[LANES];
  private final int[] hash = new int[LANES];

  static int hash(byte[] datagram, int length) {
    return hash(OFFSET_BASIS, datagram, HASHED_FROM, length);
  }

  private static int hash(int before, byte[] datagram, int from, int end) {
    int hash = before;
    for (int i = from; i < end; i++)
      hash = (hash ^ (datagram[i] & 0xFF)) * PRIME;
    return hash;
  }

  /** Writes the hash of each datagram from {@code from} on to its place in {@code hashes}. */
  void hash(PacketBatch batch, int from, int[] hashes) {
    int next = from;
    int lanes = 0;
    while (lanes < LANES && next < batch.size())
      start(lanes++, batch, next++);
    while (lanes == LANES) {
      advance();
      for (int lane = lanes - 1; lane >= 0; lane--) {
        if (at[lane] < end[lane]) continue;
        hashes[index[lane]] = hash[lane];
        if (next < batch.size()) start(lane, batch, next++);
        else move(--lanes, lane);
      }
    }
    for (int lane = 0; lane < lanes; lane++)
      hashes[index[lane]] = hash(hash[lane], bytes[lane], at[lane], end[lane]);
  }

  private void start(int lane, PacketBatch batch, int i) {
    bytes[lane] = batch.bytes(i);
    index[lane] = i;
    at[lane] = HASHED_FROM;
    end[lane] = Math.max(HASHED_FROM, batch.length(i));
    hash[lane] = OFFSET_BASIS;
  }

  private void move(int from, int to) {
    bytes[to] = bytes[from];
    index[to] = index[from];
    at[to] = at[from];
    end[to] = end[from];
    hash[to] = hash[from];
  }

  /** All lanes go on until the first is at its end. */
  private void advance() {
    int steps = end[0] - at[0];
    for (int lane = 1; lane < LANES; lane++)
      steps = Math.min(steps, end[lane] - at[lane]);
    byte[] a = bytes[0];
    byte[] b = bytes[1];
    byte[] c = bytes[2];
    byte[] d = bytes[3];
    int atA = at[0];
    int atB = at[1];
    int atC = at[2];
    int atD = at[3];
    int hashA = hash[0];
    int hashB = hash[1];
    int hashC = hash[2];
    int hashD = hash[3];
    for (int i = 0; i < steps; i++) {
      hashA = (hashA ^ (a[atA + i] & 0xFF)) * PRIME;
      hashB = (hashB ^ (b[atB + i] & 0xFF)) * PRIME;
      hashC = (hashC ^ (c[atC + i] & 0xFF)) * PRIME;
      hashD = (hashD ^ (d[atD + i] & 0xFF)) * PRIME;
    }
    hash[0] = hashA;
    hash[1] = hashB;
    hash[2] = hashC;
    hash[3] = hashD;
    for (int lane = 0; lane < LANES; lane++)
      at[lane] += steps;
  }
}
