package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Segment;

/** An engine, and a peer that is played by hand. Sequence numbers are counted from the SYN of either side. */
final class HandDriven {
  static final Address HOST = Address.v4(0x0a000001);
  static final Address PEER = Address.v4(0x0a000002);
  static final Address ROUTER = Address.v4(0x0a0000fe);
  static final int HOST_PORT = 80;
  static final int PEER_PORT = 4000;
  static final int PEER_ISS = 0x7fff_fff0;
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000;

  /** A segment that the engine has sent, numbers counted from the SYNs. */
  record Seen(long at, int flags, int sequence, int ack, int window, int length, int mss, int scale,
      boolean stamps, int stamp, List<Integer> sacks, int ecn, byte[] packet) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    boolean is(int exactly) {
      return flags == exactly;
    }

    int end() {
      return sequence + length + (has(Flags.FIN) ? 1 : 0);
    }
  }

  final TcpEngine engine;
  final PacketSlot slot = new PacketSlot(70_000, 0, false);
  private final IpPacket ip = new IpPacket();
  private final Segment segment = new Segment();
  long now = 10 * SECOND;
  /** The initial sequence number of the engine, known from its SYN. */
  int iss;
  /** What the peer's segments carry: sequence number and acknowledgment, counted from the SYNs. */
  int next = 1;
  int acked = 1;
  int window = 65_535;
  boolean stamps;
  int hostStamp;

  HandDriven(TcpConfig config) {
    engine = new TcpEngine(config, Set.of(HOST), new SplittableRandom(1));
  }

  HandDriven() {
    this(TcpConfig.DEFAULT);
  }

  TcpListener listen(SocketSettings settings) {
    TcpListener listener = engine.listen(Address.v4(0), HOST_PORT, 10, settings);
    if (listener == null) throw new AssertionError("the port is taken");
    return listener;
  }

  TcpConnection connect(SocketSettings settings) {
    TcpConnection made = engine.connect(HOST, HOST_PORT, PEER, PEER_PORT, settings, now);
    if (made == null) throw new AssertionError("no connection");
    return made;
  }

  /** {@return a connection that the peer has opened} Options stand in its SYN. */
  TcpConnection accepted(SocketSettings settings, int... options) {
    TcpListener listener = listen(settings);
    send(syn().options(options));
    one();
    send(ack());
    return accept(listener);
  }

  TcpConnection accepted(int... options) {
    return accepted(engine.newSettings(), options);
  }

  static TcpConnection accept(TcpListener listener) {
    TcpConnection made = listener.accept();
    if (made == null) throw new AssertionError("nothing to accept");
    return made;
  }

  /** {@return a connection that this side has opened} Options stand in the SYN-ACK. */
  TcpConnection connected(SocketSettings settings, int... options) {
    TcpConnection made = connect(settings);
    one();
    now += 10 * MILLI;
    send(synAck().options(options));
    return made;
  }

  // what the peer sends

  private TestPacket packet(int flags) {
    return TestPacket.tcp(PEER, PEER_PORT, HOST, HOST_PORT).flags(flags).window(window);
  }

  TestPacket syn() {
    return packet(Flags.SYN).numbers(PEER_ISS, 0);
  }

  TestPacket synAck() {
    return packet(Flags.SYN | Flags.ACK).numbers(PEER_ISS, iss + 1);
  }

  /** A segment with the numbers as they stand. */
  TestPacket plain(int flags) {
    TestPacket made = packet(flags).numbers(PEER_ISS + next, iss + acked);
    return stamps ? made.options(stampOption((int) (now / MILLI), hostStamp)) : made;
  }

  TestPacket ack() {
    return plain(Flags.ACK);
  }

  /** A segment with numbers of its own. */
  TestPacket at(int sequence, int ack, int flags) {
    TestPacket made = packet(flags).numbers(PEER_ISS + sequence, iss + ack);
    return stamps ? made.options(stampOption((int) (now / MILLI), hostStamp)) : made;
  }

  static int[] stampOption(int value, int echo) {
    return new int[]{1, 1, 8, 10, value >>> 24, value >>> 16, value >>> 8, value, echo >>> 24, echo >>> 16, echo >>> 8,
        echo};
  }

  /** SACK blocks, counted from the engine's SYN, start and end of each. */
  int[] sackOption(int... edges) {
    int[] option = new int[4 + 4 * edges.length];
    option[0] = 1;
    option[1] = 1;
    option[2] = 5;
    option[3] = 2 + 4 * edges.length;
    for (int i = 0; i < edges.length; i++) {
      int edge = iss + edges[i];
      for (int k = 0; k < 4; k++)
        option[4 + 4 * i + k] = edge >>> (24 - 8 * k) & 0xff;
    }
    return option;
  }

  void send(TestPacket packet) {
    receive(packet.build());
  }

  void receive(byte[] packet) {
    engine.receive(packet, 0, packet.length, true, now);
  }

  /** The peer sends {@code length} bytes. */
  void data(int length) {
    send(plain(Flags.ACK | Flags.PSH).payload(new byte[length]));
    next += length;
  }

  /** The peer acknowledges all up to {@code ack}. */
  void acknowledge(int ack) {
    acked = ack;
    send(ack());
  }

  // what the engine sends

  /** {@return what the engine sends now} */
  List<Seen> all() {
    List<Seen> seen = new ArrayList<>();
    while (engine.poll(slot, now)) {
      if (seen.size() > 10_000) throw new AssertionError("packets without end");
      seen.add(look(Arrays.copyOfRange(slot.bytes(), slot.offset(), slot.offset() + slot.length())));
    }
    return seen;
  }

  private Seen look(byte[] packet) {
    boolean legal = ip.parse(packet, 0, packet.length, true) && segment.parse(ip, true);
    if (!legal) throw new AssertionError("no segment");
    if (segment.has(Flags.SYN)) iss = segment.sequence();
    if (segment.hasTimestamps()) hostStamp = segment.timestamp();
    List<Integer> sacks = new ArrayList<>();
    for (int i = 0; i < segment.sackCount(); i++) {
      sacks.add(segment.sackStart(i) - PEER_ISS);
      sacks.add(segment.sackEnd(i) - PEER_ISS);
    }
    return new Seen(now, segment.flags(), segment.sequence() - iss, segment.ack() - PEER_ISS, segment.window(),
        segment.payloadLength(), segment.mss(), segment.windowScale(), segment.hasTimestamps(), segment.timestamp(),
        sacks, ip.trafficClass() & 3, packet);
  }

  /** {@return the only segment that the engine sends now} */
  Seen one() {
    List<Seen> seen = all();
    if (seen.size() != 1) throw new AssertionError("not one segment: " + seen);
    return seen.getFirst();
  }

  /** Lets time pass. {@return what the engine sends in it} */
  List<Seen> pass(long nanos) {
    long until = now + nanos;
    List<Seen> seen = new ArrayList<>(all());
    for (int i = 0; engine.nextTimeoutNanos() <= until; i++) {
      if (i > 100_000) throw new AssertionError("timers without end");
      now = Math.max(now, engine.nextTimeoutNanos());
      engine.onTimeout(now);
      seen.addAll(all());
    }
    now = until;
    return seen;
  }

  /** {@return the first segment that the engine sends within {@code nanos}, null if none} Time stops there. */
  @Nullable
  Seen next(long nanos) {
    long until = now + nanos;
    List<Seen> seen = all();
    while (seen.isEmpty() && engine.nextTimeoutNanos() <= until) {
      now = Math.max(now, engine.nextTimeoutNanos());
      engine.onTimeout(now);
      seen = all();
    }
    return seen.isEmpty() ? null : seen.getFirst();
  }

  // what the application does

  int write(TcpConnection connection, int length) {
    int written = 0;
    // as much is taken at once as goes out at once
    for (int part = 1; part > 0 && written < length; written += part)
      part = connection.write(new byte[length], 0, length - written, false, now);
    engine.settle(connection, now);
    return written;
  }

  int read(TcpConnection connection, int length) {
    int part = connection.read(new byte[length], 0, length, false, now);
    engine.settle(connection, now);
    return part;
  }

  void finish(TcpConnection connection) {
    connection.shutdownOutput(now);
    engine.settle(connection, now);
  }

  void close(TcpConnection connection) {
    connection.close(now);
    engine.settle(connection, now);
  }
}
