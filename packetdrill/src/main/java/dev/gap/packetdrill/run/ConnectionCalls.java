package dev.gap.packetdrill.run;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Attempt.Completion;
import dev.gap.packetdrill.script.Action;
import dev.gap.packetdrill.script.Expr;

/** Calls that make sockets and connections, and end them. */
final class ConnectionCalls {
  private final Host host;
  private final StackUnderTest stack;

  ConnectionCalls(Host host) {
    this.host = host;
    stack = host.stack();
  }

  Attempt socket(Arguments arguments) throws RunException {
    Set<String> type = arguments.words(1);
    if (!type.contains("SOCK_STREAM")) throw new RunException.Unsupported("a socket of " + String.join("|", type));
    if (arguments.given(2)) {
      Expr protocol = arguments.at(2);
      if (!Set.of("IPPROTO_TCP", "IPPROTO_IP", "0", "6").contains(protocol.toString()))
        throw new RunException.Unsupported("a socket of " + protocol);
    }
    boolean v6 = host.config().v6() || host.config().mapped();
    if (arguments.at(0) instanceof Expr.Word(String domain)) v6 = domain.equals("AF_INET6");
    SysResult result = stack.socket(v6);
    return _ -> {
      Completion completion = completion(result);
      int fd = expectedFd(arguments.call());
      if (result instanceof SysResult.Done(long live) && fd >= 0) {
        ScriptSocket script = host.newSocket(fd);
        host.descriptors().put(fd, new Descriptor.Socket((int) live, script, type.contains("SOCK_NONBLOCK")));
        return Completion.of(fd);
      }
      return completion;
    };
  }

  static int expectedFd(Action.Call call) {
    return call.result() instanceof Expr.Numeral(long value) ? (int) value : -1;
  }

  static Completion completion(SysResult result) {
    return switch (result) {
      case SysResult.Done(long value) -> Completion.of(value);
      case SysResult.Failed(Errno errno) -> Completion.failed(errno);
      case SysResult.WouldBlock _ -> Completion.failed(Errno.EAGAIN);
      case SysResult.Accepted(int fd, InetSocketAddress _) -> Completion.of(fd);
      case SysResult.Received(byte[] data, boolean _) -> Completion.of(data.length);
      case SysResult.Option _ -> Completion.of(0);
    };
  }

  Attempt bind(Arguments arguments, Descriptor.Socket socket) throws RunException {
    InetSocketAddress address = arguments.address(1)
        .orElseGet(() -> new InetSocketAddress(host.config().local(), host.config().bindPort()));
    return now -> {
      SysResult result = stack.bind(socket.live(), address, now);
      if (result instanceof SysResult.Done && address.getPort() != 0) {
        socket.script().setPorts(address.getPort(), socket.script().remotePort());
      }
      return completion(result);
    };
  }

  Attempt listen(Arguments arguments, Descriptor.Socket socket) throws RunException {
    int backlog = (int) arguments.number(1);
    return now -> {
      SysResult result = stack.listen(socket.live(), backlog, now);
      if (result instanceof SysResult.Done) {
        if (socket.script().phase() != ScriptSocket.Phase.LISTENING) host.setCurrent(socket.script());
        socket.script().setPhase(ScriptSocket.Phase.LISTENING);
      }
      return completion(result);
    };
  }

  Attempt accept(Arguments arguments, Descriptor.Socket listener) throws RunException {
    boolean four = arguments.call().name().equals("accept4") && arguments.words(3).contains("SOCK_NONBLOCK");
    boolean inherits = host.config().kind() == Profile.Kind.FREEBSD && listener.nonBlocking();
    return now -> {
      SysResult result = stack.accept(listener.live(), now);
      if (result instanceof SysResult.WouldBlock) return listener.nonBlocking() ? completion(result) : null;
      int fd = expectedFd(arguments.call());
      if (!(result instanceof SysResult.Accepted(int live, InetSocketAddress peer)) || fd < 0)
        return completion(result);
      ScriptSocket script = host.withPorts(localPort(live), peer.getPort());
      if (script == null) {
        script = host.newSocket(fd);
        script.setPorts(localPort(live), peer.getPort());
        script.setPhase(ScriptSocket.Phase.SYN_ACK_SENT);
      }
      script.setFd(fd);
      host.setCurrent(script);
      Descriptor.Socket accepted = new Descriptor.Socket(live, script, four || inherits);
      accepted.setZeroCopy(listener.zeroCopy());
      host.descriptors().put(fd, accepted);
      return Completion.of(fd);
    };
  }

