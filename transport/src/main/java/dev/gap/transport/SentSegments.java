package dev.gap.transport;

import java.util.Arrays;

/**
 * What has been sent and not yet acknowledged cumulatively: one row for each number from SND.UNA to SND.NXT, and the
 * order of the latest transmissions, oldest first. A segment is in flight, lost (it waits to be sent again) or delivered
 * (selectively acknowledged). Numbers are unwrapped. Rows are columns of primitives, so that nothing is allocated once
 * the window is reached.
 */
public final class SentSegments {
  /** What {@link #oldestInFlight} answers when nothing is in flight. */
  public static final long NONE = -1;

  private static final byte IN_FLIGHT = 1;
  private static final byte LOST = 2;
  private static final byte DELIVERED = 3;

  private final RangeSet lost = new RangeSet();
  private final RangeSet delivered = new RangeSet();
  private long una;
  private long nxt;
  private long bytesInFlight;
  private long oldest = NONE;
  private long newest = NONE;

  private int mask = 63;
  private byte[] state = new byte[64];
  private int[] bytes = new int[64];
  private int[] transmissions = new int[64];
  private byte[] copies = new byte[64];
  private long[] sentNanos = new long[64];
  private long[] previousNanos = new long[64];
  private long[] earlier = new long[64];
  private long[] later = new long[64];

  /** {@return the first number not acknowledged cumulatively (SND.UNA)} */
  public long una() {
    return una;
  }

  /** {@return the next new number (SND.NXT)} */
  public long nxt() {
    return nxt;
  }

  /** {@return how many numbers stand between SND.UNA and SND.NXT} */
  public int outstanding() {
    return (int) (nxt - una);
  }

  /** {@return bytes sent and neither delivered nor taken for lost} */
  public long bytesInFlight() {
    return bytesInFlight;
  }

  /** {@return the first segment that waits to be sent again, or {@link #NONE}} */
  public long firstLost() {
    return lost.isEmpty() ? NONE : lost.first();
  }

  /** {@return the segment in flight whose latest transmission is oldest, or {@link #NONE}} */
  public long oldestInFlight() {
    return oldest;
  }

  /** {@return when {@code seq} was last sent} */
  public long sentNanos(long seq) {
    return sentNanos[slot(seq)];
  }

  /** {@return when {@code seq} was sent before its latest transmission; the same as {@link #sentNanos} after the first} */
  public long previousNanos(long seq) {
    return previousNanos[slot(seq)];
  }

  /** {@return how often {@code seq} was sent} */
  public int transmissions(long seq) {
    return transmissions[slot(seq)];
  }

  /** {@return how many copies of its latest transmission were sent} */
  public int copies(long seq) {
    return copies[slot(seq)];
  }

  /** {@return the size of the datagram that carried {@code seq}} */
  public int bytes(long seq) {
    return bytes[slot(seq)];
  }

  /** {@return whether {@code seq} waits to be sent again} */
  public boolean isLost(long seq) {
    return state[slot(seq)] == LOST;
  }

  /** {@return the first number at or after {@code seq} that is not known to be delivered} */
  public long nextUndelivered(long seq) {
    return delivered.nextAbsent(seq);
  }

  /** {@return the first number at or after {@code seq} known to be delivered, or {@link Long#MAX_VALUE}} */
  public long nextDelivered(long seq) {
    return delivered.nextPresent(seq);
  }

  /** Records that the next new segment, {@link #nxt()}, was sent. */
  public void onSent(int datagramBytes, long nowNanos) {
    if (outstanding() > mask) grow();
    long seq = nxt++;
    int i = slot(seq);
    transmissions[i] = 0;
    previousNanos[i] = nowNanos;
    bytes[i] = datagramBytes;
    transmitted(seq, nowNanos);
  }

  /** Records that {@code seq}, which was lost, was sent again. */
  public void onResent(long seq, int datagramBytes, long nowNanos) {
    lost.remove(seq, seq + 1);
    bytes[slot(seq)] = datagramBytes;
    previousNanos[slot(seq)] = sentNanos[slot(seq)];
    transmitted(seq, nowNanos);
  }

  /** Records that a copy of {@code seq}, in flight, was sent, up to a hundred of each transmission. */
  public void onCopied(long seq) {
    copies[slot(seq)]++;
  }

  /** Records that {@code seq} in flight is taken for lost. */
  public void onLost(long seq) {
    leaveFlight(seq);
    state[slot(seq)] = LOST;
    lost.add(seq, seq + 1);
  }

  /** Records that {@code seq}, in flight or lost, is known to have arrived. */
  public void onDelivered(long seq) {
    if (state[slot(seq)] == LOST) lost.remove(seq, seq + 1);
    else leaveFlight(seq);
    state[slot(seq)] = DELIVERED;
    delivered.add(seq, seq + 1);
  }

  /** Moves SND.UNA up to {@code newUna}, before which all have been delivered. */
  public void advance(long newUna) {
    delivered.remove(una, newUna);
    una = newUna;
  }

  private void transmitted(long seq, long nowNanos) {
    int i = slot(seq);
    state[i] = IN_FLIGHT;
    transmissions[i]++;
    copies[i] = 0;
    sentNanos[i] = nowNanos;
    earlier[i] = newest;
    later[i] = NONE;
    if (newest == NONE) oldest = seq;
    else later[slot(newest)] = seq;
    newest = seq;
    bytesInFlight += bytes[i];
  }

  private void leaveFlight(long seq) {
    int i = slot(seq);
    long before = earlier[i];
    long after = later[i];
    if (before == NONE) oldest = after;
    else later[slot(before)] = after;
    if (after == NONE) newest = before;
    else earlier[slot(after)] = before;
    bytesInFlight -= bytes[i];
  }

  private int slot(long seq) {
    return (int) seq & mask;
  }

  private void grow() {
    int oldMask = mask;
    int size = 2 * (mask + 1);
    byte[] oldState = state;
    int[] oldBytes = bytes;
    int[] oldTransmissions = transmissions;
    byte[] oldCopies = copies;
    long[] oldSent = sentNanos;
    long[] oldPrevious = previousNanos;
    long[] oldEarlier = earlier;
    long[] oldLater = later;
    mask = size - 1;
    state = Arrays.copyOf(state, size);
    bytes = Arrays.copyOf(bytes, size);
    transmissions = Arrays.copyOf(transmissions, size);
    copies = Arrays.copyOf(copies, size);
    sentNanos = Arrays.copyOf(sentNanos, size);
    previousNanos = Arrays.copyOf(previousNanos, size);
    earlier = Arrays.copyOf(earlier, size);
    later = Arrays.copyOf(later, size);
    for (long seq = una; seq < nxt; seq++) {
      int from = (int) seq & oldMask;
      int to = slot(seq);
      state[to] = oldState[from];
      bytes[to] = oldBytes[from];
      transmissions[to] = oldTransmissions[from];
      copies[to] = oldCopies[from];
      sentNanos[to] = oldSent[from];
      previousNanos[to] = oldPrevious[from];
      earlier[to] = oldEarlier[from];
      later[to] = oldLater[from];
    }
  }
}
