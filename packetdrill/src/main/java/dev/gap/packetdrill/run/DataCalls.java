package dev.gap.packetdrill.run;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Attempt.Completion;
import dev.gap.packetdrill.script.Expr;

/** Calls that send and receive. */
final class DataCalls {
  private final StackUnderTest stack;
  private final ConnectionCalls connections;

  DataCalls(Host host, ConnectionCalls connections) {
    stack = host.stack();
    this.connections = connections;
  }

  /** write, send, sendto, sendfile. */
  Attempt send(Arguments arguments, Descriptor.Socket socket, int length, int flagsAt, int addressAt)
      throws RunException {
    Set<MsgFlag> flags = flagsAt < 0 ? EnumSet.noneOf(MsgFlag.class) : arguments.flags(flagsAt);
    if (flagsAt != -2 && arguments.isNull(1) && length > 0) return _ -> Completion.failed(Errno.EFAULT);
    boolean addressed = addressAt >= 0 && arguments.count() > addressAt && !arguments.isNull(addressAt);
    if (addressed && arguments.at(addressAt).equals(new Expr.Word("AF_UNSPEC")) && flags.contains(MsgFlag.FASTOPEN)) {
      return _ -> Completion.failed(Errno.EOPNOTSUPP);
    }
    InetSocketAddress to = addressed ? connections.remote(arguments.address(addressAt)) : null;
    byte[] own = flagsAt != -2 && arguments.count() > 1 && arguments.at(1) instanceof Expr.Text text
        ? text.bytes()
        : null;
    return new Sending(socket, length, own, flags, to);
  }

  Attempt vector(Arguments arguments, Descriptor.Socket socket) throws RunException {
    int length = arguments.vector(arguments.at(1)).stream().mapToInt(Integer::intValue).sum();
    boolean write = arguments.call().name().equals("writev");
    return write
        ? new Sending(socket, length, null, EnumSet.noneOf(MsgFlag.class), null)
        : new Receiving(socket, length, EnumSet.noneOf(MsgFlag.class), null);
  }

  Attempt sendmsg(Arguments arguments, Descriptor.Socket socket) throws RunException {
    Expr.Struct message = message(arguments);
    Set<MsgFlag> flags = arguments.flags(2);
    refuseControl(message);
    int length = arguments.vector(message.field("msg_iov")).stream().mapToInt(Integer::intValue).sum();
    InetSocketAddress to = flags.contains(MsgFlag.FASTOPEN) ? connections.remote(Optional.empty()) : null;
    return new Sending(socket, length, null, flags, to);
  }

  private static Expr.Struct message(Arguments arguments) throws RunException {
    if (arguments.at(1) instanceof Expr.Struct struct) return struct;
    throw new RunException.Unsupported(arguments.at(1) + " for a message");
  }

  private static void refuseControl(Expr.Struct message) throws RunException {
    if (message.field("msg_control") instanceof Expr.Array(List<Expr> items) && !items.isEmpty()) {
      throw new RunException.Unsupported("control data " + items.getFirst());
    }
  }

  Attempt recv(Arguments arguments, Descriptor.Socket socket, int flagsAt) throws RunException {
    Set<MsgFlag> flags = flagsAt < 0 ? EnumSet.noneOf(MsgFlag.class) : arguments.flags(flagsAt);
    Attempt receiving = new Receiving(socket, (int) arguments.number(2), flags, null);
    if (!arguments.isNull(1) || arguments.number(2) == 0) return receiving;
    // a bad buffer shows when there is something to copy, and the bytes stay
    return now -> stack.query(socket.live(), StackUnderTest.Query.UNREAD, now) instanceof SysResult.Done(long unread)
        && unread > 0 ? Completion.failed(Errno.EFAULT) : receiving.go(now);
  }

  /** From a socket into a pipe: what can be read; nothing where only urgent data is left, as on Linux. */
  Attempt splice(Arguments arguments, Descriptor.Socket socket) throws RunException {
    Attempt receiving = new Receiving(socket, (int) arguments.number(4), EnumSet.noneOf(MsgFlag.class), null);
    return now -> {
      Completion completion = receiving.go(now);
      boolean urgent = stack.readiness(socket.live(), now).now().contains(Readiness.Event.PRI);
      return completion == null && urgent ? Completion.of(0) : completion;
    };
  }

