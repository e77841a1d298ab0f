package dev.gap.mtcp;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.UdpRelay;

import static org.assertj.core.api.Assertions.assertThat;

/** Sockets over links that lose, reorder, go dark and change their address. */
@Timeout(120)
final class BadLinksTest {
  private static final int MIB = 1 << 20;
  /** A fifth of 12 MiB takes some round trips, so that every change of address is seen by what is still to come. */
  private static final LinkSpec PACED = LinkSpec.PERFECT.withDelay(Duration.ofMillis(5)).withRate(200_000_000);
  private static final long SEED = 11;
  private static final LinkSpec FIVE_PERCENT = LinkSpec.PERFECT.withDelay(Duration.ofMillis(5)).withLoss(0.05);

  private MtcpServerSocket server;
  private MtcpEndpoint endpoint;

  @BeforeEach
  void open() throws IOException {
    server = new MtcpServerSocket(MtcpConfig.withKey(Wire.KEY), Wire.loopback());
    endpoint = MtcpEndpoint.dialing(MtcpConfig.withKey(Wire.KEY));
  }

  @AfterEach
  void close() throws IOException {
    endpoint.close();
    server.endpoint().close();
    server.close();
  }

  private UdpRelay relay(LinkSpec spec) throws IOException {
    return UdpRelay.start(Wire.loopback(), server.endpoint().localAddress(), spec, spec, SEED);
  }

  private static Background<Boolean> send(MtcpSocket socket, long total) {
    return Background.run(() -> {
      Pattern.write(socket.getOutputStream(), total);
      socket.shutdownOutput();
    });
  }

  @Test
  void losesNoByteOverALinkThatLosesDatagrams() throws Exception {
    try (UdpRelay relay = relay(FIVE_PERCENT); MtcpSocket near = endpoint.connect(relay.localAddress())) {
      Background<Boolean> up = send(near, 8 * MIB);
      MtcpSocket far = server.accept();
      Background<Boolean> down = send(far, 8 * MIB);
      Background<Boolean> received = Background.run(() -> Pattern.expectAll(far.getInputStream(), 8 * MIB));
      Pattern.expectAll(near.getInputStream(), 8 * MIB);
      assertThat(received.get() && up.get() && down.get()).isTrue();
      assertThat(relay.up().lost()).isPositive();
      assertThat(relay.down().lost()).isPositive();
      far.close();
      assertThat(far.awaitFinished(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void losesNoByteOverALinkThatReordersDoublesAndCorrupts() throws Exception {
    LinkSpec awful = FIVE_PERCENT.withJitter(Duration.ofMillis(3)).withDuplicate(0.1).withCorrupt(0.02);
    try (UdpRelay relay = relay(awful); MtcpSocket near = endpoint.connect(relay.localAddress())) {
      Background<Boolean> up = send(near, 4 * MIB);
      try (MtcpSocket far = server.accept()) {
        Pattern.expectAll(far.getInputStream(), 4 * MIB);
        assertThat(up.get()).isTrue();
      }
      assertThat(server.endpoint().stats().unauthentic()).isPositive();
    }
  }

  /** A few datagrams take a shortcut: the least round trip says nothing of the others then. */
  @Test
  void staysFastThoughSomeDatagramsTakeAShortcut() throws Exception {
    LinkSpec shortcuts = LinkSpec.PERFECT.withDelay(Duration.ofMillis(5)).withReorder(0.1);
    try (UdpRelay relay = relay(shortcuts); MtcpSocket near = endpoint.connect(relay.localAddress())) {
      Background<Boolean> up = send(near, 4 * MIB);
      try (MtcpSocket far = server.accept()) {
        far.setSoTimeout(10_000);
        long begin = System.nanoTime();
        Pattern.expectAll(far.getInputStream(), 4 * MIB);
        assertThat(up.get()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  @Test
  void followsAnAddressThatChangesDuringAnUpload() throws Exception {
    try (UdpRelay relay = relay(PACED);
        MtcpSocket near = endpoint.connect(relay.localAddress())) {
      Background<Boolean> up = send(near, 12 * MIB);
      try (MtcpSocket far = server.accept()) {
        receiveWithRebinds(relay, far.getInputStream(), 12 * MIB);
        assertThat(up.get()).isTrue();
        assertThat(server.endpoint().stats().migrations()).isGreaterThanOrEqualTo(3);
      }
    }
  }

  @Test
  void followsAnAddressThatChangesDuringADownload() throws Exception {
    try (UdpRelay relay = relay(PACED.withLoss(0.05));
        MtcpSocket near = endpoint.connect(relay.localAddress())) {
      Background<Boolean> down = send(server.accept(), 12 * MIB);
      receiveWithRebinds(relay, near.getInputStream(), 12 * MIB);
      assertThat(down.get()).isTrue();
      assertThat(server.endpoint().stats().migrations()).isGreaterThanOrEqualTo(3);
    }
  }

  private static void receiveWithRebinds(UdpRelay relay, InputStream in, long total) throws IOException {
    long part = total / 5;
    for (int i = 0; i < 4; i++) {
      Pattern.expect(in, part * i, part * (i + 1));
      relay.rebind();
    }
    Pattern.expect(in, part * 4, total);
    assertThat(in.read()).isEqualTo(-1);
  }

  /** It has to be sent again before the server takes what came after it for the words of a stranger. */
  @Test
  void survivesTheLossOfTheDatagramThatOpensTheConnection() throws Exception {
    try (UdpRelay relay = relay(LinkSpec.PERFECT.withDelay(Duration.ofMillis(5)))) {
      relay.setBlackout(true);
      try (MtcpSocket near = endpoint.connect(relay.localAddress())) {
        while (relay.up().blackoutDropped() == 0)
          Background.moment();
        relay.setBlackout(false);
        near.getOutputStream().write(1);
        server.setSoTimeout(5000);
        try (MtcpSocket far = server.accept()) {
          assertThat(far.getInputStream().read()).isEqualTo(1);
          far.getOutputStream().write(2);
          assertThat(near.getInputStream().read()).isEqualTo(2);
        }
        assertThat(server.endpoint().stats().resetsAnswered()).isZero();
      }
    }
  }

  @Test
  void survivesAnOutageInMidTransfer() throws Exception {
    try (UdpRelay relay = relay(LinkSpec.PERFECT.withDelay(Duration.ofMillis(5)));
        MtcpSocket near = endpoint.connect(relay.localAddress())) {
      Background<Boolean> up = send(near, 32 * MIB);
      try (MtcpSocket far = server.accept()) {
        InputStream in = far.getInputStream();
        Pattern.expect(in, 0, 2 * MIB);
        relay.setBlackout(true);
        assertThat(up.isDoneWithin(Duration.ofSeconds(1))).isFalse();
        relay.setBlackout(false);
        Pattern.expect(in, 2 * MIB, 32 * MIB);
        assertThat(in.read()).isEqualTo(-1);
        assertThat(up.get()).isTrue();
      }
    }
  }
}
