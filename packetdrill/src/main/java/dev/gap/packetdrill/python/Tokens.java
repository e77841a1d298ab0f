package dev.gap.packetdrill.python;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a piece of Python, one after the other. */
final class Tokens {
  enum Kind {
    NUMBER, STRING, NAME, OPERATOR, NEWLINE, END
  }

  record Token(Kind kind, String text) {
    boolean is(String operator) {
      return (kind == Kind.OPERATOR || kind == Kind.NAME) && text.equals(operator);
    }
  }

  private static final Pattern TOKEN = Pattern.compile("(?<space>[ \\t\\r]+|\\\\\\r?\\n|#[^\\n]*)" //
      + "|(?<newline>\\n|;)" //
      + "|(?<number>0[xX][0-9a-fA-F]+|\\d+\\.\\d*(?:[eE][+-]?\\d+)?|\\.\\d+|\\d+(?:[eE][+-]?\\d+)?)" //
      + "|(?<string>\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*')" //
      + "|(?<name>[A-Za-z_]\\w*)" //
      + "|(?<operator>\\*\\*|//|<<|>>|<=|>=|==|!=|[-+*/%&|^]=|[-+*/%<>=()\\[\\]{},.:~&|^])");

  private final List<Token> tokens = new ArrayList<>();
  private int at;

  Tokens(String code) throws PythonException {
    Matcher matcher = TOKEN.matcher(code);
    int depth = 0;
    int end = 0;
    while (end < code.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw new PythonException.Unusable("cannot read " + code.substring(end).strip());
      }
      end = matcher.end();
      String text = matcher.group();
      if (matcher.group("number") != null) tokens.add(new Token(Kind.NUMBER, text));
      if (matcher.group("string") != null) tokens.add(new Token(Kind.STRING, text.substring(1, text.length() - 1)));
      if (matcher.group("name") != null) tokens.add(new Token(Kind.NAME, text));
      if (matcher.group("operator") != null) {
        tokens.add(new Token(Kind.OPERATOR, text));
        depth += "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
      }
      // inside parentheses a line may end anywhere
      if (matcher.group("newline") != null && depth == 0) tokens.add(new Token(Kind.NEWLINE, text));
    }
    tokens.add(new Token(Kind.END, ""));
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.kind != Kind.END) at++;
    return token;
  }

  boolean accept(String operator) {
    if (!peek().is(operator)) return false;
    at++;
    return true;
  }

  void expect(String operator) throws PythonException {
    if (!accept(operator)) {
      throw new PythonException.Unusable("expected " + operator + ", found \"" + peek().text() + "\"");
    }
  }

  boolean atEndOfStatement() {
    return peek().kind == Kind.NEWLINE || peek().kind == Kind.END;
  }
}
