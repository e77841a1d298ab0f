package dev.gap.packetdrill.gap;

import java.util.Arrays;
import java.util.Set;

import dev.gap.packetdrill.run.Errno;
import dev.gap.packetdrill.run.MsgFlag;
import dev.gap.packetdrill.run.SysResult;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpEngine;

/** Reading, as the calls of the Berkeley interface have it. */
final class GapReads {
  private static final SysResult AGAIN = new SysResult.WouldBlock();

  private final TcpEngine engine;

  GapReads(TcpEngine engine) {
    this.engine = engine;
  }

  SysResult recv(GapSocket socket, int length, Set<MsgFlag> flags, long now) {
    TcpConnection connection = socket.connection;
    if (connection == null) return socket.deferred != null ? AGAIN : failed(Errno.ENOTCONN);
    if (flags.contains(MsgFlag.ERRQUEUE)) return AGAIN;
    if (flags.contains(MsgFlag.OOB)) return urgent(connection, flags.contains(MsgFlag.PEEK));
    boolean low = connection.readable() < Math.min(socket.lowWater, length) && !connection.isInputEnded();
    if (connection.readable() > 0 && length > 0 && !low) {
      byte[] data = new byte[Math.min(length, connection.readable())];
      int part = connection.read(data, 0, data.length, flags.contains(MsgFlag.PEEK), now);
      if (part > 0) {
        engine.settle(connection, now);
        return new SysResult.Received(Arrays.copyOf(data, part), false);
      }
    }
    if (connection.state() == TcpState.CLOSED) {
      Errno errno = Errors.of(connection.error());
      if (errno != null && !socket.errorReported) {
        socket.errorReported = true;
        return failed(errno);
      }
      return new SysResult.Received(new byte[0], false);
    }
    boolean ended = connection.isInputEnded() || socket.shutRead || length == 0;
    if (connection.state() == TcpState.SYN_SENT) return AGAIN;
    return ended ? new SysResult.Received(new byte[0], false) : AGAIN;
  }

  private static SysResult urgent(TcpConnection connection, boolean peek) {
    if (connection.settings().inlineUrgent) return failed(Errno.EINVAL);
    int value = connection.urgentByte(peek);
    if (value >= 0) return new SysResult.Received(new byte[]{(byte) value}, true);
    if (connection.expectsUrgent()) return AGAIN;
    return failed(Errno.EINVAL);
  }

  private static SysResult failed(Errno errno) {
    return new SysResult.Failed(errno);
  }
}
