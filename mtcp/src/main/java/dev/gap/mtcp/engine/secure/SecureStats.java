package dev.gap.mtcp.engine.secure;

/** What the sessions of an engine have counted. Written by the engine's thread alone. */
public final class SecureStats {
  long malformed;
  long wrongAddress;
  long datagramsDropped;
  long initsSent;
  long initsMismatched;
  long initsUntimely;
  long clockOffMillis;
  long initsRepeated;
  long initsLimited;
  long initsRefused;
  long initsAnswered;
  long respsRepeated;
  long sessionsOpened;
  long sessionsResumed;
  long handshakesGivenUp;

  /**
   * A copy of the counters.
   *
   * @param malformed authentic ones with impossible fields
   * @param wrongAddress authentic ones for a client from another address than its server's
   * @param datagramsDropped datagrams of applications that found no room
   * @param initsSent INITs sent
   * @param initsMismatched INITs with static keys where there are none, or without them where they are wanted
   * @param initsUntimely INITs whose clock was off by more than the skew, or that were made before this side began
   * @param clockOffMillis how far the clock of the last of these was ahead of this side's, in milliseconds
   * @param initsRepeated INITs seen before
   * @param initsLimited INITs beyond what is answered at a time
   * @param initsRefused INITs whose maker did not have the keys, or no common suite
   * @param initsAnswered INITs answered
   * @param respsRepeated answers sent again
   * @param sessionsOpened sessions opened
   * @param sessionsResumed times that a session went on under new keys
   * @param handshakesGivenUp times that nobody answered for 20 seconds
   */
  public record Snapshot(long malformed, long wrongAddress, long datagramsDropped, long initsSent,
      long initsMismatched, long initsUntimely, long clockOffMillis, long initsRepeated, long initsLimited,
      long initsRefused, long initsAnswered,
      long respsRepeated, long sessionsOpened, long sessionsResumed, long handshakesGivenUp) {}

  void countSession(boolean resumed) {
    if (resumed) sessionsResumed++;
    else sessionsOpened++;
  }

  /** {@return the counters now} */
  public Snapshot snapshot() {
    return new Snapshot(malformed, wrongAddress, datagramsDropped, initsSent, initsMismatched, initsUntimely,
        clockOffMillis, initsRepeated,
        initsLimited, initsRefused, initsAnswered, respsRepeated, sessionsOpened, sessionsResumed, handshakesGivenUp);
  }
}
