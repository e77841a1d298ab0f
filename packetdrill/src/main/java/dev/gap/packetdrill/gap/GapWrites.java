package dev.gap.packetdrill.gap;

import java.net.InetSocketAddress;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Errno;
import dev.gap.packetdrill.run.MsgFlag;
import dev.gap.packetdrill.run.Profile;
import dev.gap.packetdrill.run.SysResult;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.wire.Address;

/** Connecting and writing, also both in one call, as the calls of the Berkeley interface have it. */
final class GapWrites {
  private static final SysResult AGAIN = new SysResult.WouldBlock();

  private final TcpEngine engine;
  private final GapOutput output;

  GapWrites(TcpEngine engine, GapOutput output) {
    this.engine = engine;
    this.output = output;
  }

  SysResult start(GapSocket socket, InetSocketAddress remote, boolean fastOpen, byte @Nullable [] data,
      int length,
      Profile profile, long now) {
    InetSocketAddress bound = socket.bound;
    boolean any = bound == null || bound.getAddress().isAnyLocalAddress();
    Address local = any || bound == null ? Address.of(profile.local()) : Address.of(bound.getAddress());
    if (profile.route().initialWindow() > 0) socket.settings.initialWindow = profile.route().initialWindow();
    Address peer = Address.of(remote.getAddress());
    if (socket.settings.signed && !engine.hasSignatureKey(peer)) return failed(Errno.EINVAL);
    TcpConnection connection = engine.prepare(local, bound == null ? 0 : bound.getPort(), peer, remote.getPort(),
        socket.settings, now);
    if (connection == null) return failed(Errno.EADDRNOTAVAIL);
    socket.connection = connection;
    socket.connecting = true;
    engine.start(connection, fastOpen, now);
    if (data == null) return AGAIN;
    return done(connection.write(data, 0, Math.min(length, connection.synRoom()), false, now));
  }

  SysResult send(GapSocket socket, byte[] data, Set<MsgFlag> flags, @Nullable InetSocketAddress to, Profile profile,
      long now) {
    TcpConnection connection = socket.connection;
    if (connection == null) return opening(socket, data, flags, to, profile, now);
    boolean again = flags.contains(MsgFlag.FASTOPEN) && to != null;
    if (again && connection.state() == TcpState.SYN_SENT) return failed(Errno.EALREADY);
    SysResult error = sendError(socket, connection);
    if (error != null) return error;
    if (connection.state() == TcpState.SYN_SENT) {
      if (flags.contains(MsgFlag.BLOCKING)) connection.setWriterWaits();
      return AGAIN;
    }
    if (data.length == 0) return done(0);
    boolean more = flags.contains(MsgFlag.MORE);
    // who has found no room is woken only when there is plenty
    boolean waits = socket.wantsOutput && flags.contains(MsgFlag.BLOCKING)
        && !connection.isWritable();
    if (waits) return AGAIN;
    int written = 0;
    for (int part = -1; part != 0 && written < data.length; written += part) {
      part = connection.write(data, written, data.length - written, more, now);
      boolean all = written + part == data.length;
      if (flags.contains(MsgFlag.OOB) && all) connection.markUrgent();
      if (flags.contains(MsgFlag.EOR) && all) connection.endRecord();
      engine.settle(connection, now);
      // what may go out does while the rest is copied
      output.drain(now);
    }
    if (written == 0) {
      socket.wantsOutput = true;
      return AGAIN;
    }
    socket.wantsOutput = written < data.length;
    if (flags.contains(MsgFlag.EOF) && written == data.length) connection.shutdownOutput(now);
    engine.settle(connection, now);
    return done(written);
  }

  private SysResult opening(GapSocket socket, byte[] data, Set<MsgFlag> flags, @Nullable InetSocketAddress to,
      Profile profile, long now) {
    boolean bsd = profile.kind() == Profile.Kind.FREEBSD;
    // a connect that was put off waits for data, wherever a call says that it is to go
    InetSocketAddress target = socket.deferred != null
        ? socket.deferred
        : flags.contains(MsgFlag.FASTOPEN) || bsd ? to : null;
    if (target == null) return failed(Errno.EPIPE);
    socket.deferred = null;
    if (!engine.config().features().fastOpenClient()) return failed(Errno.EOPNOTSUPP);
    if (bsd) return queueAndOpen(socket, target, data, profile, now);
    boolean can = engine.canFastOpen(Address.of(target.getAddress()), socket.settings, now);
    SysResult result = start(socket, target, true, can ? data : null, data.length, profile, now);
    TcpConnection begun = socket.connection;
    long taken = result instanceof SysResult.Done(long bytes) ? bytes : 0;
    if (begun != null && flags.contains(MsgFlag.BLOCKING) && taken < data.length) begun.setWriterWaits();
    if (data.length == 0) return failed(Errno.EINPROGRESS);
    return result instanceof SysResult.WouldBlock ? failed(Errno.EINPROGRESS) : result;
  }

  /** FreeBSD queues all of it, and connects. */
  private SysResult queueAndOpen(GapSocket socket, InetSocketAddress target, byte[] data, Profile profile,
      long now) {
    start(socket, target, true, null, 0, profile, now);
    TcpConnection connection = socket.connection;
    if (connection == null) return failed(Errno.EADDRNOTAVAIL);
    return done(connection.write(data, 0, data.length, false, now));
  }

  private static @Nullable SysResult sendError(GapSocket socket, TcpConnection connection) {
    Errno errno = Errors.of(connection.error());
    if (connection.state() == TcpState.CLOSED && errno != null && !socket.errorReported) {
      socket.errorReported = true;
      return failed(errno);
    }
    if (socket.shutWrite || connection.sender().isFinishing()) return failed(Errno.EPIPE);
    return connection.state() == TcpState.CLOSED ? failed(Errno.EPIPE) : null;
  }

  private static SysResult failed(Errno errno) {
    return new SysResult.Failed(errno);
  }

  private static SysResult done(long value) {
    return new SysResult.Done(value);
  }
}
