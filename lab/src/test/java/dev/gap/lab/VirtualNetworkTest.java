package dev.gap.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

final class VirtualNetworkTest {
  private static final InetSocketAddress A = new InetSocketAddress("10.0.0.1", 1000);
  private static final InetSocketAddress B = new InetSocketAddress("10.0.0.2", 2000);
  private static final InetSocketAddress C = new InetSocketAddress("10.0.0.3", 3000);
  private static final LinkSpec TEN_MS = LinkSpec.PERFECT.withDelay(Duration.ofMillis(10));
  private static final long MS = 1_000_000;

  /** Sends what it is told to, answers what it gets if it is to, and sends at every tick if it has a clock. */
  private static class Player implements PacketEngine {
    final List<String> heard = new ArrayList<>();
    final List<InetSocketAddress> pending = new ArrayList<>();
    boolean answers;
    long tickNanos = NEVER;
    long nextTickNanos = NEVER;
    InetSocketAddress tickPeer = B;
    byte sent;

    void say(InetSocketAddress to) {
      pending.add(to);
    }

    void tickEvery(long nanos, InetSocketAddress to) {
      tickNanos = nanos;
      nextTickNanos = 0;
      tickPeer = to;
    }

    @Override
    public void receive(PacketBatch packets, long nowNanos) {
      for (int i = 0; i < packets.size(); i++) {
        heard.add(packets.bytes(i)[0] + " from " + packets.peer(i).getPort() + " at " + nowNanos / MS);
        if (answers)
          say(packets.peer(i));
      }
    }

    @Override
    public void pollTransmit(PacketBatch out, long nowNanos) {
      while (!out.isFull() && !pending.isEmpty()) {
        out.next()[0] = sent++;
        out.commit(100, pending.removeFirst());
      }
    }

    @Override
    public long nextTimeoutNanos() {
      return nextTickNanos;
    }

    @Override
    public void onTimeout(long nowNanos) {
      if (nowNanos < nextTickNanos)
        return;
      nextTickNanos = nowNanos + tickNanos;
      say(tickPeer);
    }
  }

  private final VirtualNetwork network = new VirtualNetwork(1);
  private final Player a = new Player();
  private final Player b = new Player();

  private void connect(LinkSpec spec) {
    network.attach(A, a);
    network.attach(B, b);
    network.connect(A, B, spec, spec);
  }

  @Test
  void carriesPingAndPongInVirtualTime() {
    connect(TEN_MS);
    a.answers = true;
    b.answers = true;
    a.say(B);

    network.runFor(Duration.ofMillis(45));

    assertThat(b.heard).containsExactly("0 from 1000 at 10", "1 from 1000 at 30");
    assertThat(a.heard).containsExactly("0 from 2000 at 20", "1 from 2000 at 40");
    assertThat(network.now()).isEqualTo(45 * MS);
  }

  @Test
  void runsUntilTheConditionHoldsOrTheLimitIsOver() {
    connect(TEN_MS);
    a.say(B);

    assertThat(network.runUntil(() -> !b.heard.isEmpty(), Duration.ofSeconds(1))).isTrue();
    assertThat(network.now()).isEqualTo(10 * MS);
    assertThat(network.runUntil(() -> b.heard.size() == 2, Duration.ofSeconds(1))).isFalse();
    assertThat(network.now()).isEqualTo(1010 * MS);
  }

  @Test
  void honoursTimeoutsAndDoesOverdueOnesAtOnce() {
    connect(TEN_MS);
    network.runFor(Duration.ofMillis(3));
    a.tickEvery(5 * MS, B); // from 0, which is over

    network.runFor(Duration.ofMillis(21));

    assertThat(b.heard).containsExactly("0 from 1000 at 13", "1 from 1000 at 18", "2 from 1000 at 23");
  }

