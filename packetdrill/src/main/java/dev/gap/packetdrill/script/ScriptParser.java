package dev.gap.packetdrill.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses scripts in the packetdrill language, with the extensions that FreeBSD's test suite uses. */
public final class ScriptParser {
  private final String name;
  private final Lexer in;
  private final Symbols symbols;
  private final PacketParser packets;
  private final ExprParser expressions;

  private ScriptParser(String name, String text, Symbols symbols) {
    this.name = name;
    this.symbols = symbols;
    in = new Lexer(name, text);
    packets = new PacketParser(in, symbols);
    expressions = new ExprParser(in, symbols);
  }

  /** {@return the script whose text this is}
   *
   * @param name its file's name, for messages */
  public static Script parse(String name, String text) throws ScriptException {
    return parse(name, text, new Symbols());
  }

  /** {@return the script whose text this is, with words replaced as {@code symbols} says} */
  public static Script parse(String name, String text, Symbols symbols) throws ScriptException {
    return new ScriptParser(name, text, symbols).script();
  }

  private Script script() throws ScriptException {
    Map<String, String> flags = flags();
    List<Event> events = new ArrayList<>();
    while (!in.atEnd())
      events.add(event());
    if (events.isEmpty()) throw in.syntax("expected an event");
    return new Script(name, flags, events);
  }

  private Map<String, String> flags() throws ScriptException {
    Map<String, String> flags = new LinkedHashMap<>();
    while (in.accept("--")) {
      String flag = in.word("the name of a flag");
      String value = "";
      if (in.peek(0) == '=') {
        in.expect("=");
        value = value();
      }
      if (flag.equals("define")) {
        int equals = value.indexOf('=');
        if (equals < 0) throw in.syntax("expected --define=NAME=value");
        symbols.define(value.substring(0, equals), value.substring(equals + 1));
      }
      flags.put(flag, value);
    }
    return flags;
  }

  /** {@return what follows the equals sign of a flag; a definition's quotes are kept, since they say what it is} */
  private String value() throws ScriptException {
    if (in.peek(0) == '"') return in.quoted('"');
    String value = in.until(" \t\r\n\"`");
    char quote = in.peek(0);
    return quote == '"' || quote == '`' ? value + quote + in.quoted(quote) + quote : value;
  }

  private Event event() throws ScriptException {
    in.skip();
    Position position = in.position();
    int start = in.offset();
    EventTime time = in.peek() == '`' || in.next("%{") ? new EventTime.After(0) : time();
    Action action = action(time);
    checkTime(time, action);
    return new Event(position, time, action, in.since(start));
  }

  private EventTime time() throws ScriptException {
    if (in.accept("*")) return new EventTime.Whenever();
    if (in.accept("+")) {
      long from = in.time();
      if (!in.accept("~")) return new EventTime.After(from);
      in.expect("+");
      return new EventTime.AfterBetween(from, notBefore(from));
    }
    if (!in.atTime()) throw in.syntax("expected an event's time");
    long from = in.time();
    return in.accept("~") ? new EventTime.Between(from, notBefore(from)) : new EventTime.At(from);
  }

  private long notBefore(long from) throws ScriptException {
    long to = in.time();
    if (to < from) throw in.syntax("the range of times is backwards");
    return to;
  }

  private void checkTime(EventTime time, Action action) throws ScriptException {
    boolean expected = action instanceof PacketLine line && !line.inbound();
    boolean exact = time instanceof EventTime.At || time instanceof EventTime.After;
    if (!exact && !expected) throw in.syntax("only packets going out can come at any time or in a range of times");
  }

  private Action action(EventTime time) throws ScriptException {
    if (in.peek() == '`') return new Action.Shell(in.quoted('`'));
    if (in.next("%{")) return new Action.Code(in.code());
    if (in.next("<") || in.next(">")) return packets.packet();
    Long end = in.accept("...") ? Long.valueOf(in.time()) : null;
    if (!in.atWord()) throw in.syntax("expected a packet, a system call, a command or code");
    String function = symbols.word(in.word("a system call"));
    if (in.next(":")) throw in.unsupported(function);
    in.expect("(");
    List<Expr> arguments = expressions.list(")");
    in.expect("=");
    Expr result = expressions.expression();
    String errno = in.atWord() ? in.word("an error") : null;
    if (in.accept("(")) note();
    if (end != null && time instanceof EventTime.At(long from) && end < from) {
      throw in.syntax("a call cannot return before it begins");
    }
    return new Action.Call(end, function, arguments, result, errno);
  }

  private void note() throws ScriptException {
    in.until(")");
    in.expect(")");
  }
}
