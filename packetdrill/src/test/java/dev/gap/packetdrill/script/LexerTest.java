package dev.gap.packetdrill.script;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LexerTest {
  private static Lexer lexer(String text) {
    return new Lexer("x.pkt", text);
  }

  @Test
  void commentsOfAllKindsAreSpace() throws ScriptException {
    Lexer in = lexer(" // one\n# two\n/* three\n * more */ word // four");
    assertThat(in.word("a word")).isEqualTo("word");
    assertThat(in.atEnd()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1000000000", ".1,100000000", "0.010,10000000", "0.200,200000000",
      "12.000000001,12000000001"})
  void timesAreExactToTheNanosecond(String text, long nanos) throws ScriptException {
    assertThat(lexer(text).time()).isEqualTo(nanos);
  }

  @Test
  void aTimeEndsBeforeTheDotsOfABlockingCall() throws ScriptException {
    Lexer in = lexer("0...0.200");
    assertThat(in.time()).isZero();
    in.expect("...");
    assertThat(in.time()).isEqualTo(200_000_000);
  }

  @ParameterizedTest
  @CsvSource({"42,42", "-1,-1", "0x2,2", "0xFF,255", "4294967295,4294967295"})
  void numbersMayBeDecimalOrHexadecimal(
      String text, long value) throws ScriptException {
    assertThat(lexer(text).integer("a number")).isEqualTo(value);
  }

  @Test
  void quotedTextMayContainItsQuoteAfterABackslash() throws ScriptException {
    assertThat(lexer("`echo \\`date\\``").quoted('`')).isEqualTo("echo \\`date\\`");
  }

  @Test
  void codeEndsAtItsOwnBracket() throws ScriptException {
    Lexer in = lexer("%{ a = {1} }% rest");
    assertThat(in.code()).isEqualTo(" a = {1} ");
    assertThat(in.word("a word")).isEqualTo("rest");
  }

  @Test
  void mistakesTellFileLineAndColumn() {
    Lexer in = lexer("one\n  two");
    assertThatThrownBy(() -> {
      in.expect("one");
      in.expect("three");
    }).hasMessage("x.pkt:2:3: expected \"three\", found \"two\"");
  }

  @Test
  void whatIsNotClosedIsAMistake() {
    assertThatThrownBy(() -> lexer("/* never").skip()).hasMessageContaining("comment is not closed");
    assertThatThrownBy(() -> lexer("%{ x").code()).hasMessageContaining("closing }%");
    assertThatThrownBy(() -> lexer("`x").quoted('`')).hasMessageContaining("closing `");
  }
}
