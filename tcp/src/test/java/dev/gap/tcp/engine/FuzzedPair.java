package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.lab.GivenRandom;
import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;

/**
 * Two engines with a few connections between them, applications that do anything at any time, and somebody between them
 * who knows all numbers, alters what passes and adds what he likes.
 */
final class FuzzedPair {
  private static final int PORT = 443;
  private static final int STEPS = 150;
  private static final int BACKLOG = 8;
  private static final int MOST_CONNECTIONS = 6;
  private static final int STRANGERS = 4;
  private static final int MOST_PACKETS = 5_000;
  private static final long SECOND = 1_000_000_000;

  /** One of the two. */
  private final class Side {
    final String name;
    final Address address;
    final TcpEngine engine;
    final PacketSlot slot;
    final List<TcpConnection> connections = new ArrayList<>();
    final IdentityHashMap<TcpConnection, Long> edges = new IdentityHashMap<>();

    Side(String name, Address address) {
      this.name = name;
      this.address = address;
      engine = new TcpEngine(config(), Set.of(address), new SplittableRandom(random.nextLong()));
      slot = new PacketSlot(70_000, 0, random.nextBoolean());
    }
  }

  private final RandomGenerator random;
  private final Set<TcpState> met;
  private final boolean v6;
  private final Side near;
  private final Side far;
  private final TcpListener listener;
  private final List<byte[]> seen = new ArrayList<>();
  private long now;
  private int connects;
  @Nullable
  private String wrong;

  FuzzedPair(RandomGenerator random, Set<TcpState> met) {
    this.random = random;
    this.met = met;
    v6 = random.nextInt(3) == 0;
    now = random.nextInt(4) == 0 ? random.nextLong() >> 8 : random.nextLong(SECOND);
    near = new Side("near", address(1));
    far = new Side("far", address(2));
    SocketSettings settings = far.engine.newSettings();
    settings.inlineUrgent = random.nextBoolean();
    TcpListener made = far.engine.listen(Address.v4(0), PORT, BACKLOG, settings);
    if (made == null) throw new AssertionError();
    listener = made;
    if (random.nextInt(3) == 0) listener.setFastOpen(4, random.nextBoolean());
    if (random.nextInt(6) == 0) listener.setDefer(SECOND);
  }

  private TcpConfig config() {
    TcpConfig drawn = RandomConfig.draw(random);
    boolean fastOpen = random.nextInt(3) == 0;
    return drawn.with(Changed.of(drawn.features(), "fastOpenClient", fastOpen, "fastOpenServer", fastOpen))
        .with(Changed.of(drawn.timing(), "keepalive", random.nextBoolean()))
        .with(Changed.of(drawn.opening(), "cookies", RandomConfig.any(random, TcpConfig.Cookies.values())));
  }

  private Address address(int host) {
    return v6 ? new Address(0x2001_0db8L << 32, host) : Address.v4(0x0a00_0000 + host);
  }

  /** {@return what was wrong, null if nothing} */
  @Nullable
  String run() {
    int step = 0;
    try {
      for (; step < STEPS && wrong == null && !isExhausted(); step++)
        step();
      if (wrong == null) end();
      return wrong == null ? null : wrong + " in step " + step;
    } catch (RuntimeException | AssertionError e) {
      StackTraceElement[] trace = e.getStackTrace();
      return e + " at " + List.of(trace).subList(0, Math.min(trace.length, 8)) + " in step " + step;
    }
  }

  private boolean isExhausted() { return random instanceof GivenRandom given && given.isExhausted(); }

  private void step() {
    switch (random.nextInt(10)) {
      case 0 -> connect();
      case 1, 2, 3 -> use(near);
      case 4, 5 -> use(far);
      case 6 -> pass();
      default -> {
      }
    }
    exchange();
    for (Side side : List.of(near, far)) {
      for (int i = random.nextInt(6); i > 0 && wrong == null; i--) {
        byte[] packet = invent(side);
        note(side);
        side.engine.receive(packet, 0, packet.length, random.nextInt(8) > 0, now);
        check(side);
      }
    }
    accept();
  }

