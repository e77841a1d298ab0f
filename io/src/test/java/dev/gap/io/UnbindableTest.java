package dev.gap.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class UnbindableTest {
  @Test
  void writesAddressesAsACommandLineDoes() throws UnknownHostException {
    InetAddress named = InetAddress.getByAddress("far.example.org", new byte[]{(byte) 192, 0, 2, 1});
    assertThat(Unbindable.udp(new InetSocketAddress(named, 2286), "in use"))
        .hasMessage("cannot bind UDP 192.0.2.1:2286: in use");
    assertThat(Unbindable.udp(new InetSocketAddress("::1", 7), "in use"))
        .hasMessage("cannot bind UDP [0:0:0:0:0:0:0:1]:7: in use");
    assertThat(Unbindable.udp(InetSocketAddress.createUnresolved("far.example.org", 7), "no address"))
        .hasMessage("cannot bind UDP far.example.org:7: no address");
  }
}
