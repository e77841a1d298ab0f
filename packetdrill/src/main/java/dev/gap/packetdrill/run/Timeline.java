package dev.gap.packetdrill.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.python.PythonCode;
import dev.gap.packetdrill.python.PythonException;
import dev.gap.packetdrill.run.Attempt.Completion;
import dev.gap.packetdrill.script.Action;
import dev.gap.packetdrill.script.Event;
import dev.gap.packetdrill.script.EventTime;
import dev.gap.packetdrill.script.Expr;
import dev.gap.packetdrill.script.PacketLine;
import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.wire.IcmpNames;
import dev.gap.packetdrill.wire.Packet;

/** One run of one script: its clock, and what happens as it advances. */
final class Timeline {
  /** How long the script waits for a packet that may come at any time. */
  private static final long PATIENCE_NANOS = 3_600_000_000_000L;

  /** When an event is due; {@code latest} is null if it may be at any time. */
  private record Due(long earliest, @Nullable Long latest) {}

  private record Pending(Attempt attempt, Event event, Action.Call call, long begun, long due) {}

  private final RunConfig config;
  private final StackUnderTest stack;
  private final Shell shell;
  private final Host host;
  private final Calls calls;
  private final Inbound inbound;
  private final Outbound outbound;
  private final PythonCode code = new PythonCode();
  private long now;
  private long lastDue;
  private @Nullable Pending pending;

  Timeline(RunConfig config, StackUnderTest stack, Shell shell, List<String> notes) {
    this.config = config;
    this.stack = stack;
    this.shell = shell;
    host = new Host(config, stack, notes);
    calls = new Calls(host);
    inbound = new Inbound(config);
    outbound = new Outbound(config);
    Constants.define(code);
  }

  void run(Event event, @Nullable Event before, long scriptStart) throws RunException {
    boolean anchored = ScriptRunner.inbound(event) && ScriptRunner.inbound(before);
    Due due = due(event.time(), anchored ? lastDue : now, scriptStart);
    switch (event.action()) {
      case PacketLine.Tcp line when !line.inbound() -> leniently(() -> expect(line, due));
      case PacketLine.Icmp line when !line.inbound() -> leniently(() -> expect(line, due));
      case PacketLine.Tcp line -> {
        arrive(event, due);
        send(line);
      }
      case PacketLine.Icmp line -> {
        arrive(event, due);
        stack.receive(inbound.icmp(line, host.current()), now);
        settle();
      }
      case Action.Call call -> call(event, call, due, scriptStart);
      case Action.Shell(String text) -> {
        arrive(event, due);
        command(text);
      }
      case Action.Code(String text) -> {
        arrive(event, due);
        code(text);
      }
    }
    lastDue = due.earliest;
  }

  /** {@return when an event is due, counted from the start of the run} */
  private Due due(EventTime time, long base, long scriptStart) {
    return switch (time) {
      case EventTime.At(long nanos) -> new Due(nanos - scriptStart, nanos - scriptStart);
      case EventTime.After(long nanos) -> new Due(base + nanos, base + nanos);
      case EventTime.Between(long from, long to) -> new Due(from - scriptStart, to - scriptStart);
      case EventTime.AfterBetween(long from, long to) -> new Due(base + from, base + to);
      case EventTime.Whenever() -> new Due(base, null);
    };
  }

  private interface Step {
    void go() throws RunException;
  }

  private void leniently(Step step) throws RunException {
    try {
      step.go();
    } catch (RunException.Mismatch e) {
      if (!config.lenientPackets()) throw e;
      host.note("went on although " + e.getMessage());
    }
  }

  // time

  /** Lets time pass until an event is due; it may have passed already, while the script waited for something else. */
  private void arrive(Event event, Due due) throws RunException {
    long tolerance = config.tolerance(due.earliest - lastDue);
    if (now > due.earliest + tolerance) {
      throw new RunException.Mismatch(ScriptRunner.describe(event.action()) + " at " + seconds(due.earliest),
          "it is " + seconds(now));
    }
    advance(due.earliest);
  }

  private void advance(long until) throws RunException {
    while (nextTimeout() <= until)
      step(nextTimeout());
    now = Math.max(now, until);
    retry();
  }

  private long nextTimeout() {
    long deadline = pending == null ? StackUnderTest.NEVER : pending.attempt.deadlineNanos();
    return Math.min(stack.nextTimeoutNanos(), deadline);
  }