  Attempt recvmsg(Arguments arguments, Descriptor.Socket socket) throws RunException {
    Expr.Struct message = message(arguments);
    Set<MsgFlag> flags = arguments.flags(2);
    if (flags.contains(MsgFlag.ERRQUEUE)) return reported(arguments, message, socket);
    int length = arguments.vector(message.field("msg_iov")).stream().mapToInt(Integer::intValue).sum();
    Long unread = null;
    if (message.field("msg_control") instanceof Expr.Array(List<Expr> items)) {
      for (Expr item : items)
        unread = unread(arguments, item);
    }
    return new Receiving(socket, length, flags, unread);
  }

  /** What the error queue tells, compared with what the script expects of it. */
  private Attempt reported(Arguments arguments, Expr.Struct message, Descriptor.Socket socket) throws RunException {
    Expr.Struct expected = null;
    if (message.field("msg_control") instanceof Expr.Array(List<Expr> items)) {
      for (Expr item : items) {
        boolean known = item instanceof Expr.Struct control
            && control.field("cmsg_data") instanceof Expr.Struct error
            && error.field("ee_origin").equals(new Expr.Word("SO_EE_ORIGIN_ZEROCOPY"));
        if (!known) throw new RunException.Unsupported("control data " + item);
        expected = (Expr.Struct) ((Expr.Struct) item).field("cmsg_data");
      }
    }
    long first = expected == null ? -1 : arguments.number(expected.field("ee_info"));
    long last = expected == null ? -1 : arguments.number(expected.field("ee_data"));
    return now -> {
      noteAcknowledged(stack, socket, now);
      ErrorQueue.Report report = socket.errors().poll();
      if (report == null) return Completion.failed(Errno.EAGAIN);
      return report.first() == first && report.last() == last
          ? Completion.of(0)
          : Completion.different(0, "sendings " + report.first() + " to " + report.last() + " are done");
    };
  }

  /** Tells the error queue of what the peer has acknowledged. */
  static void noteAcknowledged(StackUnderTest stack, Descriptor.Socket socket, long now) {
    if (stack.query(socket.live(), StackUnderTest.Query.UNACKNOWLEDGED, now) instanceof SysResult.Done(long bytes)) {
      socket.errors().onAcknowledged(socket.sent() - bytes);
    }
  }

  private static Long unread(Arguments arguments, Expr control) throws RunException {
    boolean known = control instanceof Expr.Struct struct && struct.field("cmsg_type") instanceof Expr.Word(String type)
        && type.equals("TCP_CM_INQ");
    if (!known) throw new RunException.Unsupported("control data " + control);
    return arguments.number(((Expr.Struct) control).field("cmsg_data"));
  }

  /** A call that sends; {@code own}, if not null, are the script's own bytes, and {@code to} where Fast Open connects. */
  private final class Sending implements Attempt {
    private final Descriptor.Socket socket;
    private final int length;
    private final byte @Nullable [] own;
    private final Set<MsgFlag> flags;
    private final @Nullable InetSocketAddress to;
    private int done;
    private boolean connects;
    private boolean opened;

    Sending(Descriptor.Socket socket, int length, byte @Nullable [] own, Set<MsgFlag> flags,
        @Nullable InetSocketAddress to) {
      this.socket = socket;
      this.length = length;
      this.own = own;
      this.flags = flags;
      this.to = to;
      if (own != null) socket.script().setSendsOwnData();
    }

    @Override
    public @Nullable Completion go(long now) throws RunException {
      boolean blocks = !socket.nonBlocking() && !flags.contains(MsgFlag.DONTWAIT);
      boolean fresh = socket.script().phase() == ScriptSocket.Phase.NEW;
      boolean connecting = socket.script().phase() == ScriptSocket.Phase.CONNECTING;
      if (to != null && fresh) connections.starts(socket, to);
      while (true) {
        if (connects) {
          SysResult connected = stack.connectResult(socket.live(), now);
          if (connected instanceof SysResult.WouldBlock) return null;
          if (connected instanceof SysResult.Failed failed) return ConnectionCalls.completion(failed);
          connects = false;
          opened = true;
          if (done > 0 && done >= length) return sent();
        }
        boolean first = done == 0;
        SysResult result = stack.send(socket.live(), data(), flags(blocks), first && !opened ? to : null, now);
        boolean opening = to != null && result instanceof SysResult.Failed(Errno errno)
            && errno == Errno.EINPROGRESS;
        if (opening && blocks) {
          connects = true;
          continue;
        }
        if (result instanceof SysResult.WouldBlock) return blocks ? null : result(result);
        if (!(result instanceof SysResult.Done(long bytes))) return result(result);
        done += (int) bytes;
        socket.addSent(bytes);
        // a blocking call with MSG_FASTOPEN waits for the connection, even if all data was in the SYN
        boolean fast = to != null && flags.contains(MsgFlag.FASTOPEN);
        connects = blocks && first && !opened && (fast || connecting);
        if (!connects && (done >= length || !blocks)) return sent();
        if (bytes == 0 && !connects) return null;
      }
    }

