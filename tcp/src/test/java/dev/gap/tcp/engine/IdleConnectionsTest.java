package dev.gap.tcp.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.stack.TcpListener;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

/** What many connections cost that do nothing. {@code -Dgap.full=true} opens 100,000. */
final class IdleConnectionsTest {
  private static final Address NEAR = Address.v4(0x0a000001);
  private static final Address FAR = Address.v4(0x0a000002);
  private static final int PORTS = 8;

  private final TcpEngine near = new TcpEngine(TcpConfig.DEFAULT, Set.of(NEAR), new SplittableRandom(1));
  private final TcpEngine far = new TcpEngine(TcpConfig.DEFAULT, Set.of(FAR), new SplittableRandom(2));
  private final PacketSlot slot = new PacketSlot(70_000, 0, false);
  private long now = 1_000_000_000L;

  @Test
  void anIdleConnectionTakesLessThanFourKibibytesAndNoTimer() {
    int count = Boolean.getBoolean("gap.full") ? 100_000 : 10_000;
    List<TcpListener> listeners = new ArrayList<>();
    for (int i = 0; i < PORTS; i++) {
      TcpListener listener = far.listen(FAR, 80 + i, 16, far.newSettings());
      assertThat(listener).isNotNull();
      listeners.add(listener);
    }
    long before = used();
    List<TcpConnection> all = new ArrayList<>();
    for (int i = 0; i < count; i++)
      open(listeners.get(i % PORTS), all);
    long each = (used() - before) / all.size();
    System.out.println("figure: " + each + " bytes for each of " + all.size() + " idle connections");
    assertThat(all).hasSize(2 * count).allMatch(c -> c.state() == TcpState.ESTABLISHED);
    assertThat(each).isLessThan(4096);
    assertThat(near.nextTimeoutNanos()).isEqualTo(PacketEngine.NEVER);
    assertThat(far.nextTimeoutNanos()).isEqualTo(PacketEngine.NEVER);
  }

  private void open(TcpListener listener, List<TcpConnection> all) {
    TcpConnection connection = near.connect(NEAR, 0, FAR, listener.port(), near.newSettings(), now);
    for (boolean any = true; any; now += 1000) {
      boolean there = carry(near, far);
      any = carry(far, near) || there;
    }
    TcpConnection accepted = listener.accept();
    if (connection != null) all.add(connection);
    if (accepted != null) all.add(accepted);
  }

  private boolean carry(TcpEngine from, TcpEngine to) {
    boolean any = false;
    while (from.poll(slot, now)) {
      any = true;
      to.receive(slot.bytes(), slot.offset(), slot.length(), true, now);
    }
    return any;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++)
      System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
