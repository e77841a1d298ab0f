package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.VirtualNetwork;
import dev.gap.mtcp.engine.secure.SecureEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

/** All sessions together have no more connections than the server is to have, and whoever is refused is told why. */
class SecureCrowdTest {
  private static final int MOST = 8;
  private static final LinkSpec LINK = Rig.link(10, 20, 0);

  private final VirtualNetwork network = new VirtualNetwork(1);
  private final SecureEndpoint far = Rig.secureEndpoint(EndpointConfig.acceptingUpTo(64).withLimits(MOST, 64),
      Rig.SECURE, network, 2);
  private final List<Connection> dialed = new ArrayList<>();

  SecureCrowdTest() {
    network.attach(Rig.FAR, far);
  }

  private SecureEndpoint client(int host) {
    InetSocketAddress address = Rig.address(host, 40_000);
    SecureEndpoint client = Rig.secureEndpoint(EndpointConfig.dialing(), Rig.SECURE, network, 10 + host);
    network.attach(address, client);
    network.connect(address, Rig.FAR, LINK, LINK);
    return client;
  }

  private void dial(SecureEndpoint client, int count) {
    for (int i = 0; i < count; i++)
      dialed.add(client.connect(Rig.FAR, network.now()));
    network.runFor(Duration.ofSeconds(2));
  }

  private long refused() {
    return dialed.stream().filter(c -> c.closeReason() == CloseReason.REFUSED).count();
  }

  @Test
  void oneSessionLeavesRoomForOthersAndTheRestIsRefusedAndCounted() {
    dial(client(3), MOST);
    assertThat(far.connectionCount()).isEqualTo(6);
    assertThat(refused()).isEqualTo(2);
    dial(client(4), MOST);
    assertThat(far.connectionCount()).isEqualTo(MOST);
    assertThat(refused()).isEqualTo(8);
    assertThat(far.stats().snapshot().refused()).isGreaterThanOrEqualTo(8);
    assertThat(dialed).allMatch(c -> c.closeReason() == null || c.closeReason() == CloseReason.REFUSED);
  }

  @Test
  void whenConnectionsEndThereIsRoomAgain() {
    SecureEndpoint client = client(3);
    dial(client, MOST);
    for (Connection c : dialed) {
      c.reset();
      client.update(c, network.now());
    }
    network.runFor(Duration.ofSeconds(5));
    assertThat(far.connectionCount()).isZero();
    dialed.clear();
    dial(client, 6);
    assertThat(refused()).isZero();
    assertThat(far.connectionCount()).isEqualTo(6);
  }

  @Test
  void whenASessionEndsItsConnectionsCountNoMore() {
    SecureEndpoint client = client(3);
    dial(client, 6);
    client.closeSessions(network.now());
    network.runFor(Duration.ofSeconds(2));
    assertThat(far.sessionCount()).isZero();
    assertThat(far.connectionCount()).isZero();
    dialed.clear();
    dial(client(4), 6);
    assertThat(refused()).isZero();
    assertThat(far.connectionCount()).isEqualTo(6);
  }
}
