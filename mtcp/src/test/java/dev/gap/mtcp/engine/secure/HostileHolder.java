package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

import dev.gap.lab.GivenRandom;
import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

/** A client that has opened a session by the rules and keeps none after that: it seals whatever is chosen. */
final class HostileHolder {
  private static final int MOST_STEPS = 400;
  private static final int MOST_CONNECTIONS = 32;
  private static final int MOST_ANSWERS = 2000;
  private static final int MOST_TIMERS = 200_000;
  private static final long SECOND = 1_000_000_000L;
  private static final InetSocketAddress HOME = new InetSocketAddress("192.0.2.1", 4000);
  private static final int[] EXTREMES = {0, 1, -1, 31, 32, 255, 4096, 65_535, Integer.MAX_VALUE, Integer.MIN_VALUE};

  private final GivenRandom random;
  private final SecureEndpoint server;
  private final Epoch epoch;
  private final PacketBatch in = new PacketBatch(1, 4096);
  private final PacketBatch out = new PacketBatch(64, 2048);
  private final List<byte[]> sent = new ArrayList<>();
  private final List<Connection> accepted = new ArrayList<>();
  private final Map<InetSocketAddress, Long> given = new HashMap<>();
  private final Map<InetSocketAddress, Long> got = new HashMap<>();
  private final Set<InetSocketAddress> proved = new HashSet<>(Set.of(HOME));
  private byte[] challenge = new byte[Control.CHALLENGE_BYTES];
  private long now;

  HostileHolder(byte[] choices) {
    random = new GivenRandom(choices);
    SplittableRandom secrets = new SplittableRandom(9);
    SessionConfig config = Handshakes.config(new Identity.None());
    server = new SecureEndpoint(EndpointConfig.acceptingUpTo(8).withLimits(MOST_CONNECTIONS, 8), config,
        secrets.split(),
        () -> Handshakes.UNIX + now / 1_000_000, 0);
    ClientHandshake client = Handshakes.client(config, null, secrets);
    byte[] init = client.datagram(secrets);
    give(init, HOME);
    server.pollTransmit(out, now);
    epoch = Objects.requireNonNull(client.receive(out.bytes(0), out.length(0), now)).epoch();
  }

  void run() {
    for (int step = 0; step < MOST_STEPS && !random.isExhausted(); step++) {
      step();
      turn();
      assertThat(server.sessionCount()).isLessThanOrEqualTo(1);
      assertThat(server.connectionCount()).isLessThanOrEqualTo(MOST_CONNECTIONS);
      assertThat(server.halfOpenCount()).isLessThanOrEqualTo(1);
    }
    accepted.forEach(this::reset);
    passUntil(now + 1800 * SECOND);
    assertThat(server.sessionCount()).as("sessions left").isZero();
    assertThat(server.connectionCount()).as("connections left").isZero();
    assertThat(server.nextTimeoutNanos()).as("timers left").isEqualTo(PacketEngine.NEVER);
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> send(control(random.nextInt(14), bytes(random.nextInt(40))));
      case 3 -> send(control(Control.FRAGMENT, fragment()));
      case 4 -> send(control(Control.PATH_RESPONSE, challenge));
      case 5 -> send(bytes(random.nextInt(80)));
      case 6 -> again();
      case 7 -> passUntil(now + random.nextInt(200) * SECOND / 10);
      case 8 -> passUntil(now + random.nextInt(300) * SECOND);
      case 9, 10 -> use();
      default -> send(segment());
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] control(int type, byte[] body) {
    return Control.message(type, body);
  }

  private byte[] fragment() {
    byte[] body = bytes(6 + random.nextInt(60));
    Bytes.putInt(body, 0, random.nextInt(3));
    body[4] = (byte) random.nextInt(5);
    body[5] = (byte) random.nextInt(6);
    return body;
  }

  private byte[] segment() {
    int sacks = random.nextInt(4) == 0 ? random.nextInt(6) : 0;
    int payload = random.nextInt(3) == 0 ? random.nextInt(1000) : 0;
    byte[] whole = new byte[SegmentHeader.BYTES + 8 * sacks + payload];
    int flags = random.nextBoolean() ? SegmentHeader.ACK : random.nextInt(32);
    int offset = random.nextInt(8) == 0 ? random.nextInt(2048) : SegmentHeader.BYTES + 8 * sacks;
    SegmentHeader.write(whole, random.nextInt(40), number(), number(), number(), number(), random.nextInt(65_536),
        flags,
        offset);
    for (int i = 0; i < sacks; i++) {
      int first = number();
      SegmentHeader.writeSack(whole, i, first, first + number());
    }
    return Arrays.copyOfRange(whole, Session.HASH_BYTES, whole.length);
  }

