package dev.gap.packetdrill.run;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Attempt.Completion;
import dev.gap.packetdrill.script.Action;
import dev.gap.packetdrill.script.Expr;

/** Finds out what a system call of a script is. */
final class Calls {
  private static final Set<String> WITHOUT_DESCRIPTOR = Set.of("socket", "poll", "epoll_create", "epoll_create1",
      "open", "pipe");

  private final Host host;
  private final ConnectionCalls connections;
  private final DataCalls data;
  private final OptionCalls options;
  private final PollCalls polls;

  Calls(Host host) {
    this.host = host;
    connections = new ConnectionCalls(host);
    data = new DataCalls(host, connections);
    options = new OptionCalls(host);
    polls = new PollCalls(host);
  }

  /** {@return the call, ready to be attempted} */
  Attempt start(Action.Call call) throws RunException {
    Arguments arguments = new Arguments(call, host.config().kind());
    if (WITHOUT_DESCRIPTOR.contains(call.name())) return make(arguments);
    if (arguments.count() == 0) throw new RunException.Unsupported(call.name() + "()");
    Descriptor descriptor = descriptor(arguments);
    return switch (descriptor) {
      case null -> known(call.name()) ? _ -> Completion.failed(Errno.EBADF) : unsupported(call.name());
      case Descriptor.Socket socket -> socketCall(arguments, socket);
      case Descriptor.Epoll epoll -> epollCall(arguments, epoll);
      case Descriptor.File _,Descriptor.Pipe _ -> fileCall(arguments);
    };
  }

  private @Nullable Descriptor descriptor(Arguments arguments) {
    return arguments.call().arguments().getFirst() instanceof Expr.Numeral(long fd)
        ? host.descriptors().get((int) fd)
        : null;
  }

  private static boolean known(String name) {
    return Set.of("bind", "listen", "accept", "accept4", "connect", "close", "shutdown", "getsockname", "getpeername",
        "read", "write", "send", "recv", "sendto", "recvfrom", "sendmsg", "recvmsg", "readv", "writev", "sendfile",
        "splice",
        "setsockopt", "getsockopt", "ioctl", "fcntl", "epoll_ctl", "epoll_wait").contains(name);
  }

  private static Attempt unsupported(String name) throws RunException {
    throw new RunException.Unsupported("system call " + name);
  }

  private Attempt make(Arguments arguments) throws RunException {
    return switch (arguments.call().name()) {
      case "socket" -> connections.socket(arguments);
      case "poll" -> polls.poll(arguments);
      case "open" -> open(arguments);
      case "pipe" -> pipe(arguments);
      default -> polls.create(arguments);
    };
  }

  private Attempt pipe(Arguments arguments) throws RunException {
    if (!(arguments.at(0) instanceof Expr.Array(List<Expr> ends))) {
      throw new RunException.Unsupported(arguments.at(0) + " for the ends of a pipe");
    }
    for (Expr end : ends)
      host.descriptors().put((int) arguments.number(end), new Descriptor.Pipe());
    return _ -> Completion.of(0);
  }

  private Attempt open(Arguments arguments) {
    return _ -> {
      int fd = ConnectionCalls.expectedFd(arguments.call());
      host.descriptors().put(fd, new Descriptor.File(arguments.at(0).toString()));
      return Completion.of(fd);
    };
  }

  private Attempt socketCall(Arguments arguments, Descriptor.Socket socket) throws RunException {
    return switch (arguments.call().name()) {
      case "bind" -> connections.bind(arguments, socket);
      case "listen" -> connections.listen(arguments, socket);
      case "accept", "accept4" -> connections.accept(arguments, socket);
      case "connect" -> connections.connect(arguments, socket);
      case "close" -> connections.close(arguments, socket);
      case "shutdown" -> connections.shutdown(arguments, socket);
      case "getsockname", "getpeername" -> connections.name(arguments, socket);
      case "read" -> data.recv(arguments, socket, -1);
      case "recv", "recvfrom" -> data.recv(arguments, socket, 3);
      case "recvmsg" -> data.recvmsg(arguments, socket);
      case "readv", "writev" -> data.vector(arguments, socket);
      case "write" -> data.send(arguments, socket, (int) arguments.number(2), -1, -1);
      case "send" -> data.send(arguments, socket, (int) arguments.number(2), 3, -1);
      case "sendto" -> data.send(arguments, socket, (int) arguments.number(2), 3, 4);
      case "sendfile" -> data.send(arguments, socket, (int) arguments.number(3), -2, -1);
      case "sendmsg" -> data.sendmsg(arguments, socket);
      case "splice" -> data.splice(arguments, socket);
      case "setsockopt" -> options.set(arguments, socket);
      case "getsockopt" -> options.get(arguments, socket);
      case "ioctl" -> options.ioctl(arguments, socket);
      case "fcntl" -> options.fcntl(arguments, socket);
      default -> unsupported(arguments.call().name());
    };
  }

  private Attempt epollCall(Arguments arguments, Descriptor.Epoll epoll) throws RunException {
    return switch (arguments.call().name()) {
      case "epoll_ctl" -> polls.control(arguments, epoll);
      case "epoll_wait" -> polls.await(arguments, epoll);
      case "close" -> closeOther(arguments);
      default -> unsupported(arguments.call().name() + " on an epoll descriptor");
    };
  }

  private Attempt fileCall(Arguments arguments) throws RunException {
    return arguments.call().name().equals("close")
        ? closeOther(arguments)
        : unsupported(arguments.call().name() + " on a file");
  }

  private Attempt closeOther(Arguments arguments) throws RunException {
    int fd = (int) arguments.number(0);
    return _ -> {
      host.descriptors().remove(fd);
      return Completion.of(0);
    };
  }
}
