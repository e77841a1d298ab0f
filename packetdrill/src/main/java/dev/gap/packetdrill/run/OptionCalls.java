package dev.gap.packetdrill.run;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Attempt.Completion;
import dev.gap.packetdrill.script.Expr;

/** Calls about options and modes of sockets. */
final class OptionCalls {
  private static final Set<SocketOption> TEXTS = Set.of(SocketOption.TCP_CONGESTION, SocketOption.TCP_FUNCTION_BLK,
      SocketOption.SO_BINDTODEVICE);

  private final Host host;
  private final StackUnderTest stack;

  OptionCalls(Host host) {
    this.host = host;
    stack = host.stack();
  }

  Attempt set(Arguments arguments, Descriptor.Socket socket) throws RunException {
    SocketOption option = option(arguments);
    OptionValue value = value(arguments, option, arguments.at(3));
    // options need room for an int, but for those of IP on Linux, for which a byte will do
    int least = option.name().startsWith("IP_") && host.config().kind() == Profile.Kind.LINUX ? 1 : 4;
    boolean small = value instanceof OptionValue.Amount && arguments.given(4) && arguments.number(4) < least;
    if (option == SocketOption.SO_ZEROCOPY && value instanceof OptionValue.Amount(long on)) socket.setZeroCopy(on != 0);
    return now -> small
        ? Completion.failed(Errno.EINVAL)
        : ConnectionCalls.completion(stack.setOption(socket.live(), option, value, now));
  }

  private static SocketOption option(Arguments arguments) throws RunException {
    if (arguments.at(2) instanceof Expr.Word(String name)) {
      for (SocketOption option : SocketOption.values())
        if (option.name().equals(name)) return option;
    }
    throw new RunException.Unsupported("socket option " + arguments.at(2));
  }

  private static OptionValue value(Arguments arguments, SocketOption option, Expr expr) throws RunException {
    if (expr instanceof Expr.Array(List<Expr> items) && items.size() == 1
        && items.getFirst() instanceof Expr.Struct s) {
      return value(arguments, option, s);
    }
    if (expr instanceof Expr.Struct struct && option == SocketOption.SO_LINGER) {
      return new OptionValue.Linger(arguments.number(either(struct, "onoff", "l_onoff")) != 0,
          (int) arguments.number(either(struct, "linger", "l_linger")));
    }
    if (expr instanceof Expr.Text text) {
      if (TEXTS.contains(option)) return new OptionValue.Text(text.value());
      int length = arguments.given(4) ? (int) arguments.number(4) : text.bytes().length;
      return new OptionValue.Bytes(Arrays.copyOf(text.bytes(), Math.clamp(length, 0, 256)));
    }
    return new OptionValue.Amount(arguments.number(expr));
  }

  private static Expr either(Expr.Struct struct, String one, String other) {
    return struct.field(one) instanceof Expr.Ellipsis ? struct.field(other) : struct.field(one);
  }

  Attempt get(Arguments arguments, Descriptor.Socket socket) throws RunException {
    if (arguments.at(2) instanceof Expr.Word(String name) && name.equals("TCP_INFO")) return info(arguments, socket);
    SocketOption option = option(arguments);
    OptionValue expected = arguments.given(3) ? value(arguments, option, arguments.at(3)) : null;
    return now -> {
      SysResult result = stack.getOption(socket.live(), option, now);
      if (!(result instanceof SysResult.Option(OptionValue actual)) || expected == null) {
        return ConnectionCalls.completion(result);
      }
      return same(expected, actual)
          ? Completion.of(0)
          : Completion.different(0, option + " is " + text(option, actual) + ", not " + text(option, expected));
    };
  }

  private static boolean same(OptionValue expected, OptionValue actual) {
    if (expected instanceof OptionValue.Bytes(byte[] a) && actual instanceof OptionValue.Bytes(byte[] b)) {
      return Arrays.equals(a, b);
    }
    return expected.equals(actual);
  }

  private static String text(SocketOption option, OptionValue value) {
    if (option == SocketOption.SO_ERROR && value instanceof OptionValue.Amount(long number)) return Errno.text(number);
    return value.toString();
  }

  private Attempt info(Arguments arguments, Descriptor.Socket socket) throws RunException {
    Expr expected = arguments.at(3);
    return now -> {
      Map<String, Long> actual = stack.tcpInfo(socket.live(), now);
      String difference = expected instanceof Expr.Struct struct ? difference(arguments, struct, actual) : null;
      return difference == null ? Completion.of(0) : Completion.different(0, difference);
    };
  }

  private static @Nullable String difference(Arguments arguments, Expr.Struct struct, Map<String, Long> actual)
      throws RunException {
    for (Expr.Field field : struct.fields()) {
      if (field.value() instanceof Expr.Ellipsis) continue;
      Long value = actual.get(field.name());
      if (value == null) throw new RunException.Unsupported(field.name() + " of TCP_INFO");
      Long named = field.value() instanceof Expr.Word(String name) ? Constants.ofCode(name) : null;
      long wanted = named == null ? arguments.number(field.value()) : named;
      if (value != wanted) return field.name() + " is " + value + ", not " + wanted;
    }
    return null;
  }

  Attempt ioctl(Arguments arguments, Descriptor.Socket socket) throws RunException {
    String request = String.join("|", arguments.words(1));
    if (request.equals("FIONBIO")) {
      long on = arguments.number(2);
      return _ -> {
        socket.setNonBlocking(on != 0);
        return Completion.of(0);
      };
    }
    StackUnderTest.Query query = switch (request) {
      case "SIOCINQ", "FIONREAD" -> StackUnderTest.Query.UNREAD;
      case "SIOCOUTQ", "TIOCOUTQ", "FIONWRITE" -> StackUnderTest.Query.UNACKNOWLEDGED;
      case "SIOCOUTQNSD" -> StackUnderTest.Query.UNSENT;
      case "SIOCATMARK" -> StackUnderTest.Query.AT_MARK;
      default -> throw new RunException.Unsupported("ioctl " + request);
    };
    boolean checked = arguments.given(2);
    long expected = checked ? arguments.number(2) : 0;
    return now -> {
      SysResult result = stack.query(socket.live(), query, now);
      if (!(result instanceof SysResult.Done(long actual))) return ConnectionCalls.completion(result);
      return !checked || actual == expected
          ? Completion.of(0)
          : Completion.different(0, request + " is " + actual + ", not " + expected);
    };
  }

  Attempt fcntl(Arguments arguments, Descriptor.Socket socket) throws RunException {
    String command = String.join("|", arguments.words(1));
    long nonBlocking = Constants.nonBlocking(host.config().kind());
    return switch (command) {
      case "F_GETFL" -> _ -> Completion.of(2 | (socket.nonBlocking() ? nonBlocking : 0));
      case "F_SETFL" -> {
        long flags = arguments.number(2);
        yield _ -> {
          socket.setNonBlocking((flags & nonBlocking) != 0);
          return Completion.of(0);
        };
      }
      case "F_GETFD", "F_SETFD" -> _ -> Completion.of(0);
      default -> throw new RunException.Unsupported("fcntl " + command);
    };
  }
}
