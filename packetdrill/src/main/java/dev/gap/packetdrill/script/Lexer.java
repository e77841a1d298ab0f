package dev.gap.packetdrill.script;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * Reads a script piece by piece. What a character means depends on where it stands ({@code 5.} is flags in a packet
 * line and the start of a number elsewhere), so the parser asks for what may come instead of being handed tokens.
 */
final class Lexer {
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private final String file;
  private final String text;
  private int at;

  Lexer(String file, String text) {
    this.file = file;
    this.text = text;
  }

  ScriptException.Syntax syntax(String message) {
    return new ScriptException.Syntax(file, position(), message + ", found " + found());
  }

  ScriptException.Unsupported unsupported(String reason) {
    return new ScriptException.Unsupported(file, position(), reason);
  }

  private String found() {
    if (at >= text.length()) return "the end of the script";
    int end = at;
    while (end < text.length() && end < at + 20 && text.charAt(end) != '\n')
      end++;
    return "\"" + text.substring(at, Math.max(end, at + 1)) + "\"";
  }

  /** {@return where the next character is} */
  Position position() {
    int line = 1;
    int start = 0;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new Position(line, at - start + 1);
  }

  int offset() {
    return at;
  }

  void reset(int offset) {
    at = offset;
  }

  String since(int offset) {
    return text.substring(offset, at).strip();
  }

  /** Passes over spaces and comments. */
  void skip() throws ScriptException {
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("//", at) || text.charAt(at) == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) throw syntax("a comment is not closed");
        at = end + 2;
      } else {
        return;
      }
    }
  }

  boolean atEnd() throws ScriptException {
    skip();
    return at >= text.length();
  }

  /** {@return the character {@code ahead} of the next one, or NUL past the end; spaces count} */
  char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  /** {@return the next character that is neither space nor comment, or NUL at the end} */
  char peek() throws ScriptException {
    skip();
    return peek(0);
  }

  boolean next(String literal) throws ScriptException {
    skip();
    return text.startsWith(literal, at);
  }

  boolean accept(String literal) throws ScriptException {
    if (!next(literal)) return false;
    at += literal.length();
    return true;
  }

  void expect(String literal) throws ScriptException {
    if (!accept(literal)) throw syntax("expected \"" + literal + "\"");
  }

  static boolean wordCharacter(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '_');
  }

  boolean atDigit() throws ScriptException {
    char c = peek();
    return c >= '0' && c <= '9';
  }

  boolean atWord() throws ScriptException {
    return wordCharacter(peek()) && !atDigit();
  }

  /** {@return the word that comes next, not consumed; empty if none does} */
  String peekWord() throws ScriptException {
    skip();
    int end = at;
    while (end < text.length() && wordCharacter(text.charAt(end)))
      end++;
    return text.substring(at, end);
  }

  boolean acceptWord(String word) throws ScriptException {
    if (!peekWord().equals(word)) return false;
    at += word.length();
    return true;
  }

  String word(String what) throws ScriptException {
    String word = peekWord();
    if (word.isEmpty()) throw syntax("expected " + what);
    at += word.length();
    return word;
  }

  /** {@return the characters from here up to one of {@code ends}, which is not passed over, or the end} */
  String until(String ends) {
    int start = at;
    while (at < text.length() && ends.indexOf(text.charAt(at)) < 0)
      at++;
    return text.substring(start, at);
  }

  long integer(String what) throws ScriptException {
    skip();
    int start = at;
    boolean negative = peek(0) == '-';
    if (negative) at++;
    String digits = peekWord();
    try {
      String lower = digits.toLowerCase(Locale.ROOT);
      long value = lower.startsWith("0x") ? Long.parseUnsignedLong(lower.substring(2), 16) : Long.parseLong(digits);
      at += digits.length();
      return negative ? -value : value;
    } catch (NumberFormatException e) {
      at = start;
      throw syntax("expected " + what);
    }
  }

  long integer(String what, long max) throws ScriptException {
    int start = at;
    long value = integer(what);
    if (value >= 0 && value <= max) return value;
    at = start;
    throw syntax(what + " must be 0 to " + max);
  }

  boolean atTime() throws ScriptException {
    return atDigit() || (peek() == '.' && Character.isDigit(peek(1)));
  }

  /** {@return seconds as written, in nanoseconds} */
  long time() throws ScriptException {
    if (!atTime()) throw syntax("expected a time in seconds");
    int start = at;
    while (Character.isDigit(peek(0)))
      at++;
    if (peek(0) == '.' && Character.isDigit(peek(1))) {
      at++;
      while (Character.isDigit(peek(0)))
        at++;
    }
    String digits = text.substring(start, at);
    return new BigDecimal(digits.startsWith(".") ? "0" + digits : digits).multiply(NANOS).longValue();
  }

  /** {@return what stands between two {@code quote} characters, a backslash and what follows it kept as they are} */
  String quoted(char quote) throws ScriptException {
    expect(String.valueOf(quote));
    int start = at;
    while (at < text.length() && text.charAt(at) != quote)
      at += text.charAt(at) == '\\' ? 2 : 1;
    if (at >= text.length()) throw syntax("expected a closing " + quote);
    return text.substring(start, at++);
  }

  /** {@return what stands between {@code %{} and {@code }%}} */
  String code() throws ScriptException {
    expect("%{");
    int end = text.indexOf("}%", at);
    if (end < 0) throw syntax("expected a closing }%");
    String code = text.substring(at, end);
    at = end + 2;
    return code;
  }
}
