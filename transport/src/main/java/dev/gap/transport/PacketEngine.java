package dev.gap.transport;

/**
 * The wall between protocol and world. An engine never reads a clock, opens a socket, starts a thread, takes a lock or
 * draws randomness by itself: time is an argument, in nanoseconds from an arbitrary origin, and never runs backwards.
 *
 * <p>
 * Call {@link #receive} and {@link #onTimeout} as things happen, and after either (and after any command given to the
 * engine) call {@link #pollTransmit} until it adds nothing, then sleep until {@link #nextTimeoutNanos} at the latest.
 */
public interface PacketEngine {
  /** What {@link #nextTimeoutNanos} answers when nothing is to happen. */
  long NEVER = Long.MAX_VALUE;

  /** Takes in the datagrams of {@code packets}. Their bytes may be altered (decrypted in place); none is kept. */
  void receive(PacketBatch packets, long nowNanos);

  /** Adds the datagrams that may be sent now to {@code out}, until it is full or there are none. */
  void pollTransmit(PacketBatch out, long nowNanos);

  /** {@return when {@link #onTimeout} is to be called if nothing else happens before, or {@link #NEVER}} */
  long nextTimeoutNanos();

  /** Does what is due at {@code nowNanos}; harmless when nothing is. */
  void onTimeout(long nowNanos);
}
