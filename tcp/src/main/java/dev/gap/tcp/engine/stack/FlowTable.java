package dev.gap.tcp.engine.stack;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.Flow;
import dev.gap.tcp.engine.wire.Address;

/**
 * Flows by their addresses and ports: open addressing, linear probing, backward-shift deletion; nothing is allocated to
 * look one up. Slots are mixed with a salt, so that a peer cannot make its flows collide.
 */
final class FlowTable {
  private final long salt;
  private @Nullable Flow[] slots = new Flow[64];
  private int size;

  FlowTable(long salt) {
    this.salt = salt;
  }

  int size() {
    return size;
  }

  @Nullable
  Flow get(Address local, int localPort, Address remote, int remotePort) {
    int mask = slots.length - 1;
    for (int i = slot(local, localPort, remote, remotePort) & mask;; i = i + 1 & mask) {
      Flow flow = slots[i];
      if (flow == null) return null;
      boolean same = flow.remotePort() == remotePort && flow.localPort() == localPort && flow.remote().equals(remote)
          && flow.local().equals(local);
      if (same) return flow;
    }
  }

  /** Puts a flow in the place of the one with the same addresses, if there is one. */
  void put(Flow flow) {
    if (size * 2 >= slots.length) grow();
    insert(flow);
  }

  private void insert(Flow flow) {
    int mask = slots.length - 1;
    int i = slot(flow) & mask;
    for (Flow other = slots[i]; other != null; other = slots[i]) {
      if (same(flow, other)) {
        slots[i] = flow;
        return;
      }
      i = i + 1 & mask;
    }
    slots[i] = flow;
    size++;
  }

  private static boolean same(Flow a, Flow b) {
    return a.remotePort() == b.remotePort() && a.localPort() == b.localPort() && a.remote().equals(b.remote())
        && a.local().equals(b.local());
  }

  /** Takes out this very flow. {@return whether it was in} */
  boolean remove(Flow flow) {
    int mask = slots.length - 1;
    int i = slot(flow) & mask;
    while (slots[i] != flow) {
      if (slots[i] == null) return false;
      i = i + 1 & mask;
    }
    size--;
    int hole = i;
    int j = i + 1 & mask;
    for (Flow next = slots[j]; next != null; next = slots[j]) {
      if ((j - slot(next) & mask) >= (j - hole & mask)) {
        slots[hole] = next;
        hole = j;
      }
      j = j + 1 & mask;
    }
    slots[hole] = null;
    return true;
  }

  void forEach(Consumer<Flow> action) {
    for (Flow flow : slots.clone()) {
      if (flow != null) action.accept(flow);
    }
  }

  private void grow() {
    @Nullable
    Flow[] old = slots;
    slots = new Flow[old.length * 2];
    size = 0;
    for (Flow flow : old) {
      if (flow != null) insert(flow);
    }
  }

  private int slot(Flow flow) {
    return slot(flow.local(), flow.localPort(), flow.remote(), flow.remotePort());
  }

  private int slot(Address local, int localPort, Address remote, int remotePort) {
    long h = remote.low() * 0x9E3779B97F4A7C15L ^ salt;
    h = (h ^ h >>> 29 ^ remote.high()) * 0xBF58476D1CE4E5B9L;
    h = (h ^ h >>> 32 ^ (long) localPort << 16 ^ remotePort) * 0x94D049BB133111EBL;
    h = (h ^ h >>> 31 ^ local.low() ^ local.high()) * 0xD6E8FEB86659FD93L;
    return (int) (h >>> 32);
  }
}