  private int localPort(int live) {
    InetSocketAddress local = stack.localAddress(live);
    return local == null ? host.config().bindPort() : local.getPort();
  }

  Attempt connect(Arguments arguments, Descriptor.Socket socket) throws RunException {
    Expr address = arguments.at(1);
    Expr family = address instanceof Expr.Struct struct ? struct.field("sa_family") : address;
    if (family.equals(new Expr.Word("AF_UNSPEC"))) {
      return now -> completion(stack.disconnect(socket.live(), now));
    }
    InetSocketAddress remote = remote(arguments.address(1));
    return new Attempt() {
      private boolean started;

      @Override
      public @Nullable Completion go(long now) {
        SysResult result;
        if (started) {
          result = stack.connectResult(socket.live(), now);
        } else {
          started = true;
          result = stack.connect(socket.live(), remote, now);
          boolean fresh = socket.script().phase() == ScriptSocket.Phase.NEW;
          if (result instanceof SysResult.WouldBlock || (result instanceof SysResult.Done && fresh)) {
            starts(socket, remote);
          }
        }
        if (!(result instanceof SysResult.WouldBlock)) return completion(result);
        return socket.nonBlocking() ? Completion.failed(Errno.EINPROGRESS) : null;
      }
    };
  }

  InetSocketAddress remote(Optional<InetSocketAddress> given) {
    return given.orElseGet(() -> new InetSocketAddress(host.config().remote(), host.config().connectPort()));
  }

  /** The socket connects: its SYN is to be recognized. A socket that connected before begins anew. */
  void starts(Descriptor.Socket socket, InetSocketAddress remote) {
    ScriptSocket script = socket.script();
    boolean fresh = script.phase() == ScriptSocket.Phase.NEW;
    ScriptSocket next = fresh ? script : host.newSocket(script.fd());
    if (!fresh) socket.renew(next);
    next.setPorts(fresh ? script.localPort() : -1, remote.getPort());
    next.setPhase(ScriptSocket.Phase.CONNECTING);
    host.setCurrent(next);
  }

  Attempt close(Arguments arguments, Descriptor.Socket socket) throws RunException {
    int fd = (int) arguments.number(0);
    return now -> {
      SysResult result = stack.close(socket.live(), now);
      if (result instanceof SysResult.WouldBlock && !socket.nonBlocking()) return null;
      host.descriptors().remove(fd);
      for (Descriptor other : host.descriptors().values()) {
        if (other instanceof Descriptor.Epoll epoll) epoll.items().remove(fd);
      }
      return result instanceof SysResult.WouldBlock ? Completion.of(0) : completion(result);
    };
  }

  Attempt shutdown(Arguments arguments, Descriptor.Socket socket) throws RunException {
    long number = arguments.number(1);
    if (number < 0 || number > 2) return _ -> Completion.failed(Errno.EINVAL);
    StackUnderTest.How how = number == 0
        ? StackUnderTest.How.READ
        : number == 1 ? StackUnderTest.How.WRITE : StackUnderTest.How.BOTH;
    return now -> completion(stack.shutdown(socket.live(), how, now));
  }

  Attempt name(Arguments arguments, Descriptor.Socket socket) throws RunException {
    boolean peer = arguments.call().name().equals("getpeername");
    Optional<InetSocketAddress> expected = arguments.address(1);
    return _ -> {
      InetSocketAddress actual = peer ? stack.remoteAddress(socket.live()) : stack.localAddress(socket.live());
      if (actual == null && peer) return Completion.failed(Errno.ENOTCONN);
      if (expected.isEmpty() || expected.get().equals(actual)) return Completion.of(0);
      return Completion.different(0, "the address is " + actual + ", not " + expected.get());
    };
  }
}
