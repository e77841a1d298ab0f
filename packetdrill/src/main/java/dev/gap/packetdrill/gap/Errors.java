package dev.gap.packetdrill.gap;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Errno;
import dev.gap.tcp.engine.connection.TcpError;

/** How the reasons why connections end are called by system calls. */
final class Errors {
  private Errors() {}

  static @Nullable Errno of(@Nullable TcpError error) {
    return switch (error) {
      case null -> null;
      case REFUSED -> Errno.ECONNREFUSED;
      case RESET -> Errno.ECONNRESET;
      case ABORTED -> Errno.ECONNABORTED;
      case BROKEN_PIPE -> Errno.EPIPE;
      case TIMED_OUT -> Errno.ETIMEDOUT;
      case HOST_UNREACHABLE -> Errno.EHOSTUNREACH;
      case NET_UNREACHABLE -> Errno.ENETUNREACH;
      case PROTOCOL_UNAVAILABLE -> Errno.ENOPROTOOPT;
      case MESSAGE_TOO_LONG -> Errno.EMSGSIZE;
    };
  }
}
