package dev.gap.tcp.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig.Cookies;
import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;

import static org.assertj.core.api.Assertions.assertThat;

/** Floods take no memory, and do not keep out those who mean it: RFC 4987. */
class FloodTest {
  private static final Address SERVER = Address.v4(0x0a000001);
  private static final Address CLIENT = Address.v4(0x0a000002);
  private static final int PORT = 80;
  private static final int BACKLOG = 128;
  private static final int FLOOD = 1_000_000;
  private static final int TICK = 500;
  private static final int EVERY = 50_000;
  private static final int BYTES = 20_000;
  private static final long SECOND = 1_000_000_000;

  private final SplittableRandom random = new SplittableRandom(7);
  private final PacketSlot slot = new PacketSlot(70_000, 0, false);
  private final byte[] read = new byte[BYTES];
  private final Set<TcpConnection> served = new HashSet<>();
  private long now = SECOND;

  private static TcpConfig config(Cookies cookies) {
    TcpConfig d = TcpConfig.DEFAULT;
    return d.with(Changed.of(d.opening(), "cookies", cookies));
  }

  private TcpEngine server(Cookies cookies) {
    return new TcpEngine(config(cookies), Set.of(SERVER), random.split());
  }

  private static TcpListener listen(TcpEngine engine) {
    TcpListener listener = engine.listen(Address.v4(0), PORT, BACKLOG, engine.newSettings());
    if (listener == null) throw new AssertionError();
    return listener;
  }

  private final byte[] syn = TestPacket.tcp(CLIENT, 1, SERVER, PORT).flags(Flags.SYN)
      .options(2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7).build();

  /** A SYN from one of 2^20 addresses that do not know of it. */
  private void spoof(TcpEngine engine) {
    ByteBuffer packet = ByteBuffer.wrap(syn);
    packet.putInt(12, 0x0b00_0000 | random.nextInt(1 << 20)).putShort(20, (short) (1024 + random.nextInt(60_000)));
    packet.putInt(24, random.nextInt());
    engine.receive(syn, 0, syn.length, false, now);
  }

  /** Carries what either sends to the other; what goes to anybody else is lost. */
  private void exchange(TcpEngine server, TcpEngine client) {
    int packets = 0;
    boolean any = true;
    while (any) {
      any = false;
      for (TcpEngine from : new TcpEngine[]{server, client}) {
        while (from.poll(slot, now)) {
          any = true;
          if (++packets > 100_000) throw new AssertionError("packets without end");
          TcpEngine to = from == server ? client : server;
          byte[] packet = Arrays.copyOf(slot.bytes(), slot.length());
          to.receive(packet, 0, packet.length, true, now);
        }
      }
    }
  }