  // what honest parties do

  private void connect() {
    if (connects == MOST_CONNECTIONS) return;
    connects++;
    SocketSettings settings = near.engine.newSettings();
    settings.inlineUrgent = random.nextBoolean();
    if (random.nextInt(3) == 0) settings.receiveBuffer = 3000 + random.nextInt(50_000);
    int port = 30_000 + connects;
    TcpConnection made = near.engine.prepare(near.address, port, far.address, PORT, settings, now);
    if (made == null) return;
    near.engine.start(made, random.nextBoolean(), now);
    near.connections.add(made);
    if (random.nextInt(6) > 0) return;
    // both open at the same time
    TcpConnection crossing = far.engine.connect(far.address, PORT, near.address, port, far.engine.newSettings(), now);
    if (crossing != null) far.connections.add(crossing);
  }

  private void accept() {
    if (random.nextInt(3) == 0) return;
    for (TcpConnection made = listener.accept(); made != null; made = listener.accept())
      far.connections.add(made);
  }

  private void use(Side side) {
    if (side.connections.isEmpty()) return;
    TcpConnection c = side.connections.get(random.nextInt(side.connections.size()));
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> c.write(new byte[5000], 0, 1 + random.nextInt(5000), random.nextInt(5) == 0, now);
      case 4, 5, 6 -> c.read(new byte[5000], 0, 1 + random.nextInt(5000), random.nextInt(5) == 0, now);
      case 7 -> c.shutdownOutput(now);
      case 8 -> c.close(now);
      case 9 -> {
        if (random.nextInt(4) == 0) c.abort();
      }
      case 10 -> c.options().setBuffers(3000 + random.nextInt(50_000), 3000 + random.nextInt(50_000));
      case 11 -> c.markUrgent();
      case 12 -> c.urgentByte(random.nextBoolean());
      case 13 -> c.options().setMaxSegment(random.nextInt(3000));
      case 14 -> c.options().setKeepalive(true, now);
      default -> c.shutdownInput();
    }
    side.engine.settle(c, now);
    check(side);
  }

  private void pass() {
    long until = now + switch (random.nextInt(4)) {
      case 0 -> random.nextLong(SECOND / 100);
      case 1 -> random.nextLong(SECOND);
      case 2 -> random.nextLong(100 * SECOND);
      default -> random.nextLong(3 * SECOND);
    };
    passUntil(until);
  }

  private void passUntil(long until) {
    for (int i = 0;; i++) {
      long next = Math.min(near.engine.nextTimeoutNanos(), far.engine.nextTimeoutNanos());
      if (next > until) break;
      if (i > 20_000) throw new AssertionError("timers without end");
      now = Math.max(now, next);
      near.engine.onTimeout(now);
      far.engine.onTimeout(now);
      exchange();
      if (wrong != null) return;
    }
    now = until;
  }

  // what passes

  private void exchange() {
    int packets = 0;
    boolean any = true;
    while (any && wrong == null) {
      any = false;
      for (Side side : List.of(near, far)) {
        Side other = side == near ? far : near;
        while (side.engine.poll(side.slot, now) && wrong == null) {
          any = true;
          if (++packets > MOST_PACKETS) throw new AssertionError("packets without end");
          byte[] run = Arrays.copyOfRange(side.slot.bytes(), side.slot.offset(),
              side.slot.offset() + side.slot.length());
          List<byte[]> parts = side.slot.isSummed() ? List.of(run) : Offload.cut(run, side.slot);
          for (byte[] packet : parts)
            carry(packet, other);
        }
      }
    }
  }

  private void carry(byte[] packet, Side to) {
    if (seen.size() < 200) seen.add(packet);
    else seen.set(random.nextInt(200), packet);
    int fate = random.nextInt(20);
    if (fate == 0) return;
    byte[] carried = fate == 1 ? alter(packet) : packet;
    note(to);
    to.engine.receive(carried.clone(), 0, carried.length, true, now);
    check(to);
  }

  // what is invented

  private byte[] invent(Side to) {
    if (!seen.isEmpty() && random.nextInt(5) == 0) return alter(seen.get(random.nextInt(seen.size())));
    if (!seen.isEmpty() && random.nextInt(10) == 0) return complain(to);
    if (random.nextInt(30) == 0) return noise();
    if (!seen.isEmpty() && random.nextInt(12) == 0) return fragment(seen.get(random.nextInt(seen.size())));
    return segment(to);
  }

  private byte[] noise() {
    byte[] bytes = new byte[random.nextInt(100)];
    random.nextBytes(bytes);
    if (bytes.length > 0 && random.nextBoolean()) bytes[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
    return bytes;
  }

  /** A part of a packet, of few that are told apart: some overlap, some make a whole of parts that were never one. */
  private byte[] fragment(byte[] packet) {
    int body = packet.length - (v6 ? 40 : 20);
    int from = random.nextInt(Math.max(1, body / 8 + 1)) / (1 + random.nextInt(8)) * 8;
    int length = Math.min(body - from, 8 * (1 + random.nextInt(8)));
    return Cut.fragment(packet, from, length, from + length < body || random.nextInt(10) == 0, random.nextInt(3));
  }

  /** Changes some bytes, and sums anew. */
  private byte[] alter(byte[] packet) {
    byte[] altered = random.nextInt(4) == 0 ? Arrays.copyOf(packet, random.nextInt(packet.length + 1)) : packet.clone();
    int header = v6 ? 40 : 20;
    if (altered.length < header + 20) return altered;
    for (int i = random.nextInt(4); i >= 0; i--) {
      int tcp = Math.min(altered.length - header, random.nextBoolean() ? 20 : 60);
      altered[header + 4 + random.nextInt(tcp - 4)] = (byte) random.nextInt();
    }
    return Sums.complete(altered, header);
  }

  private byte[] complain(Side to) {
    byte[] about = seen.get(random.nextInt(seen.size()));
    int[] mtus = {0, 1, 67, 68, 296, 552, 576, 1280, 1400, 65_535, -1};
    int type = random.nextInt(10) == 0
        ? random.nextInt(256)
        : v6 ? 1 + random.nextInt(4) : random.nextBoolean() ? 3 : 11;
    int length = random.nextInt(Math.min(about.length, 100) + 1);
    return TestPacket.icmp(address(9), to.address, type, random.nextInt(16), mtus[random.nextInt(mtus.length)],
        Arrays.copyOf(about, length));
  }

  /** A segment near the numbers of a connection, or far from any. */
  private byte[] segment(Side to) {
    TcpConnection c = to.connections.isEmpty() || random.nextInt(8) == 0
        ? null
        : to.connections.get(random.nextInt(to.connections.size()));
    Side from = to == near ? far : near;
    int stranger = 50_000 + random.nextInt(STRANGERS);
    int fromPort = c != null ? c.remotePort() : to == far ? stranger : PORT;
    int toPort = c != null ? c.localPort() : to == far ? PORT : stranger;
    long received = c == null ? random.nextInt() : c.receiver().next();
    long window = c == null ? 1000 : c.receiver().window();
    long una = c == null ? random.nextInt() : c.sender().una();
    long sent = c == null ? random.nextInt() : c.sender().next();
    if (c != null) met.add(c.state());
    if (to.engine.timeWaitCount() > 0 && c != null && c.state() == TcpState.TIME_WAIT) met.add(TcpState.TIME_WAIT);
    long[] sequences = {received, received, received, received - 1, received + 1, received - window,
        received + window, received + window - 1, received + window + 1,
        received + random.nextLong(Math.max(1, window + 1)),
        received + Integer.MAX_VALUE, received + Integer.MIN_VALUE, received - random.nextInt(100_000),
        random.nextInt()};
    long[] acks = {sent, sent, sent, una, una - 1, una + 1, sent + 1, sent - 1, una - 70_000, sent + 70_000,
        una + Integer.MAX_VALUE, una + Integer.MIN_VALUE, random.nextInt(),
        una + random.nextLong(Math.max(1, sent - una + 1))};
    int[] windows = {0, 1, 100, 1460, 65_535, random.nextInt(65_536)};
    byte[] payload = new byte[random.nextInt(3) == 0 ? random.nextInt(3000) : random.nextInt(3)];
    random.nextBytes(payload);
    return TestPacket.tcp(from.address, fromPort, to.address, toPort)
        .numbers((int) sequences[random.nextInt(sequences.length)], (int) acks[random.nextInt(acks.length)])
        .flags(flags()).window(windows[random.nextInt(windows.length)]).urgent(random.nextInt(4) * random.nextInt(2000))
        .trafficClass(random.nextInt(4)).options(RandomOptions.draw(random, (int) una, (int) sent)).payload(payload)
        .build();
  }

  private int flags() {
    int[] usual = {0x10, 0x10, 0x10, 0x18, 0x11, 0x02, 0x12, 0x04, 0x14, 0x30, 0x01, 0x00};
    return random.nextInt(6) == 0 ? random.nextInt(512) : usual[random.nextInt(usual.length)];
  }

  // judging

  /** Where windows end before something happens. */
  private static void note(Side side) {
    for (TcpConnection c : side.connections) {
      if (c.state().isSynchronized()) side.edges.put(c, c.receiver().next() + c.receiver().window());
    }
  }

  private void check(Side side) {
    for (TcpConnection c : side.connections) {
      String what = check(side, c);
      if (what != null && wrong == null) wrong = side.name + " " + c.state() + ": " + what;
    }
    int most = 2 * MOST_CONNECTIONS + BACKLOG + STRANGERS + 4;
    if (side.engine.flowCount() > most) wrong = side.engine.flowCount() + " flows";
  }

  private static @Nullable String check(Side side, TcpConnection c) {
    long una = c.sender().una();
    long next = c.sender().next();
    if (una > next) return "SND.UNA %d beyond SND.NXT %d".formatted(una, next);
    if (c.sender().unsent() < 0 || c.sender().buffered() < 0) return "less than nothing to send";
    if (c.readable() < 0) return "less than nothing to read";
    long edge = c.receiver().next() + c.receiver().window();
    Long before = side.edges.get(c);
    if (c.state().isSynchronized() && before != null && edge < before) {
      return "the window ended at %d and ends at %d".formatted(before, edge);
    }
    long held = c.receiver().heldBytes();
    long most = 2L * c.receiver().capacity() + c.receiver().window() + 65_536;
    if (held > most) return "holds %d bytes with room for %d".formatted(held, c.receiver().capacity());
    var info = c.sender().info();
    if (info.cwnd() < 1) return "a congestion window of " + info.cwnd();
    if (c.state() == TcpState.CLOSED) return null;
    if (info.sacked() > info.unacked() || info.lost() > info.unacked() || info.retransmissions() > info.unacked()) {
      return "counts that cannot be: " + info;
    }
    return null;
  }

  /** Everybody leaves. */
  private void end() {
    for (Side side : List.of(near, far)) {
      for (TcpConnection c : side.connections) {
        if (random.nextBoolean()) c.close(now);
        else c.abort();
        side.engine.settle(c, now);
      }
    }
    far.engine.close(listener, now);
    exchange();
    passUntil(now + 4 * 3600 * SECOND);
    for (Side side : List.of(near, far)) {
      if (wrong == null && (side.engine.flowCount() > 0 || side.engine.hasReady())) {
        wrong = "%s has %d flows left: %s".formatted(side.name, side.engine.flowCount(),
            side.connections.stream().map(c -> c.state() + " " + c.localPort() + ">" + c.remotePort()).toList());
      }
      if (wrong == null && side.engine.nextTimeoutNanos() != Long.MAX_VALUE) wrong = side.name + " has a timer left";
    }
  }
}
