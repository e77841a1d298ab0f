package dev.gap.tcp.engine.connection;

/** Why a connection ended otherwise than by two FINs. */
public enum TcpError {
  /** A RST answered the SYN, or ICMP said that nobody listens. */
  REFUSED,
  /** A RST came. */
  RESET,
  /** It was reset from this side. */
  ABORTED,
  /** A RST came after the peer had closed: what was written was not read. */
  BROKEN_PIPE,
  /** Nobody answered. */
  TIMED_OUT,
  /** ICMP said so, and nothing else came. */
  HOST_UNREACHABLE, NET_UNREACHABLE, PROTOCOL_UNAVAILABLE,
  /** The packet was too big and could not be made smaller. */
  MESSAGE_TOO_LONG
}
