package dev.gap.packetdrill.script;

import java.util.ArrayList;
import java.util.List;

/** Parses arguments and results of system calls. */
final class ExprParser {
  private final Lexer in;
  private final Symbols symbols;

  ExprParser(Lexer in, Symbols symbols) {
    this.in = in;
    this.symbols = symbols;
  }

  /** {@return the expressions up to {@code close}, which is passed over} */
  List<Expr> list(String close) throws ScriptException {
    List<Expr> items = new ArrayList<>();
    if (in.accept(close)) return items;
    do {
      items.add(expression());
    } while (in.accept(","));
    in.expect(close);
    return items;
  }

  Expr expression() throws ScriptException {
    Expr first = primary();
    if (!in.next("|") || in.next("||")) return first;
    List<Expr> parts = new ArrayList<>();
    parts.add(first);
    while (in.accept("|"))
      parts.add(primary());
    return new Expr.Or(parts);
  }

  private Expr primary() throws ScriptException {
    if (in.accept("...")) return new Expr.Ellipsis();
    if (in.accept("*")) return new Expr.Ellipsis();
    if (in.peek() == '"') return text();
    if (in.accept("[")) return new Expr.Array(list("]"));
    if (in.accept("{")) return braces();
    if (in.accept("(")) {
      Expr inner = expression();
      in.expect(")");
      return inner;
    }
    if (in.atDigit() || in.peek() == '-') return number();
    if (!in.atWord()) throw in.syntax("expected an expression");
    String word = symbols.word(in.word("a word"));
    if (in.accept("(")) return new Expr.Call(word, list(")"));
    return symbols.isText(word) ? new Expr.Text(symbols.text(word)) : new Expr.Word(word);
  }

  private Expr number() throws ScriptException {
    long value = in.integer("a number");
    if (in.accept("<<")) value <<= in.integer("a number of bits", 63);
    return new Expr.Numeral(value);
  }

  private Expr text() throws ScriptException {
    StringBuilder all = new StringBuilder();
    while (in.peek() == '"')
      all.append(unescape(in.quoted('"')));
    in.accept("...");
    return new Expr.Text(all.toString());
  }

  private Expr braces() throws ScriptException {
    List<Expr> items = new ArrayList<>();
    List<Expr.Field> fields = new ArrayList<>();
    while (!in.accept("}")) {
      int start = in.offset();
      String name = fieldName();
      if (name.isEmpty()) {
        in.reset(start);
        items.add(expression());
      } else {
        fields.add(new Expr.Field(name, expression()));
      }
      if (!in.next("}")) in.expect(",");
    }
    if (fields.isEmpty()) return new Expr.Tuple(items);
    for (Expr item : items)
      if (!(item instanceof Expr.Ellipsis)) throw in.syntax("expected name=value in a struct");
    return new Expr.Struct(fields);
  }

  /** {@return the name before an equals sign, such as {@code msg_iov} of {@code msg_iov(1)=}, empty if none is there} */
  private String fieldName() throws ScriptException {
    if (!in.atWord()) return "";
    String name = in.word("a word");
    if (in.accept("(")) list(")");
    return in.accept("=") || in.accept(":") ? name : "";
  }

  static String unescape(String raw) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\' || i + 1 >= raw.length()) {
        out.append(c);
        continue;
      }
      char escaped = raw.charAt(++i);
      switch (escaped) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case '0' -> out.append('\0');
        case 'x' -> {
          int end = i + 1;
          while (end < raw.length() && end < i + 3 && Character.digit(raw.charAt(end), 16) >= 0)
            end++;
          if (end > i + 1) out.append((char) Integer.parseInt(raw.substring(i + 1, end), 16));
          i = end - 1;
        }
        default -> out.append(escaped);
      }
    }
    return out.toString();
  }
}
