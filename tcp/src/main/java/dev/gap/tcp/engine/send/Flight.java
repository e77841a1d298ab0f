package dev.gap.tcp.engine.send;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.wire.Flags;

/**
 * The segments that were sent and are not acknowledged, in order, with the counts that RFC 6675 section 4 reckons the
 * data in flight from. A growing ring; segments are reused, and an idle connection has none.
 */
final class Flight {
  private static final int KEPT = 64;

  private @Nullable SentSegment[] ring = new SentSegment[0];
  private int first;
  private int size;
  private int sacked;
  private int lost;
  private int retransmitted;

  int size() {
    return size;
  }

  boolean isEmpty() { return size == 0; }

  /** {@return how many are acknowledged selectively} */
  int sacked() {
    return sacked;
  }

  /** {@return how many are taken for lost, those sent again included} */
  int lost() {
    return lost;
  }

  /** {@return how many copies are under way} */
  int retransmitted() {
    return retransmitted;
  }

  /** {@return the segment that is {@code i} behind the oldest} */
  SentSegment get(int i) {
    SentSegment segment = ring[first + i & ring.length - 1];
    if (segment == null) throw new IndexOutOfBoundsException(i);
    return segment;
  }

  SentSegment last() {
    return get(size - 1);
  }

  /** Adds a segment behind all others. */
  SentSegment add(long start, long end, int flags) {
    SentSegment segment = insert(size);
    segment.reset(start, end, flags);
    return segment;
  }

  private SentSegment insert(int index) {
    if (size == ring.length) grow();
    int mask = ring.length - 1;
    SentSegment free = ring[first + size & mask];
    for (int i = size; i > index; i--)
      ring[first + i & mask] = ring[first + i - 1 & mask];
    SentSegment segment = free == null ? new SentSegment() : free;
    ring[first + index & mask] = segment;
    size++;
    return segment;
  }

  private void grow() {
    @Nullable
    SentSegment[] larger = new SentSegment[Math.max(8, ring.length * 2)];
    for (int i = 0; i < size; i++)
      larger[i] = ring[first + i & ring.length - 1];
    ring = larger;
    first = 0;
  }

  /** Takes the oldest out. */
  void removeFirst() {
    SentSegment segment = get(0);
    if (segment.sacked) sacked--;
    if (segment.lost) lost--;
    if (segment.retransmitted) retransmitted--;
    first = first + 1 & ring.length - 1;
    size--;
    if (size == 0 && ring.length > KEPT) {
      ring = new SentSegment[0];
      first = 0;
    }
  }

  /** Takes all out. */
  void clear() {
    ring = new SentSegment[0];
    first = 0;
    size = 0;
    sacked = 0;
    lost = 0;
    retransmitted = 0;
  }

  /** Cuts segment {@code i} in two at {@code at}, which lies within it. */
  void split(int i, long at) {
    SentSegment tail = insert(i + 1);
    SentSegment head = get(i);
    tail.reset(at, head.end, head.flags);
    tail.copyMarks(head);
    head.end = at;
    head.flags &= ~(Flags.PSH | Flags.FIN);
    if (head.sacked) sacked++;
    if (head.lost) lost++;
    if (head.retransmitted) retransmitted++;
  }

  /** {@return the index of the segment that holds {@code sequence}, or of the next one after it, or {@link #size}} */
  int indexOf(long sequence) {
    int low = 0;
    int high = size;
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (get(mid).end > sequence) high = mid;
      else low = mid + 1;
    }
    return low;
  }

  /** {@return how many segments before {@code sequence} are not acknowledged selectively} */
  int newBefore(long sequence) {
    int count = 0;
    for (int i = 0; i < size && get(i).end <= sequence; i++)
      if (!get(i).sacked) count++;
    return count;
  }

  void markSacked(SentSegment segment) {
    if (segment.sacked) return;
    clearLost(segment);
    clearRetransmitted(segment);
    segment.sacked = true;
    sacked++;
  }

  void clearSacked(SentSegment segment) {
    if (!segment.sacked) return;
    segment.sacked = false;
    sacked--;
  }

  /** Takes the segment for lost, and its copy too. */
  void markLost(SentSegment segment) {
    if (segment.sacked) return;
    if (!segment.lost) {
      segment.lost = true;
      lost++;
    }
    clearRetransmitted(segment);
  }

  void clearLost(SentSegment segment) {
    if (!segment.lost) return;
    segment.lost = false;
    lost--;
  }

  void markRetransmitted(SentSegment segment) {
    segment.everRetransmitted = true;
    if (segment.retransmitted) return;
    segment.retransmitted = true;
    retransmitted++;
  }

  void clearRetransmitted(SentSegment segment) {
    if (!segment.retransmitted) return;
    segment.retransmitted = false;
    retransmitted--;
  }

  /** {@return how many segments are in the network: RFC 6675's pipe, counted in segments} */
  int inFlight(int renoSacked) {
    return size - sacked - renoSacked - lost + retransmitted;
  }
}
