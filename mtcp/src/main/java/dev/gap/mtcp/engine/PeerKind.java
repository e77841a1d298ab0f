package dev.gap.mtcp.engine;

/** What is known of a peer when a connection begins. */
enum PeerKind {
  /** Perhaps the original. */
  UNKNOWN,
  /** It is gap: its connection ID is marked. */
  GAP,
  /** It is gap, inside a session: there is no original there to be told apart. */
  IN_SESSION
}