  private TcpConnection connect(TcpEngine client) {
    SocketSettings settings = client.newSettings();
    TcpConnection made = client.connect(CLIENT, 0, SERVER, PORT, settings, now);
    if (made == null) throw new AssertionError();
    byte[] bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) made.localPort());
    assertThat(made.write(bytes, 0, BYTES, false, now)).isEqualTo(BYTES);
    client.settle(made, now);
    return made;
  }

  private int serve(TcpEngine server, TcpListener listener) {
    int done = 0;
    for (TcpConnection made = listener.accept(); made != null; made = listener.accept())
      served.add(made);
    for (TcpConnection c : Set.copyOf(served)) {
      if (c.readable() < BYTES) continue;
      assertThat(c.read(read, 0, BYTES, false, now)).isEqualTo(BYTES);
      for (byte b : read)
        assertThat(b).isEqualTo((byte) c.remotePort());
      c.close(now);
      server.settle(c, now);
      served.remove(c);
      done++;
    }
    return done;
  }

  @Test
  void aMillionSynsTakeNoMemoryAndKeepNobodyOut() {
    TcpEngine server = server(Cookies.WHEN_FULL);
    TcpEngine client = new TcpEngine(TcpConfig.DEFAULT, Set.of(CLIENT), random.split());
    TcpListener listener = listen(server);
    int done = 0;
    int connected = 0;
    for (int i = 0; i < FLOOD; i++) {
      spoof(server);
      if (i % TICK != 0) continue;
      now += TICK * 100_000L;
      server.onTimeout(now);
      client.onTimeout(now);
      if (i % EVERY == EVERY / 2) {
        connected++;
        connect(client);
      }
      exchange(server, client);
      done += serve(server, listener);
      exchange(server, client);
      assertThat(server.flowCount()).as("flows after %d SYNs", i).isLessThanOrEqualTo(BACKLOG + connected);
    }
    assertThat(connected).isEqualTo(FLOOD / EVERY);
    assertThat(done).as("connections that brought all their bytes").isEqualTo(connected);
    assertThat(server.stats().cookiesSent).isGreaterThan(FLOOD * 9L / 10);
    assertThat(server.stats().cookiesReceived).isGreaterThan(0);
    quieten(server, client);
  }

  /** Nobody is left after minutes. */
  private void quieten(TcpEngine server, TcpEngine client) {
    long until = now + 600 * SECOND;
    while (Math.min(server.nextTimeoutNanos(), client.nextTimeoutNanos()) <= until) {
      now = Math.max(now, Math.min(server.nextTimeoutNanos(), client.nextTimeoutNanos()));
      server.onTimeout(now);
      client.onTimeout(now);
      exchange(server, client);
    }
    for (TcpEngine engine : new TcpEngine[]{server, client}) {
      assertThat(engine.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
      assertThat(engine.hasReady()).isFalse();
    }
    assertThat(server.flowCount()).isZero();
  }

  @Test
  void withoutCookiesSynsAboveTheBacklogAreDropped() {
    TcpEngine server = server(Cookies.NEVER);
    listen(server);
    for (int i = 0; i < 100_000; i++)
      spoof(server);
    assertThat(server.flowCount()).isEqualTo(BACKLOG);
    assertThat(server.stats().synsDropped).isEqualTo(100_000 - BACKLOG);
    assertThat(server.stats().cookiesSent).isZero();
  }

  @Test
  void answersThatNobodyFetchesAreDroppedNotHeaped() {
    TcpEngine server = server(Cookies.ALWAYS);
    listen(server);
    for (int i = 0; i < 100_000; i++)
      spoof(server);
    assertThat(server.flowCount()).isZero();
    int waiting = 0;
    while (server.poll(slot, now))
      waiting++;
    assertThat(waiting).isLessThanOrEqualTo(1024);
  }

  @Test
  void inventedCookiesMakeNoConnection() {
    TcpEngine server = server(Cookies.ALWAYS);
    TcpListener listener = listen(server);
    spoof(server);
    for (int i = 0; i < 100_000; i++) {
      byte[] ack = TestPacket.tcp(CLIENT, 1024 + i % 50_000, SERVER, PORT).flags(Flags.ACK)
          .numbers(random.nextInt(), random.nextInt()).build();
      server.receive(ack, 0, ack.length, true, now);
      while (server.poll(slot, now)) {
        // resets
      }
    }
    assertThat(server.flowCount()).isZero();
    assertThat(listener.waiting()).isZero();
    assertThat(server.stats().cookiesFailed).isEqualTo(100_000);
  }

  @Test
  void aCookieThatIsTooOldMakesNoConnection() {
    TcpEngine server = server(Cookies.ALWAYS);
    TcpListener listener = listen(server);
    TcpEngine client = new TcpEngine(TcpConfig.DEFAULT, Set.of(CLIENT), random.split());
    TcpConnection made = client.connect(CLIENT, 0, SERVER, PORT, client.newSettings(), now);
    assertThat(made).isNotNull();
    client.poll(slot, now);
    server.receive(Arrays.copyOf(slot.bytes(), slot.length()), 0, slot.length(), true, now);
    assertThat(server.poll(slot, now)).isTrue();
    client.receive(Arrays.copyOf(slot.bytes(), slot.length()), 0, slot.length(), true, now);
    assertThat(client.poll(slot, now)).isTrue();
    byte[] third = Arrays.copyOf(slot.bytes(), slot.length());
    // somebody else keeps cookies in use
    now += 200 * SECOND;
    spoof(server);
    while (server.poll(slot, now)) {
      // to nobody
    }
    server.receive(third, 0, third.length, true, now);
    assertThat(listener.waiting()).isZero();
    assertThat(server.stats().cookiesFailed).isOne();
  }

  @Test
  void theAcceptQueueIsBoundedByTheBacklog() {
    TcpEngine server = server(Cookies.WHEN_FULL);
    TcpListener listener = server.listen(Address.v4(0), PORT, 4, server.newSettings());
    assertThat(listener).isNotNull();
    TcpEngine client = new TcpEngine(TcpConfig.DEFAULT, Set.of(CLIENT), random.split());
    for (int i = 0; i < 100; i++) {
      connect(client);
      exchange(server, client);
    }
    // one more than the backlog, as everybody has it
    if (listener != null) assertThat(listener.waiting()).isLessThanOrEqualTo(5);
    assertThat(server.flowCount()).isLessThanOrEqualTo(10);
    assertThat(server.stats().acceptOverflows).isPositive();
  }

  @Test
  void handshakesThatAreOverNeedNoDecision() {
    TcpEngine server = server(Cookies.NEVER);
    TcpListener listener = listen(server);
    listener.setScreens(true);
    int rounds = 10_000;
    for (int i = 0; i < rounds; i++) {
      int sequence = random.nextInt();
      byte[] first = TestPacket.tcp(CLIENT, 5000 + i, SERVER, PORT).flags(Flags.SYN).numbers(sequence, 0).build();
      server.receive(first, 0, first.length, true, now);
      byte[] reset = TestPacket.tcp(CLIENT, 5000 + i, SERVER, PORT).flags(Flags.RST).numbers(sequence + 1, 0).build();
      server.receive(reset, 0, reset.length, true, now);
      while (server.poll(slot, now)) {
        // nothing goes out before the decision
      }
    }
    assertThat(server.flowCount()).isZero();
    int undecided = 0;
    while (listener.pollUndecided() != null)
      undecided++;
    assertThat(undecided).as("handshakes to decide on").isLessThanOrEqualTo(BACKLOG);
  }

  @Test
  void aFloodOfResetsOrFinsLeavesNothingBehind() {
    TcpEngine server = server(Cookies.WHEN_FULL);
    listen(server);
    int[] kinds = {Flags.RST, Flags.FIN, Flags.FIN | Flags.ACK, Flags.SYN | Flags.ACK, Flags.SYN | Flags.FIN,
        Flags.SYN | Flags.RST, 0, 0x1ff};
    for (int i = 0; i < 100_000; i++) {
      byte[] packet = TestPacket.tcp(CLIENT, 1024 + random.nextInt(50_000), SERVER, random.nextBoolean() ? PORT : 7)
          .flags(kinds[random.nextInt(kinds.length)]).numbers(random.nextInt(), random.nextInt()).build();
      server.receive(packet, 0, packet.length, true, now);
      if (i % 100 == 0) {
        while (server.poll(slot, now)) {
          // resets
        }
      }
    }
    assertThat(server.flowCount()).isZero();
    assertThat(server.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void bytesThatComeSinglyAndFromBehindAreNotHeaped() {
    HandDriven peer = new HandDriven();
    SocketSettings settings = peer.engine.newSettings();
    settings.receiveBuffer = 6_000_000;
    TcpConnection c = peer.accepted(settings, 2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 1, 1);
    peer.all();
    for (int i = 0; i < 10_000 && c.receiver().window() < 500_000; i++) {
      peer.data(1000);
      peer.all();
      peer.read(c, 1000);
    }
    int window = (int) c.receiver().window();
    assertThat(window).isGreaterThan(200_000);
    // each second byte of the window, the last one first
    for (int at = window - 2; at > 1; at -= 2) {
      peer.send(peer.at(peer.next + at, 1, Flags.ACK).payload((byte) 1));
      if (at % 100 != 0) continue;
      peer.all();
      // what holding a byte costs counts against the window, too
      assertThat(c.receiver().heldBytes()).isLessThan(window / 16);
    }
    // and what was not held comes again
    peer.all();
    peer.data(1000);
    assertThat(c.readable()).isGreaterThanOrEqualTo(1000);
  }

  @Test
  void aConnectionInTimeWaitIsForgottenWhereTooManyAre() {
    TcpConfig d = TcpConfig.DEFAULT;
    TcpConfig few = d.with(Changed.of(d.timing(), "timeWaitMax", 10));
    TcpEngine server = server(Cookies.WHEN_FULL);
    TcpEngine client = new TcpEngine(few, Set.of(CLIENT), random.split());
    TcpListener listener = listen(server);
    for (int i = 0; i < 50; i++) {
      TcpConnection made = client.connect(CLIENT, 0, SERVER, PORT, client.newSettings(), now);
      assertThat(made).isNotNull();
      exchange(server, client);
      TcpConnection other = listener.accept();
      if (made == null || other == null) throw new AssertionError();
      made.close(now);
      client.settle(made, now);
      exchange(server, client);
      other.close(now);
      server.settle(other, now);
      exchange(server, client);
      assertThat(made.state()).isEqualTo(TcpState.TIME_WAIT);
      assertThat(client.timeWaitCount()).isLessThanOrEqualTo(10);
    }
    assertThat(client.stats().timeWaitOverflows).isEqualTo(40);
    assertThat(client.flowCount()).isEqualTo(10);
    quieten(server, client);
  }
}