  private void step(long timeout) throws RunException {
    now = Math.max(now, timeout);
    stack.onTimeout(now);
    settle();
  }

  /** Takes what the stack sends, and lets a call that blocks go on. */
  private void settle() throws RunException {
    host.drain(now);
    retry();
  }

  private void retry() throws RunException {
    Pending waiting = pending;
    if (waiting == null) return;
    Completion completion = waiting.attempt.go(now);
    host.drain(now);
    if (completion == null) return;
    pending = null;
    long tolerance = config.tolerance(waiting.due - waiting.begun);
    if (now < waiting.due - tolerance || now > waiting.due + tolerance) {
      throw new RunException.Mismatch(waiting.call.name() + " of line " + waiting.event.position().line()
          + " to return at " + seconds(waiting.due), "it returned at " + seconds(now));
    }
    verify(waiting.call, completion);
  }

  /** One call blocks at a time, as in the original: whatever comes next waits for it. */
  private void awaitPending() throws RunException {
    while (true) {
      Pending waiting = pending;
      if (waiting == null) return;
      long limit = waiting.due + config.tolerance(waiting.due - waiting.begun);
      long next = nextTimeout();
      if (next > limit) {
        throw new RunException.Mismatch(waiting.call.name() + " of line " + waiting.event.position().line()
            + " to return at " + seconds(waiting.due), "it still blocks");
      }
      step(next);
    }
  }

  void finish() throws RunException {
    awaitPending();
  }

  // packets

  private void send(PacketLine.Tcp line) throws RunException {
    ScriptSocket socket = host.forLine(line);
    byte[] packet = inbound.tcp(line, socket, stack);
    boolean syn = line.flags().has(TcpFlags.SYN);
    socket.received(line.sequence().start(), syn, line.flags().has(TcpFlags.ACK));
    if (syn && !line.flags().has(TcpFlags.ACK) && socket.phase() == ScriptSocket.Phase.SYN_ACK_SENT) {
      socket.setPhase(ScriptSocket.Phase.SYN_RECEIVED);
    }
    if (line.flags().has(TcpFlags.URG)) socket.setUrgent();
    stack.receive(packet, now);
    settle();
  }

  private void expect(PacketLine.Tcp line, Due due) throws RunException {
    ScriptSocket socket = host.forLine(line);
    boolean syn = line.flags().has(TcpFlags.SYN);
    boolean ack = line.flags().has(TcpFlags.ACK);
    if (syn && !ack && socket.phase() == ScriptSocket.Phase.CONNECTING) {
      socket.setPhase(ScriptSocket.Phase.SYN_SENT);
      socket.setScriptIsn(line.sequence().start());
    }
    if (syn && ack && socket.phase() == ScriptSocket.Phase.SYN_RECEIVED) {
      socket.setPhase(ScriptSocket.Phase.SYN_ACK_SENT);
      socket.setScriptIsn(Math.max(0, line.sequence().start()));
    }
    int wanted = line.sequence().length();
    List<Packet.Tcp> parts = new ArrayList<>();
    int length = 0;
    long sentAt = now;
    do {
      ScriptSocket.Sent sent = next(socket.sent(), line, due);
      Packet.Tcp part = outbound.translate((Packet.Tcp) sent.packet(), line, socket);
      Packet.Tcp previous = parts.isEmpty() ? null : parts.getLast();
      parts.add(part);
      if (previous != null && !Outbound.continues(previous, part, wanted - length)) {
        throw Outbound.mismatch(line, parts, "they do not follow each other");
      }
      if (previous == null) sentAt = sent.nanos();
      length += part.payload().length;
    } while (length < wanted && length > 0 && !config.strictSegments());
    if (length != wanted) throw Outbound.mismatch(line, parts, "payload is " + length + " bytes, not " + wanted);
    outbound.check(line, Outbound.together(parts), socket);
    checkTime(line, due, sentAt);
  }

  private void expect(PacketLine.Icmp line, Due due) throws RunException {
    IcmpNames.Numbers numbers = IcmpNames.find(config.v6(), line.type(), line.code())
        .orElseThrow(() -> new RunException.Unsupported("icmp " + line.type() + " " + line.code()));
    ScriptSocket.Sent sent = next(host.sentIcmp(), line, due);
    Packet.Icmp icmp = (Packet.Icmp) sent.packet();
    if (icmp.type() != numbers.type() || icmp.code() != numbers.code()) {
      throw new RunException.Mismatch(PacketText.of(line), "saw " + PacketText.of(icmp));
    }
    checkTime(line, due, sent.nanos());
  }

