package dev.gap.transport;

/**
 * The least value seen within a sliding window of time, to the accuracy of half the window: two buckets, the older of
 * which is forgotten when the newer is half a window old. Give negated values for a maximum.
 */
public final class WindowedMin {
  private final long halfWindowNanos;
  private boolean started;
  private long bucketStart;
  private long current = Long.MAX_VALUE;
  private long previous = Long.MAX_VALUE;

  /** @param windowNanos how long a value counts */
  public WindowedMin(long windowNanos) {
    halfWindowNanos = windowNanos / 2;
  }

  /** Takes in a value. */
  public void update(long value, long nowNanos) {
    expire(nowNanos);
    current = Math.min(current, value);
  }

  /** Forgets what is too old at {@code nowNanos}. */
  public void expire(long nowNanos) {
    if (!started) {
      started = true;
      bucketStart = nowNanos;
    }
    long age = nowNanos - bucketStart;
    if (age < halfWindowNanos) return;
    previous = age >= 2 * halfWindowNanos ? Long.MAX_VALUE : current;
    current = Long.MAX_VALUE;
    bucketStart = nowNanos;
  }

  /** Forgets all values but {@code value}. */
  public void reset(long value, long nowNanos) {
    started = true;
    bucketStart = nowNanos;
    current = value;
    previous = Long.MAX_VALUE;
  }

  /** {@return the least value, or {@link Long#MAX_VALUE} if there is none} */
  public long get() {
    return Math.min(current, previous);
  }
}