  @Test
  void deliversDatagramsOfOneInstantAsOneBatch() {
    int[] calls = new int[1];
    Player counting = new Player() {
      @Override
      public void receive(PacketBatch packets, long nowNanos) {
        calls[0]++;
        super.receive(packets, nowNanos);
      }
    };
    network.attach(A, a);
    network.attach(B, counting);
    network.connect(A, B, TEN_MS, TEN_MS);
    for (int i = 0; i < 40; i++)
      a.say(B);

    network.runFor(Duration.ofMillis(10));

    assertThat(counting.heard).hasSize(40);
    assertThat(calls[0]).isEqualTo(2);
  }

  @Test
  void runsScriptsInOrderOfTimeAndThenOfRegistration() {
    List<String> ran = new ArrayList<>();
    network.at(Duration.ofMillis(2), () -> ran.add("second " + network.now()));
    network.at(1 * MS, () -> network.after(Duration.ofMillis(1), () -> ran.add("fourth " + network.now())));
    network.at(Duration.ofMillis(2), () -> ran.add("third " + network.now()));
    network.at(0, () -> ran.add("first " + network.now()));

    network.runFor(Duration.ofMillis(2));

    assertThat(ran).containsExactly("first 0", "second 2000000", "third 2000000", "fourth 2000000");
  }

  @Test
  void sendsWhatAHookGaveAnEngineToSend() {
    connect(TEN_MS);
    int[] events = new int[1];
    network.onEveryEvent(() -> {
      events[0]++;
      if (b.heard.size() == 1 && b.sent == 0 && b.pending.isEmpty())
        b.say(A);
    });
    a.say(B);

    network.runFor(Duration.ofMillis(20));

    assertThat(a.heard).containsExactly("0 from 2000 at 20");
    assertThat(events[0]).isEqualTo(2);
  }

  @Test
  void movesAnEngineToAnotherAddressAndDropsWhatGoesToTheOldOne() {
    connect(TEN_MS);
    b.tickEvery(10 * MS, A);
    network.at(Duration.ofMillis(15), () -> {
      network.rebind(a, C); // the datagram sent at 10 is on its way to the old address
      a.say(B);
    });
    network.at(Duration.ofMillis(25), () -> b.tickPeer = C);

    network.runFor(Duration.ofMillis(49));

    assertThat(a.heard).containsExactly("0 from 2000 at 10", "3 from 2000 at 40");
    assertThat(b.heard).containsExactly("0 from 3000 at 25");
    assertThat(network.undeliverable()).isEqualTo(2);
    assertThat(network.addressOf(a)).isEqualTo(C);
    assertThat(network.link(A, B)).isSameAs(network.link(C, B));
  }

  @Test
  void givesAnAbandonedAddressToAnotherEngine() {
    connect(TEN_MS);
    network.rebind(a, C);
    Player successor = new Player();
    network.attach(A, successor);
    network.connect(A, B, TEN_MS, TEN_MS);
    b.say(A);
    b.say(C);

    network.runFor(Duration.ofMillis(10));

    assertThat(successor.heard).hasSize(1);
    assertThat(a.heard).hasSize(1);
  }

  @Test
  void blacksOutBothDirectionsForAWhile() {
    connect(TEN_MS);
    a.tickEvery(10 * MS, B);
    b.tickEvery(10 * MS, A);
    network.at(Duration.ofMillis(15), () -> network.blackout(A, B, true));
    network.at(Duration.ofMillis(35), () -> network.blackout(A, B, false));

    network.runFor(Duration.ofMillis(55));

    assertThat(b.heard).containsExactly("0 from 1000 at 10", "1 from 1000 at 20", "4 from 1000 at 50");
    assertThat(a.heard).containsExactly("0 from 2000 at 10", "1 from 2000 at 20", "4 from 2000 at 50");
    assertThat(network.link(A, B).stats().blackoutDropped()).isEqualTo(2);
    assertThat(network.link(B, A).stats().blackoutDropped()).isEqualTo(2);
  }