  /** {@return the next packet that went out, waiting for it no longer than the script allows} */
  private ScriptSocket.Sent next(Queue<ScriptSocket.Sent> queue, PacketLine line, Due due)
      throws RunException {
    Long latest = due.latest;
    long limit = latest == null ? now + PATIENCE_NANOS : latest + config.tolerance(due.earliest - lastDue);
    while (true) {
      ScriptSocket.Sent sent = queue.poll();
      if (sent != null) return sent;
      long next = nextTimeout();
      if (next > limit) {
        throw new RunException.Mismatch(PacketText.of(line) + (latest == null ? "" : " at " + seconds(due.earliest)),
            latest == null ? "nothing was sent" : "nothing was sent until " + seconds(limit));
      }
      step(next);
    }
  }

  private void checkTime(PacketLine line, Due due, long sentAt) throws RunException {
    Long latest = due.latest;
    if (latest == null) return;
    long tolerance = config.tolerance(due.earliest - lastDue);
    if (sentAt >= due.earliest - tolerance && sentAt <= latest + tolerance) return;
    String range = latest == due.earliest ? seconds(latest) : seconds(due.earliest) + " to " + seconds(latest);
    throw new RunException.Mismatch(PacketText.of(line) + " at " + range, "it was sent at " + seconds(sentAt));
  }

  // everything else

  private void call(Event event, Action.Call call, Due due, long scriptStart) throws RunException {
    awaitPending();
    long base = due.earliest;
    arrive(event, due);
    Long end = call.endNanos();
    Attempt attempt = calls.start(call);
    Completion completion = attempt.go(now);
    host.drain(now);
    // what the stack sent to itself may be all that the call waits for
    if (completion == null) completion = attempt.go(now);
    host.drain(now);
    if (completion == null && end == null) {
      throw new RunException.Mismatch(call.name() + " to return at once", "it blocks");
    }
    if (end != null && event.time() instanceof EventTime.After(long nanos)) end = base - nanos + end;
    else if (end != null) end -= scriptStart;
    if (completion == null && end != null) {
      pending = new Pending(attempt, event, call, now, end);
      return;
    }
    if (completion != null) {
      if (end != null && now < end - config.tolerance(end - now)) {
        throw new RunException.Mismatch(call.name() + " to return at " + seconds(end), "it returned at once");
      }
      verify(call, completion);
    }
  }

  private void verify(Action.Call call, Completion completion) throws RunException {
    String actual = completion.errno() == null ? Long.toString(completion.value()) : "-1 " + completion.errno();
    String expected = call.result() + (call.errno() == null ? "" : " " + call.errno());
    Errno errno = call.errno() == null
        ? null
        : Errno.named(call.errno()).orElseThrow(() -> new RunException.Unsupported("the error " + call.errno()));
    boolean anything = call.result() instanceof Expr.Ellipsis;
    long value = anything ? 0 : new Arguments(call, config.kind()).number(call.result());
    boolean sameError = errno == null || errno == completion.errno();
    boolean failsAlike = value == -1 || completion.errno() == null;
    boolean same = anything || (value == completion.value() && sameError && failsAlike);
    if (same && completion.difference() == null) return;
    String problem = same ? completion.difference() : "it returned " + actual;
    if (config.lenientCalls()) {
      host.note("went on although " + call.name() + " was to return " + expected + ", but " + problem);
      return;
    }
    throw new RunException.Mismatch(call.name() + " to return " + expected, String.valueOf(problem));
  }

  private void command(String text) throws RunException {
    Profile before = shell.profile();
    shell.run(text);
    if (!shell.profile().equals(before)) stack.configure(shell.profile(), now);
    if (shell.forgets()) stack.forget(now);
    if (shell.sleepNanos() > 0) advance(now + shell.sleepNanos());
    settle();
  }

  private void code(String text) throws RunException {
    ScriptSocket current = host.current();
    Descriptor.Socket socket = current == null ? null : host.socket(current.fd());
    if (socket != null) stack.tcpInfo(socket.live(), now).forEach(code::set);
    try {
      code.run(text);
    } catch (PythonException e) {
      String message = String.valueOf(e.getMessage());
      throw switch (e) {
        case PythonException.AssertionFailed _ -> new RunException.Mismatch("the assertion to hold", message);
        case PythonException.Unusable _ -> new RunException.Unsupported("code: " + message);
      };
    }
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.6f s", nanos / 1e9);
  }
}
