package dev.gap.proxy;

/** When a client of the local proxy is told that it is connected. */
public enum ReplyMode {
  /** At once, so that its first bytes cost no round trip; a failure then resets its connection. */
  FAST,
  /** When the server has connected to the target, or failed to, with the true reason. */
  TRUE
}
