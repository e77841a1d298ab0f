package dev.gap.packetdrill.run;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.gap.packetdrill.script.Action;
import dev.gap.packetdrill.script.Expr;

/** The arguments of one system call, read as what they are to be. */
final class Arguments {
  private final Action.Call call;
  private final Profile.Kind kind;

  Arguments(Action.Call call, Profile.Kind kind) {
    this.call = call;
    this.kind = kind;
  }

  Action.Call call() {
    return call;
  }

  int count() {
    return call.arguments().size();
  }

  Expr at(int index) throws RunException {
    if (index >= call.arguments().size()) {
      throw new RunException.Unsupported(call.name() + " with " + count() + " arguments");
    }
    return call.arguments().get(index);
  }

  boolean given(int index) throws RunException {
    return index < count() && !(at(index) instanceof Expr.Ellipsis);
  }

  long number(int index) throws RunException {
    return number(at(index));
  }

  /** {@return a number, which may be alone in an array} */
  long number(Expr expr) throws RunException {
    return switch (expr) {
      case Expr.Numeral(long value) -> value;
      case Expr.Word(String name) -> Constants.number(name, kind)
          .orElseThrow(() -> new RunException.Unsupported("the constant " + name));
      case Expr.Or(List<Expr> parts) -> {
        long all = 0;
        for (Expr part : parts)
          all |= number(part);
        yield all;
      }
      case Expr.Array(List<Expr> items) when items.size() == 1 -> number(items.getFirst());
      case Expr.Call(String function, List<Expr> arguments) when function.equals("htons") && arguments.size() == 1 ->
        number(arguments.getFirst());
      case Expr.Ellipsis _,Expr.Text _,Expr.Array _,Expr.Tuple _,Expr.Struct _,Expr.Call _ ->
        throw new RunException.Unsupported(expr + " for a number in " + call.name());
    };
  }

  /** {@return whether a pointer is written out as none} */
  boolean isNull(int index) throws RunException {
    return index < count() && at(index) instanceof Expr.Word(String word) && word.equals("NULL");
  }

  /** {@return the names that are or'ed together; a zero is none} */
  Set<String> words(int index) throws RunException {
    return words(at(index));
  }

  Set<String> words(Expr expr) throws RunException {
    return switch (expr) {
      case Expr.Word(String name) -> Set.of(name);
      case Expr.Numeral(long value) when value == 0 -> Set.of();
      case Expr.Or(List<Expr> parts) -> {
        Set<String> all = new LinkedHashSet<>();
        for (Expr part : parts)
          all.addAll(words(part));
        yield all;
      }
      case Expr.Ellipsis _,Expr.Numeral _,Expr.Text _,Expr.Array _,Expr.Tuple _,Expr.Struct _,Expr.Call _ ->
        throw new RunException.Unsupported(expr + " for names in " + call.name());
    };
  }

  Set<MsgFlag> flags(int index) throws RunException {
    Set<MsgFlag> flags = EnumSet.noneOf(MsgFlag.class);
    if (at(index) instanceof Expr.Numeral(long bits) && kind == Profile.Kind.LINUX) {
      for (MsgFlag flag : MsgFlag.values())
        if ((bits & flag.bit()) != 0) flags.add(flag);
    } else {
      for (String word : words(index))
        flags.add(flag(word));
    }
    return flags;
  }

  private static MsgFlag flag(String word) throws RunException {
    for (MsgFlag flag : MsgFlag.values()) {
      if (flag != MsgFlag.BLOCKING && word.equals("MSG_" + flag.name())) return flag;
    }
    throw new RunException.Unsupported(word);
  }

  Set<Readiness.Event> events(Expr expr) throws RunException {
    Set<Readiness.Event> events = EnumSet.noneOf(Readiness.Event.class);
    for (String word : words(expr)) {
      String name = word.replaceFirst("^E?POLL", "");
      switch (name) {
        case "RDNORM" -> events.add(Readiness.Event.IN);
        case "WRNORM" -> events.add(Readiness.Event.OUT);
        case "RDBAND" -> events.add(Readiness.Event.PRI);
        case "ET", "ONESHOT", "EXCLUSIVE", "WAKEUP", "INIT" -> {
        }
        default -> events.add(event(name, word));
      }
    }
    return events;
  }

  private static Readiness.Event event(String name, String word) throws RunException {
    for (Readiness.Event event : Readiness.Event.values())
      if (event.name().equals(name)) return event;
    throw new RunException.Unsupported(word);
  }

  /** {@return an address if it is written out, none if it is left to the tool} */
  Optional<InetSocketAddress> address(int index) throws RunException {
    if (!(at(index) instanceof Expr.Struct struct)) return Optional.empty();
    Expr port = first(struct, "sin_port", "sin6_port");
    Expr host = first(struct, "sin_addr", "sin6_addr");
    if (!(host instanceof Expr.Call(String _, List<Expr> parts))
        || !(parts.getFirst() instanceof Expr.Text(String text))) {
      throw new RunException.Unsupported(struct + " for an address");
    }
    try {
      return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(text), (int) number(port)));
    } catch (IllegalArgumentException e) {
      throw new RunException.Unsupported(text + " for an address");
    }
  }

  private static Expr first(Expr.Struct struct, String... names) {
    for (String name : names)
      if (!(struct.field(name) instanceof Expr.Ellipsis)) return struct.field(name);
    return new Expr.Ellipsis();
  }

  /** {@return the lengths of the buffers in an array of iovec} */
  List<Integer> vector(Expr expr) throws RunException {
    if (!(expr instanceof Expr.Array(List<Expr> items))) throw new RunException.Unsupported(expr + " for buffers");
    List<Integer> lengths = new ArrayList<>();
    for (Expr item : items) {
      switch (item) {
        case Expr.Tuple(List<Expr> parts) when parts.size() == 2 -> lengths.add((int) number(parts.get(1)));
        case Expr.Struct struct -> lengths.add((int) number(struct.field("iov_len")));
        case Expr.Ellipsis _,Expr.Numeral _,Expr.Word _,Expr.Text _,Expr.Or _,Expr.Array _,Expr.Tuple _,Expr.Call _ ->
          throw new RunException.Unsupported(item + " for a buffer");
      }
    }
    return lengths;
  }
}
