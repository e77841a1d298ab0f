package dev.gap.transport;

import java.util.Arrays;

/**
 * One deadline for each kind of timer, in nanoseconds.
 *
 * @param <E> the kinds
 */
@SuppressWarnings("EnumOrdinal") // the kinds are an index here and nothing else
public final class Deadlines<E extends Enum<E>> {
  private static final long NEVER = PacketEngine.NEVER;

  private final long[] at;

  /** All unset. */
  public Deadlines(Class<E> kinds) {
    at = new long[kinds.getEnumConstants().length];
    Arrays.fill(at, NEVER);
  }

  /** Sets the deadline of {@code kind}, replacing an earlier one; {@link PacketEngine#NEVER} clears it. */
  public void set(E kind, long atNanos) {
    at[kind.ordinal()] = atNanos;
  }

  /** Clears the deadline of {@code kind}. */
  public void clear(E kind) {
    at[kind.ordinal()] = NEVER;
  }

  /** {@return the deadline of {@code kind}, or {@link PacketEngine#NEVER}} */
  public long get(E kind) {
    return at[kind.ordinal()];
  }

  /** {@return whether {@code kind} is set} */
  public boolean isSet(E kind) {
    return at[kind.ordinal()] != NEVER;
  }

  /** {@return whether {@code kind} was due at {@code nowNanos}; if so it is cleared} */
  public boolean expire(E kind, long nowNanos) {
    if (at[kind.ordinal()] > nowNanos) return false;
    at[kind.ordinal()] = NEVER;
    return true;
  }

  /** {@return the earliest deadline, or {@link PacketEngine#NEVER}} */
  public long earliest() {
    long earliest = NEVER;
    for (long t : at)
      earliest = Math.min(earliest, t);
    return earliest;
  }
}
