package dev.gap.proxy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

final class OutcomeTest {
  @ParameterizedTest
  @EnumSource(Outcome.class)
  void isKnownByItsCode(Outcome outcome) {
    assertThat(Outcome.of(outcome.code())).isEqualTo(outcome);
    assertThat(outcome.code()).isBetween(0, 255);
    assertThat(outcome.text()).isNotBlank();
  }

  @Test
  void hasOneCodeEach() {
    assertThat(Arrays.stream(Outcome.values()).map(Outcome::code).collect(Collectors.toSet()))
        .hasSameSizeAs(Outcome.values());
    assertThat(Outcome.CONNECTED.code()).isZero();
  }

  @Test
  void repliesOnlySuccessWithZeroAndOnlyCodesOfTheRfc() {
    for (Outcome outcome : Outcome.values()) {
      assertThat(outcome.socksReply() == 0).isEqualTo(outcome == Outcome.CONNECTED);
      assertThat(outcome.socksReply()).isBetween(0, 8);
    }
  }

  @Test
  void takesAnUnknownCodeForAFailure() {
    for (int code : new int[]{2, 7, 8, 100, 255, -1})
      assertThat(Outcome.of(code)).isEqualTo(Outcome.FAILED);
  }

  @Test
  void followsFromWhatConnectingThrows() {
    assertThat(Outcome.of(new UnknownHostException("x"))).isEqualTo(Outcome.NAME_NOT_FOUND);
    assertThat(Outcome.of(new SocketTimeoutException("Connect timed out"))).isEqualTo(Outcome.TIMED_OUT);
    assertThat(Outcome.of(new NoRouteToHostException("No route to host"))).isEqualTo(Outcome.HOST_UNREACHABLE);
    assertThat(Outcome.of(new ConnectException("Connection refused"))).isEqualTo(Outcome.REFUSED);
    assertThat(Outcome.of(new ConnectException("Connection timed out"))).isEqualTo(Outcome.TIMED_OUT);
    assertThat(Outcome.of(new ConnectException("Network is unreachable"))).isEqualTo(Outcome.NETWORK_UNREACHABLE);
    assertThat(Outcome.of(new SocketException("Network is unreachable"))).isEqualTo(Outcome.NETWORK_UNREACHABLE);
    assertThat(Outcome.of(new SocketException("Host is unreachable"))).isEqualTo(Outcome.HOST_UNREACHABLE);
    assertThat(Outcome.of(new BindException("Cannot assign requested address"))).isEqualTo(Outcome.FAILED);
    assertThat(Outcome.of(new IOException())).isEqualTo(Outcome.FAILED);
  }
}
