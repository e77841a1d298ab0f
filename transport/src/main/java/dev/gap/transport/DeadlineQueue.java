package dev.gap.transport;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Many things with one deadline each, earliest first: an indexed binary heap, so that moving a deadline costs
 * O(log n) and allocates nothing.
 *
 * @param <T> the things
 */
public final class DeadlineQueue<T extends DeadlineQueue.Entry> {
  /** What can stand in one queue. */
  public abstract static class Entry {
    private int index = -1;
    private long deadlineNanos;
  }

  /** Stands where nothing does, so that what was removed is not kept from the garbage collector. */
  private static final Entry NOTHING = new Entry() {
  };

  private Entry[] heap = new Entry[16];
  private int size;

  /** Sets the deadline of {@code entry}; {@link PacketEngine#NEVER} takes it out. */
  public void set(T entry, long deadlineNanos) {
    if (deadlineNanos == PacketEngine.NEVER) {
      remove(entry);
      return;
    }
    Entry e = entry;
    if (e.index < 0) {
      if (size == heap.length) heap = Arrays.copyOf(heap, size * 2);
      e.deadlineNanos = deadlineNanos;
      place(e, size++);
      up(e.index);
      return;
    }
    long old = e.deadlineNanos;
    e.deadlineNanos = deadlineNanos;
    if (deadlineNanos < old) up(e.index);
    else if (deadlineNanos > old) down(e.index);
  }

  /** Takes {@code entry} out, if it is in. */
  public void remove(T entry) {
    Entry e = entry;
    int i = e.index;
    if (i < 0) return;
    e.index = -1;
    Entry last = heap[--size];
    heap[size] = NOTHING;
    if (i == size) return;
    place(last, i);
    up(i);
    down(last.index);
  }

  /** {@return the earliest deadline, or {@link PacketEngine#NEVER}} */
  public long earliest() {
    return size == 0 ? PacketEngine.NEVER : heap[0].deadlineNanos;
  }

  /** {@return the next thing due at {@code nowNanos}, taken out, or null} */
  @SuppressWarnings("unchecked")
  public @Nullable T pollDue(long nowNanos) {
    if (size == 0 || heap[0].deadlineNanos > nowNanos) return null;
    T due = (T) heap[0];
    remove(due);
    return due;
  }

  /** {@return how many things have a deadline} */
  public int size() {
    return size;
  }

  private void place(Entry e, int i) {
    heap[i] = e;
    e.index = i;
  }

  private void up(int start) {
    int i = start;
    Entry e = heap[i];
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (heap[parent].deadlineNanos <= e.deadlineNanos) break;
      place(heap[parent], i);
      i = parent;
    }
    place(e, i);
  }

  private void down(int start) {
    int i = start;
    Entry e = heap[i];
    for (;;) {
      int child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1].deadlineNanos < heap[child].deadlineNanos) child++;
      if (heap[child].deadlineNanos >= e.deadlineNanos) break;
      place(heap[child], i);
      i = child;
    }
    place(e, i);
  }
}
