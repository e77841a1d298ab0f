package dev.gap.transport;

import java.util.Arrays;

/**
 * A set of numbers kept as disjoint, ascending, half-open ranges. Operations cost O(log n) to find and O(n) to shift,
 * n being the number of ranges; none allocates once the set has grown to its working size.
 */
public final class RangeSet {
  private static final int LEAST = 8;
  private static final long[] NONE = {};

  /** A set that nothing was ever in takes no room: there are as many as connections. */
  private long[] starts = NONE;
  private long[] ends = NONE;
  private int size;

  /** {@return the number of ranges} */
  public int size() {
    return size;
  }

  /** {@return whether it holds nothing} */
  public boolean isEmpty() { return size == 0; }

  /** {@return the first number of range {@code i}} */
  public long start(int i) {
    return starts[i];
  }

  /** {@return the number after the last of range {@code i}} */
  public long end(int i) {
    return ends[i];
  }

  /** {@return the smallest number} Only for a set that is not empty. */
  public long first() {
    return starts[0];
  }

  /** Forgets everything. */
  public void clear() {
    size = 0;
  }

  /** {@return the index of the first range that ends after {@code n}: the one that holds it, or the next} */
  public int indexOf(long n) {
    int low = 0;
    int high = size;
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (ends[mid] > n) high = mid;
      else low = mid + 1;
    }
    return low;
  }

  /** {@return whether {@code n} is in the set} */
  public boolean contains(long n) {
    int i = indexOf(n);
    return i < size && starts[i] <= n;
  }

  /** {@return the smallest number at or after {@code n} that is not in the set} */
  public long nextAbsent(long n) {
    int i = indexOf(n);
    return i < size && starts[i] <= n ? ends[i] : n;
  }

  /** {@return the smallest number at or after {@code n} that is in the set, or {@link Long#MAX_VALUE}} */
  public long nextPresent(long n) {
    int i = indexOf(n);
    return i == size ? Long.MAX_VALUE : Math.max(n, starts[i]);
  }

  /** Adds the numbers from {@code start} up to, not including, {@code end}. */
  public void add(long start, long end) {
    if (start >= end) return;
    // ranges that touch the new one are merged with it
    int from = indexOf(start - 1);
    int to = from;
    long newStart = start;
    long newEnd = end;
    while (to < size && starts[to] <= end) {
      newStart = Math.min(newStart, starts[to]);
      newEnd = Math.max(newEnd, ends[to]);
      to++;
    }
    replace(from, to, 1);
    starts[from] = newStart;
    ends[from] = newEnd;
  }

  /** Removes the numbers from {@code start} up to, not including, {@code end}. */
  public void remove(long start, long end) {
    if (start >= end) return;
    int from = indexOf(start);
    int to = from;
    while (to < size && starts[to] < end)
      to++;
    if (from == to) return;
    long left = starts[from];
    long right = ends[to - 1];
    boolean keepLeft = left < start;
    boolean keepRight = right > end;
    replace(from, to, (keepLeft ? 1 : 0) + (keepRight ? 1 : 0));
    int i = from;
    if (keepLeft) {
      starts[i] = left;
      ends[i++] = start;
    }
    if (keepRight) {
      starts[i] = end;
      ends[i] = right;
    }
  }

  /** Makes the slots {@code from..to} into {@code count} slots, to be written by the caller. */
  private void replace(int from, int to, int count) {
    int newSize = size - (to - from) + count;
    if (newSize > starts.length) {
      int length = Math.max(LEAST, newSize * 2);
      starts = Arrays.copyOf(starts, length);
      ends = Arrays.copyOf(ends, length);
    }
    System.arraycopy(starts, to, starts, from + count, size - to);
    System.arraycopy(ends, to, ends, from + count, size - to);
    size = newSize;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder("{");
    for (int i = 0; i < size; i++) {
      s.append(i == 0 ? "" : ", ").append('[').append(starts[i]).append(", ").append(ends[i]).append(')');
    }
    return s.append('}').toString();
  }
}