    private Completion sent() {
      if (done > 0 && flags.contains(MsgFlag.ZEROCOPY) && socket.zeroCopy()) socket.errors().onSent(socket.sent());
      return Completion.of(done);
    }

    private byte[] data() {
      if (own != null) return Arrays.copyOfRange(own, Math.min(done, own.length), Math.max(length, done));
      return Payload.bytes(socket.sent(), length - done);
    }

    private Set<MsgFlag> flags(boolean blocks) {
      Set<MsgFlag> now = EnumSet.noneOf(MsgFlag.class);
      now.addAll(flags);
      if (done > 0 || opened) now.remove(MsgFlag.FASTOPEN);
      if (blocks) now.add(MsgFlag.BLOCKING);
      return now;
    }

    private Completion result(SysResult result) {
      return done > 0 ? Completion.of(done) : ConnectionCalls.completion(result);
    }
  }

  /** A call that receives; {@code unread}, if not null, is how much is to be left, as TCP_CM_INQ tells. */
  private final class Receiving implements Attempt {
    private final Descriptor.Socket socket;
    private final int length;
    private final Set<MsgFlag> flags;
    private final @Nullable Long unread;
    private int done;

    Receiving(Descriptor.Socket socket, int length, Set<MsgFlag> flags, @Nullable Long unread) {
      this.socket = socket;
      this.length = length;
      this.flags = flags;
      this.unread = unread;
    }

    @Override
    public @Nullable Completion go(long now) {
      boolean blocks = !socket.nonBlocking() && !flags.contains(MsgFlag.DONTWAIT);
      boolean all = flags.contains(MsgFlag.WAITALL) && blocks && !flags.contains(MsgFlag.PEEK);
      while (true) {
        SysResult result = stack.recv(socket.live(), length - done, flags, now);
        if (result instanceof SysResult.WouldBlock) {
          return blocks ? null : done > 0 ? Completion.of(done) : ConnectionCalls.completion(result);
        }
        if (!(result instanceof SysResult.Received(byte[] data, boolean outOfBand))) {
          return done > 0 ? Completion.of(done) : ConnectionCalls.completion(result);
        }
        String wrong = wrong(data, outOfBand);
        boolean kept = flags.contains(MsgFlag.PEEK) || outOfBand;
        if (!kept) socket.addRead(data.length);
        done += data.length;
        if (wrong != null) return Completion.different(done, wrong);
        if (!all || done >= length || data.length == 0) return left(now);
      }
    }

    private @Nullable String wrong(byte[] data, boolean outOfBand) {
      if (outOfBand || socket.script().urgent() || flags.contains(MsgFlag.TRUNC)) return null;
      int wrong = Payload.firstWrong(data, socket.read());
      return wrong < 0 ? null : "byte " + (socket.read() + wrong) + " read is not the one that was sent";
    }

    private Completion left(long now) {
      if (unread == null) return Completion.of(done);
      SysResult query = stack.query(socket.live(), StackUnderTest.Query.UNREAD, now);
      long actual = query instanceof SysResult.Done(long value) ? value : -1;
      // at the end of the stream Linux counts one byte, so that readers come back for the end
      boolean ended = stack.readiness(socket.live(), now).now().contains(Readiness.Event.RDHUP);
      if (actual == 0 && ended) actual = 1;
      return actual == unread
          ? Completion.of(done)
          : Completion.different(done, "TCP_CM_INQ is " + actual + ", not " + unread);
    }
  }
}