  private int number() {
    return random.nextInt(4) == 0 ? EXTREMES[random.nextInt(EXTREMES.length)] : random.nextInt(16);
  }

  private void send(byte[] plain) {
    if (epoch.isSpent()) return;
    byte[] datagram = new byte[plain.length + Epoch.OVERHEAD];
    epoch.seal(plain, 0, plain.length, datagram);
    sent.add(datagram);
    boolean answers = plain.length > 8 && Bytes.getLong(plain, 0) == 0 && plain[8] == Control.PATH_RESPONSE;
    InetSocketAddress from = address();
    if (answers) proved.add(from);
    give(datagram, from);
  }

  private InetSocketAddress address() {
    int host = Math.max(1, random.nextInt(16) - 11);
    return host == 1 ? HOME : new InetSocketAddress("192.0.2." + host, 4000);
  }

  /** Something sent before, as it was or altered. */
  private void again() {
    if (sent.isEmpty()) return;
    byte[] datagram = sent.get(random.nextInt(sent.size())).clone();
    if (random.nextBoolean()) datagram[random.nextInt(datagram.length)] ^= (byte) (1 + random.nextInt(255));
    give(datagram, address());
  }

  private void give(byte[] datagram, InetSocketAddress from) {
    in.clear();
    System.arraycopy(datagram, 0, in.next(), 0, datagram.length);
    in.commit(datagram.length, from);
    given.merge(from, (long) datagram.length, Long::sum);
    server.receive(in, now);
  }

  private void use() {
    for (Connection c = server.accept(); c != null; c = server.accept())
      accepted.add(c);
    for (var next = server.pollDatagram(); next != null;)
      next = server.pollDatagram();
    if (accepted.isEmpty()) return;
    Connection c = accepted.get(random.nextInt(accepted.size()));
    switch (random.nextInt(5)) {
      case 0 -> c.read(new byte[5000], 0, 1 + random.nextInt(5000));
      case 1 -> c.write(new byte[5000], 0, 1 + random.nextInt(5000));
      case 2 -> c.shutdownOutput();
      case 3 -> c.close();
      default -> c.reset();
    }
    server.update(c, now);
  }

  private void reset(Connection c) {
    c.reset();
    server.update(c, now);
  }

  private void passUntil(long until) {
    for (int steps = 0; server.nextTimeoutNanos() <= until; steps++) {
      if (steps == MOST_TIMERS) throw new AssertionError("timers without end");
      now = Math.max(now, server.nextTimeoutNanos());
      server.onTimeout(now);
      turn();
    }
    now = until;
  }

  /** Lets the server send what it likes, and looks where it goes. */
  private void turn() {
    int answers = 0;
    do {
      out.clear();
      server.pollTransmit(out, now);
      for (int i = 0; i < out.size(); i++)
        look(out.bytes(i), out.length(i), out.peer(i));
      answers += out.size();
      if (answers >= MOST_ANSWERS) throw new AssertionError("too many datagrams at one instant");
    } while (out.size() > 0);
    for (var next = server.pollChanged(); next != null;)
      next = server.pollChanged();
  }

  private void look(byte[] datagram, int length, InetSocketAddress to) {
    long bytes = got.merge(to, (long) length, Long::sum);
    boolean few = proved.contains(to) || bytes <= 3 * given.getOrDefault(to, 0L);
    if (!few) throw new AssertionError(bytes + " bytes to an address not proved");
    Handshakes.unmask(datagram, length, false);
    byte[] plain = new byte[length];
    int opened = epoch.open(datagram, length, plain, 0);
    boolean challenged = opened >= Control.HEADER + Control.CHALLENGE_BYTES && Bytes.getLong(plain, 0) == 0
        && plain[Control.HEADER - 1] == Control.PATH_CHALLENGE;
    if (challenged) challenge = Arrays.copyOfRange(plain, Control.HEADER, Control.HEADER + Control.CHALLENGE_BYTES);
  }
}
