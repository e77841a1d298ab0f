package dev.gap.proxy;

import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

final class CredentialsTest {
  private static final Credentials SECRET = Credentials.parse("me:pass:word");

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @Test
  void areWrittenWithAColonAfterTheName() {
    assertThat(SECRET).isEqualTo(new Credentials("me", "pass:word"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "me", ":pass", "me:", ":"})
  void needANameAndAPassword(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Credentials.parse(text));
  }

  @Test
  void haveAtMost255BytesEach() {
    assertThat(new Credentials("é".repeat(127), "x".repeat(255)).user()).hasSize(127);
    assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("é".repeat(128), "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("x", "x".repeat(256)));
  }

  @Test
  void matchOnlyThemselves() {
    assertThat(SECRET.match("me".getBytes(UTF_8), "pass:word".getBytes(UTF_8))).isTrue();
    assertThat(SECRET.match("me".getBytes(UTF_8), "pass:wor".getBytes(UTF_8))).isFalse();
    assertThat(SECRET.match("m".getBytes(UTF_8), "pass:word".getBytes(UTF_8))).isFalse();
    assertThat(SECRET.match(new byte[0], new byte[0])).isFalse();
  }

  @Test
  void matchTheirBasicHeader() {
    assertThat(SECRET.matchBasic(" Basic " + base64("me:pass:word") + " ")).isTrue();
    assertThat(SECRET.matchBasic("Basic " + base64("me:pass"))).isFalse();
    assertThat(SECRET.matchBasic("Bearer " + base64("me:pass:word"))).isFalse();
    assertThat(SECRET.matchBasic("Basic")).isFalse();
    assertThat(SECRET.matchBasic("")).isFalse();
  }

  /** RFC 9110 section 11.1: the scheme is case-insensitive. */
  @ParameterizedTest
  @ValueSource(strings = {"basic", "BASIC", "bAsIc"})
  void matchTheirBasicHeaderInAnyCase(String scheme) {
    assertThat(SECRET.matchBasic(scheme + " " + base64("me:pass:word"))).isTrue();
  }

  @Test
  void hideThePassword() {
    assertThat(SECRET).hasToString("me:(hidden)");
  }
}
