package dev.gap.packetdrill.run;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Attempt.Completion;
import dev.gap.packetdrill.run.Readiness.Event;
import dev.gap.packetdrill.script.Expr;

/** poll and epoll. */
final class PollCalls {
  private record Watch(int fd, Set<Event> events, @Nullable Set<Event> expected) {}

  private final Host host;

  PollCalls(Host host) {
    this.host = host;
  }

  Attempt poll(Arguments arguments) throws RunException {
    if (!(arguments.at(0) instanceof Expr.Array(List<Expr> items))) {
      throw new RunException.Unsupported(arguments.at(0) + " for descriptors to poll");
    }
    List<Watch> watches = new ArrayList<>();
    for (Expr item : items) {
      if (!(item instanceof Expr.Struct struct)) throw new RunException.Unsupported(item + " for a descriptor to poll");
      Expr revents = struct.field("revents");
      watches.add(new Watch((int) arguments.number(struct.field("fd")), arguments.events(struct.field("events")),
          revents instanceof Expr.Ellipsis ? null : arguments.events(revents)));
    }
    return waiting(arguments.number(2), now -> polled(watches, now));
  }

  /** {@return an attempt that goes on until {@code look} finds something or the time is up} */
  private static Attempt waiting(long timeoutMillis, Attempt look) {
    return new Attempt() {
      private long deadline = -1;

      @Override
      public @Nullable Completion go(long now) throws RunException {
        if (deadline < 0) deadline = timeoutMillis < 0 ? StackUnderTest.NEVER : now + timeoutMillis * 1_000_000;
        Completion completion = look.go(now);
        boolean found = completion != null && completion.value() != 0;
        return found || now >= deadline ? completion : null;
      }

      @Override
      public long deadlineNanos() {
        return deadline < 0 ? StackUnderTest.NEVER : deadline;
      }
    };
  }

  private Completion polled(List<Watch> watches, long now) {
    int ready = 0;
    String difference = null;
    for (Watch watch : watches) {
      Descriptor.Socket socket = host.socket(watch.fd);
      if (socket == null) return Completion.failed(Errno.EBADF);
      Set<Event> seen = EnumSet.noneOf(Event.class);
      for (Event event : readiness(socket, now).now()) {
        if (watch.events.contains(event) || event == Event.ERR || event == Event.HUP) seen.add(event);
      }
      if (!seen.isEmpty()) ready++;
      if (watch.expected != null && !watch.expected.equals(seen)) {
        difference = "revents of " + watch.fd + " are " + seen + ", not " + watch.expected;
      }
    }
    return difference == null ? Completion.of(ready) : Completion.different(ready, difference);
  }

  private Readiness readiness(Descriptor.Socket socket, long now) {
    Readiness readiness = host.stack().readiness(socket.live(), now);
    DataCalls.noteAcknowledged(host.stack(), socket, now);
    if (socket.errors().isEmpty()) return readiness;
    Set<Event> events = EnumSet.of(Event.ERR);
    events.addAll(readiness.now());
    return new Readiness(events, readiness.inputs(), readiness.outputs());
  }

  Attempt create(Arguments arguments) {
    return _ -> {
      int fd = ConnectionCalls.expectedFd(arguments.call());
      if (fd < 0) return Completion.failed(Errno.EINVAL);
      host.descriptors().put(fd, new Descriptor.Epoll());
      return Completion.of(fd);
    };
  }

  Attempt control(Arguments arguments, Descriptor.Epoll epoll) throws RunException {
    String operation = String.join("|", arguments.words(1));
    int fd = (int) arguments.number(2);
    if (host.socket(fd) == null) return _ -> Completion.failed(Errno.EBADF);
    if (operation.equals("EPOLL_CTL_DEL")) {
      return _ -> epoll.items().remove(fd) == null ? Completion.failed(Errno.ENOENT) : Completion.of(0);
    }
    if (!(arguments.at(3) instanceof Expr.Struct struct)) {
      throw new RunException.Unsupported(arguments.at(3) + " for events");
    }
    Set<String> words = arguments.words(struct.field("events"));
    EpollItem item = new EpollItem(arguments.events(struct.field("events")), words.contains("EPOLLET"),
        words.contains("EPOLLONESHOT"));
    return _ -> {
      epoll.items().put(fd, item);
      return Completion.of(0);
    };
  }

  Attempt await(Arguments arguments, Descriptor.Epoll epoll) throws RunException {
    List<Expr> expected = arguments.at(1) instanceof Expr.Array(List<Expr> items) ? items : List.of(arguments.at(1));
    int most = (int) arguments.number(2);
    return waiting(arguments.number(3), now -> told(arguments, epoll, expected, most, now));
  }

  private Completion told(Arguments arguments, Descriptor.Epoll epoll, List<Expr> expected, int most, long now)
      throws RunException {
    int told = 0;
    String difference = null;
    for (var entry : epoll.items().entrySet()) {
      Descriptor.Socket socket = host.socket(entry.getKey());
      if (socket == null || told == most) continue;
      Set<Event> events = entry.getValue().tell(readiness(socket, now), socket.errors().news());
      if (events.isEmpty()) continue;
      if (told < expected.size() && expected.get(told) instanceof Expr.Struct struct) {
        Set<Event> wanted = arguments.events(struct.field("events"));
        if (!wanted.equals(events)) difference = "events of " + entry.getKey() + " are " + events + ", not " + wanted;
      }
      told++;
    }
    return difference == null ? Completion.of(told) : Completion.different(told, difference);
  }
}
