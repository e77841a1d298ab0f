package dev.gap.tcp.engine.stack;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.connection.FastOpenOffer;
import dev.gap.tcp.engine.wire.Address;

import static org.assertj.core.api.Assertions.assertThat;

/** Fast Open cookies: those of Linux for the same key, and those of the key before it. */
class FastOpenCookiesTest {
  /** As sysctl has it: a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4. */
  private static final SipHash KEY = new SipHash(0xb2b2b2b2a1a1a1a1L, 0xd4d4d4d4c3c3c3c3L);
  private static final SipHash OTHER = new SipHash(1, 2);
  private static final Address CLIENT = address("192.0.2.1");
  private static final Address SERVER = address("192.168.0.1");

  private final FastOpenCookies cookies = new FastOpenCookies(KEY);

  private static Address address(String text) {
    try {
      return Address.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ofTheSameKeyTheyAreThoseOfLinux() {
    // what the kernel's own tests expect
    byte[] six = cookies.issue(address("fd3d:fa7b:d17d::1"), address("fd3d:0a0b:17d6::1"));
    assertThat(HexFormat.of().formatHex(six)).isEqualTo("c1d1e9742a47a9bc");
    byte[] four = cookies.issue(CLIENT, SERVER);
    assertThat(HexFormat.of().formatHex(four)).isEqualTo("3021b9d889017eeb");
  }

  @Test
  void ofTheClientAloneTheyAreThoseOfFreeBsd() {
    // of a key of zeros
    FastOpenCookies zeros = new FastOpenCookies(new SipHash(0, 0));
    byte[] cookie = zeros.issue(CLIENT, null);
    assertThat(HexFormat.of().formatHex(cookie)).isEqualTo("2069a359c930dba9");
    assertThat(zeros.check(cookie, CLIENT, null)).isZero();
    assertThat(zeros.check(cookie, CLIENT, SERVER)).isNegative();
  }

  @Test
  void aServerThatHasRefusedIsLeftAloneForAWhile() {
    FastOpenOffer asking = new FastOpenOffer();
    asking.ask(false);
    cookies.heed(SERVER, asking, Duration.ofSeconds(9), 0);
    assertThat(cookies.isResting(SERVER, 8_999_999_999L)).isTrue();
    assertThat(cookies.isResting(CLIENT, 0)).isFalse();
    assertThat(cookies.isResting(SERVER, 9_000_000_000L)).isFalse();
    cookies.heed(SERVER, asking, Duration.ZERO, 0);
    assertThat(cookies.isResting(SERVER, 0)).isFalse();
  }

  @Test
  void aCookieIsOfOneClientAndOneServer() {
    byte[] cookie = cookies.issue(CLIENT, SERVER);
    assertThat(cookie).hasSize(8);
    assertThat(cookies.check(cookie, CLIENT, SERVER)).isZero();
    assertThat(cookies.check(cookie, SERVER, CLIENT)).isNegative();
    assertThat(cookies.check(cookie, address("192.0.2.2"), SERVER)).isNegative();
    assertThat(cookies.check(cookie, CLIENT, address("192.168.0.2"))).isNegative();
  }

  @Test
  void whatIsNoCookieIsNone() {
    byte[] cookie = cookies.issue(CLIENT, SERVER);
    cookie[7] ^= 1;
    assertThat(cookies.check(cookie, CLIENT, SERVER)).isNegative();
    assertThat(cookies.check(new byte[0], CLIENT, SERVER)).isNegative();
    assertThat(cookies.check(new byte[4], CLIENT, SERVER)).isNegative();
    assertThat(cookies.check(new byte[16], CLIENT, SERVER)).isNegative();
  }

  @Test
  void theKeyBeforeStillCounts() {
    byte[] old = cookies.issue(CLIENT, SERVER);
    cookies.setKeys(OTHER, KEY);
    assertThat(cookies.check(old, CLIENT, SERVER)).isEqualTo(1);
    byte[] fresh = cookies.issue(CLIENT, SERVER);
    assertThat(fresh).isNotEqualTo(old);
    assertThat(cookies.check(fresh, CLIENT, SERVER)).isZero();
    cookies.setKeys(OTHER);
    assertThat(cookies.check(old, CLIENT, SERVER)).isNegative();
  }

  @Test
  void aServerOfWhichNothingIsKnownHasNoCookie() {
    assertThat(cookies.of(SERVER)).isNull();
    cookies.forget();
    assertThat(cookies.of(SERVER)).isNull();
  }
}
