package dev.gap.transport;

import java.net.InetSocketAddress;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A reusable batch of datagrams: fixed buffers, filled by one side and emptied by the other, so that packets cross the
 * wall between engine and world without allocation. Not thread-safe.
 */
public final class PacketBatch {
  private final byte[][] buffers;
  private final int[] lengths;
  private final @Nullable InetSocketAddress[] peers;
  private int size;
  private int limit;

  /**
   * @param capacity the most datagrams it holds, at least 1
   * @param packetBytes the size of each buffer in bytes
   */
  public PacketBatch(int capacity, int packetBytes) {
    buffers = new byte[capacity][packetBytes];
    lengths = new int[capacity];
    peers = new InetSocketAddress[capacity];
    limit = capacity;
  }

  /** {@return the number of datagrams it can hold} */
  public int capacity() {
    return buffers.length;
  }

  /** {@return the number of datagrams it holds} */
  public int size() {
    return size;
  }

  /** {@return whether no further datagram fits} */
  public boolean isFull() { return size == limit; }

  /** Forgets all datagrams. */
  public void clear() {
    clear(buffers.length);
  }

  /** Forgets all datagrams, and takes no more than {@code most} until the next time. */
  public void clear(int most) {
    size = 0;
    limit = Math.min(most, buffers.length);
  }

  /** {@return the buffer that the next datagram is to be written to, from index 0; {@link #commit} then counts it in} */
  public byte[] next() {
    return buffers[size];
  }

  /**
   * Counts in the datagram just written to {@link #next()}.
   *
   * @param length in bytes
   * @param peer where it came from or goes to
   */
  public void commit(int length, InetSocketAddress peer) {
    lengths[size] = length;
    peers[size] = peer;
    size++;
  }

  /** {@return the buffer of datagram {@code i}, whose bytes are 0 to {@code length(i)}} */
  public byte[] bytes(int i) {
    return buffers[Objects.checkIndex(i, size)];
  }

  /** {@return the length in bytes of datagram {@code i}} */
  public int length(int i) {
    return lengths[Objects.checkIndex(i, size)];
  }

  /** {@return the address that datagram {@code i} came from or goes to} */
  public InetSocketAddress peer(int i) {
    return Objects.requireNonNull(peers[Objects.checkIndex(i, size)]);
  }
}
