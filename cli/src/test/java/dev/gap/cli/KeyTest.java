package dev.gap.cli;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

final class KeyTest {
  @Test
  void hasOneNameInThreeForms() {
    assertThat(Key.MAX_WINDOW.key()).isEqualTo("max-window");
    assertThat(Key.MAX_WINDOW.flag()).isEqualTo("--max-window");
    assertThat(Key.MAX_WINDOW.variable()).isEqualTo("GAP_MAX_WINDOW");
    assertThat(Key.KEY.variable()).isEqualTo("GAP_KEY");
  }

  @ParameterizedTest
  @EnumSource(Key.class)
  void isFoundByItsNameAndByNoOther(Key key) {
    assertThat(Key.named(key.key())).contains(key);
    assertThat(Key.named(key.flag())).isEmpty();
    assertThat(Key.named(key.variable())).isEmpty();
    assertThat(Key.named(key.key() + "x")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Key.class)
  void isForSomeoneAndSaysWhatItIs(Key key) {
    assertThat(Arrays.stream(Role.values()).anyMatch(key::isFor)).isTrue();
    assertThat(key.label()).isNotBlank();
    assertThat(key.description()).endsWith(".").hasSizeGreaterThan(10);
  }

  @Test
  void isForOneSideWhereItMeansNothingToTheOther() {
    assertThat(Arrays.stream(Key.values()).filter(k -> !k.isFor(Role.SERVER)).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Key.SERVER, Key.LISTEN_HTTP, Key.REPLY, Key.PROXY_USER, Key.SERVER_KEY);
    assertThat(Arrays.stream(Key.values()).filter(k -> !k.isFor(Role.LOCAL)).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Key.CONNECT_TIMEOUT, Key.OLD_KEY, Key.USERS);
  }
}
