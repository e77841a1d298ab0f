package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SecureStats;
import dev.gap.transport.PacketBatch;

/** Gives an engine datagrams by hand, at one instant, and looks at what it makes of them. */
final class Intruder {
  /** A datagram on the wire. */
  record Packet(byte[] bytes, InetSocketAddress from, InetSocketAddress to) {
    boolean isTo(InetSocketAddress address) {
      return to.equals(address);
    }
  }

  /** All that a forged or replayed datagram must leave as it is. */
  record State(int sessions, int halfOpen, int connections, long migrations, long opened, long resumed, long answered,
      long repeated, long malformed, long wrongAddress) {}

  private final SecureEndpoint engine;
  private final long now;
  private final PacketBatch in = new PacketBatch(64, 4096);
  private final PacketBatch out = new PacketBatch(64, 4096);
  final List<Packet> answers = new ArrayList<>();
  long given;

  Intruder(SecureEndpoint engine, long now) {
    this.engine = engine;
    this.now = now;
    poll();
    answers.clear();
  }

  void give(byte[] bytes, int length, InetSocketAddress from) {
    System.arraycopy(bytes, 0, in.next(), 0, length);
    in.commit(length, from);
    given++;
    if (in.isFull()) flush();
  }

  void give(byte[] bytes, InetSocketAddress from) {
    give(bytes, bytes.length, from);
  }

  /** Has the engine take in what it was given. */
  void flush() {
    if (in.size() > 0) engine.receive(in, now);
    in.clear();
    poll();
  }

  private void poll() {
    do {
      out.clear();
      engine.pollTransmit(out, now);
      for (int i = 0; i < out.size(); i++)
        answers.add(new Packet(Arrays.copyOf(out.bytes(i), out.length(i)), out.peer(i), out.peer(i)));
    } while (out.size() > 0);
  }

  State state() {
    SecureStats.Snapshot secure = engine.secureStats().snapshot();
    EndpointStats.Snapshot stats = engine.stats().snapshot();
    return new State(engine.sessionCount(), engine.halfOpenCount(), engine.connectionCount(), stats.migrations(),
        secure.sessionsOpened(), secure.sessionsResumed(), secure.initsAnswered(), secure.respsRepeated(),
        secure.malformed() + stats.malformed(), secure.wrongAddress());
  }

  /** {@return how many datagrams were refused: those of strangers, and INITs that are not fresh} */
  long refused() {
    SecureStats.Snapshot secure = engine.secureStats().snapshot();
    return engine.stats().snapshot().unauthentic() + secure.initsRepeated() + secure.initsUntimely()
        + secure.initsLimited() + secure.initsRefused() + secure.initsMismatched();
  }
}
