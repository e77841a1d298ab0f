package dev.gap.mtcp.engine;

/** Why a connection is over. */
public enum CloseReason {
  /** Both directions ended and everything was acknowledged. */
  FINISHED,
  /** The peer reset it. */
  RESET_BY_PEER,
  /** This side reset it. */
  RESET,
  /** Nothing valid came from the peer for the configured timeout. */
  TIMED_OUT,
  /** The peer answered none of the keepalive probes. */
  PEER_DEAD,
  /** The peer has lost the session, as when it was started again. */
  PEER_RESTARTED,
  /** The peer has as many connections as it takes. */
  REFUSED,
  /** The peer has closed the session. */
  SESSION_CLOSED
}
