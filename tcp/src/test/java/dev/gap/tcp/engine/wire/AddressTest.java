package dev.gap.tcp.engine.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Addresses of both kinds as numbers. */
class AddressTest {
  private static Address of(String text) {
    try {
      return Address.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAddressIsItselfAgain() {
    for (String text : new String[]{"0.0.0.0", "10.1.2.3", "255.255.255.255", "2001:db8:0:0:0:0:0:1",
        "fe80:0:0:0:1234:5678:9abc:def0", "0:0:0:0:0:0:0:1", "ff02:0:0:0:0:0:0:1"}) {
      assertThat(of(text)).hasToString(text);
    }
    assertThat(of("10.1.2.3")).isEqualTo(Address.v4(0x0a010203)).hasSameHashCodeAs(Address.v4(0x0a010203));
    assertThat(of("10.1.2.3").isV4()).isTrue();
    assertThat(of("2001:db8::1").isV4()).isFalse();
    assertThat(of("::1").isV4()).isFalse();
  }

  @Test
  void onlyUnicastAddressesAreOfOnePeer() {
    for (String text : new String[]{"10.0.0.1", "223.255.255.255", "127.0.0.1", "2001:db8::1", "::1", "fe80::1"})
      assertThat(of(text).isUnicast()).as(text).isTrue();
    for (String text : new String[]{"0.0.0.0", "224.0.0.1", "239.255.255.255", "255.255.255.255", "::", "ff02::1"})
      assertThat(of(text).isUnicast()).as(text).isFalse();
  }

  @Test
  void theAddressesOfThisHostAreKnown() {
    assertThat(of("127.0.0.1").isLoopback()).isTrue();
    assertThat(of("127.255.1.2").isLoopback()).isTrue();
    assertThat(of("::1").isLoopback()).isTrue();
    assertThat(of("128.0.0.1").isLoopback()).isFalse();
    assertThat(of("::2").isLoopback()).isFalse();
    assertThat(of("0.0.0.0").isUnspecified()).isTrue();
    assertThat(of("::").isUnspecified()).isTrue();
    assertThat(of("0.0.0.1").isUnspecified()).isFalse();
  }
}
