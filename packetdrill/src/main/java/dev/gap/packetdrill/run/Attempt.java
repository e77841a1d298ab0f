package dev.gap.packetdrill.run;

import org.jspecify.annotations.Nullable;

/** A system call under way. */
@FunctionalInterface
interface Attempt {
  /** {@return what the call came to, or null as long as it blocks} */
  @Nullable
  Completion go(long nowNanos) throws RunException;

  /** {@return when the call gives up by itself} */
  default long deadlineNanos() {
    return StackUnderTest.NEVER;
  }

  /**
   * What a call came to.
   *
   * @param errno null if it did not fail
   * @param difference what it handed out otherwise than expected, null if nothing
   */
  record Completion(long value, @Nullable Errno errno, @Nullable String difference) {
    static Completion of(long value) {
      return new Completion(value, null, null);
    }

    static Completion failed(Errno errno) {
      return new Completion(-1, errno, null);
    }

    /** {@return what did not match} */
    static Completion different(long value, String difference) {
      return new Completion(value, null, difference);
    }
  }
}
