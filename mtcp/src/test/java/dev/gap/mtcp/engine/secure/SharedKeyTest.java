package dev.gap.mtcp.engine.secure;

import java.util.Base64;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class SharedKeyTest {
  private static final byte[] BYTES = HexFormat.of().parseHex("fbefbeffffff".repeat(5) + "0102");
  private static final String KEY = "mk2:" + Base64.getUrlEncoder().withoutPadding().encodeToString(BYTES);

  @Test
  void aKeyIsItsThirtyTwoBytes() {
    assertThat(KEY).hasSize(47).contains("-", "_");
    assertThat(SharedKey.parse(KEY).bytes()).isEqualTo(BYTES);
    assertThatCode(() -> SharedKey.check(KEY)).doesNotThrowAnyException();
  }

  @Test
  void aKeyWithoutItsEndSaysToCopyAllOfIt() {
    assertThatThrownBy(() -> SharedKey.parse(KEY.substring(0, KEY.length() - 3)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("32 bytes")
        .hasMessageContaining("gap genkey");
    assertThatThrownBy(() -> SharedKey.parse("mk2:")).hasMessageContaining("gap genkey");
    assertThatThrownBy(() -> SharedKey.parse(KEY + "AAAA")).hasMessageContaining("32 bytes, this one 35");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "+", "/", "\n", "\u00e9"})
  void aKeyWithAnotherCharacterSaysWhichOnesThereAre(String character) {
    String text = KEY.substring(0, 20) + character + KEY.substring(21);
    assertThatThrownBy(() -> SharedKey.parse(text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("43 letters").hasMessageContaining("gap genkey");
    assertThatThrownBy(() -> SharedKey.check(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noMessageShowsTheKey() {
    assertThat(SharedKey.parse(KEY)).asString().doesNotContain(KEY.substring(4, 12));
    String text = KEY.substring(0, 30);
    assertThatThrownBy(() -> SharedKey.parse(text)).message().doesNotContain(text.substring(4, 12));
    String weak = "hush hush hush hush";
    assertThatThrownBy(() -> SharedKey.parse(weak)).message().doesNotContain("hush");
  }

  /** The bytes are what Python's hashlib.pbkdf2_hmac gives. */
  @Test
  void aPassphraseIsStretched() {
    assertThat(SharedKey.parse("a long passphrase, not a common one").bytes())
        .isEqualTo(HexFormat.of().parseHex("3d52d9c14617ef0761a177ce06f34ead7e1194e5d365d2d76931253a01707d94"));
  }

  @Test
  void aPassphraseIsTheSameHoweverItsAccentsAreTyped() {
    byte[] psk = HexFormat.of().parseHex("5248be0d60ae884990fc44a6f580d2f1101d53dc15f7b2bd3f876b97a8db8c27");
    assertThat(SharedKey.parse("caf\u00e9 au lait, s'il vous pla\u00eet").bytes()).isEqualTo(psk);
    assertThat(SharedKey.parse("cafe\u0301 au lait, s'il vous plai\u0302t").bytes()).isEqualTo(psk);
  }

  @Test
  void sixteenCharactersWillDo() {
    assertThatCode(() -> SharedKey.check("sixteen chars ok")).doesNotThrowAnyException();
  }

  @Test
  void fifteenCharactersAreTooFew() {
    assertThatThrownBy(() -> SharedKey.check("abcdefgh,ijklmn")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 16 characters, this one 15").hasMessageContaining("gap genkey");
  }

  @Test
  void accentsTypedApartCountOnce() {
    assertThatThrownBy(() -> SharedKey.check("abcdefghijklme\u0301o")).hasMessageContaining("this one 15");
  }

  @Test
  void sevenDifferentCharactersAreTooFew() {
    assertThatThrownBy(() -> SharedKey.check("abcdefgabcdefgabcdefg")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 different").hasMessageContaining("gap genkey");
    assertThatCode(() -> SharedKey.check("abcdefghabcdefghabcdefgh")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"correct horse battery staple", "Correct Horse Battery Staple!", "qwertyuiopasdfghjkl",
      "1234567890 1234567890", "To be, or not to be: that is the question"})
  void aCommonPassphraseIsRefusedHoweverItIsWritten(String passphrase) {
    assertThatThrownBy(() -> SharedKey.check(passphrase)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("on every list").hasMessageContaining("gap genkey");
  }

  @Test
  void parseRefusesWhatCheckRefuses() {
    assertThatThrownBy(() -> SharedKey.parse("correct horse battery staple")).hasMessageContaining("on every list");
  }
}