  @Test
  void changesALinkInMidRun() {
    connect(TEN_MS);
    network.at(Duration.ofMillis(5), () -> {
      network.setSpec(A, B, TEN_MS.withDelay(Duration.ofMillis(30)));
      a.say(B);
    });

    network.runFor(Duration.ofMillis(40));

    assertThat(b.heard).containsExactly("0 from 1000 at 35");
  }

  @Test
  void showsTapsWhatIsSentAndCountsWhatNoLinkTakes() {
    connect(TEN_MS.withLoss(1));
    List<String> seen = new ArrayList<>();
    network.tap((now, from, to, bytes, length) -> seen
        .add(now + " " + from.getPort() + ">" + to.getPort() + " " + bytes[0] + " " + length));
    a.say(B);
    a.say(C);

    network.runFor(Duration.ofMillis(1));

    assertThat(seen).containsExactly("0 1000>2000 0 100", "0 1000>3000 1 100");
    assertThat(network.undeliverable()).isEqualTo(1);
  }

  @Test
  void injectsForgedDatagrams() {
    connect(TEN_MS);
    network.inject(C, B, new byte[]{77}, 1);

    network.runFor(Duration.ZERO);

    assertThat(b.heard).containsExactly("77 from 3000 at 0");
  }

  @Test
  void blamesAnEngineWhoseTimeoutNeverMovesOn() {
    connect(TEN_MS);
    a.tickEvery(0, B);

    assertThatIllegalStateException().isThrownBy(() -> network.runFor(Duration.ofSeconds(1)))
        .withMessageContaining("livelock: Player at " + A).withMessageContaining("next timeout at 0 ns");
  }

  @Test
  void blamesAnEngineThatSendsWithoutEnd() {
    connect(TEN_MS.withLoss(1));
    PacketEngine flood = new Player() {
      @Override
      public void pollTransmit(PacketBatch out, long nowNanos) {
        out.commit(1, B);
      }
    };
    network.attach(C, flood);

    assertThatIllegalStateException().isThrownBy(() -> network.runFor(Duration.ofSeconds(1)))
        .withMessageContaining("livelock").withMessageContaining(C + " goes on sending");
  }

  @Test
  void refusesToBeRunFromWithin() {
    network.at(0, () -> network.runFor(Duration.ofMillis(1)));

    assertThatIllegalStateException().isThrownBy(() -> network.runFor(Duration.ofMillis(1)))
        .withMessageContaining("must not run it again");
  }

  @Test
  void refusesConfusedTopologies() {
    connect(TEN_MS);

    assertThatIllegalArgumentException().isThrownBy(() -> network.attach(A, new Player()));
    assertThatIllegalArgumentException().isThrownBy(() -> network.attach(C, a));
    assertThatIllegalArgumentException().isThrownBy(() -> network.connect(B, A, TEN_MS, TEN_MS));
    assertThatIllegalArgumentException().isThrownBy(() -> network.connect(A, A, TEN_MS, TEN_MS));
    assertThatIllegalArgumentException().isThrownBy(() -> network.link(A, C));
    assertThatIllegalArgumentException().isThrownBy(() -> network.rebind(a, B));
    assertThatIllegalArgumentException().isThrownBy(() -> network.rebind(new Player(), C));
  }

  @Test
  void givesTheSameRunForTheSameSeedOnly() {
    assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
  }

  private static List<String> trace(long seed) {
    VirtualNetwork network = new VirtualNetwork(seed);
    Player client = new Player();
    Player server = new Player();
    server.answers = true;
    client.tickEvery(MS, B);
    network.attach(A, client);
    network.attach(B, server);
    LinkSpec bad = TEN_MS.withJitter(Duration.ofMillis(5)).withLoss(0.1).withBurst(2).withDuplicate(0.1);
    network.connect(A, B, bad, bad);
    network.runFor(Duration.ofSeconds(1));
    List<String> trace = new ArrayList<>(client.heard);
    trace.addAll(server.heard);
    return trace;
  }
}
