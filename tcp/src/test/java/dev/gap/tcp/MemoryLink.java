package dev.gap.tcp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import dev.gap.io.TunPort;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Segment;

/** Two ports in memory: what is sent to one comes out of the other, is noted, and may be held back or lost on the way. */
final class MemoryLink {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** A segment that was sent. */
  record Seen(boolean byClient, int flags, int sequence, int ack, int window, int mss, int length, boolean fastOpen,
      int trafficClass, int hopLimit) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    boolean isSyn() { return has(Flags.SYN); }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<Seen> seen = new ArrayList<>();
  private boolean cut;
  final End client = new End("client");
  final End server = new End("server");

  /** From now on nothing arrives. */
  void cut() {
    lock.lock();
    try {
      cut = true;
    } finally {
      lock.unlock();
    }
  }

  /** What goes to that end waits. */
  void hold(End end) {
    lock.lock();
    try {
      end.holds = true;
    } finally {
      lock.unlock();
    }
  }

  /** What has waited arrives, and what follows. */
  void release(End end) {
    lock.lock();
    try {
      end.holds = false;
      end.came.addAll(end.held);
      end.held.clear();
      end.arrival.signal();
    } finally {
      lock.unlock();
    }
  }

  /** {@return the segments sent so far} */
  List<Seen> seen() {
    lock.lock();
    try {
      return List.copyOf(seen);
    } finally {
      lock.unlock();
    }
  }

  /** {@return the first segment of this kind, sent before or as soon as it is} */
  Seen first(Predicate<Seen> kind) {
    lock.lock();
    try {
      long left = PATIENCE_NANOS;
      for (int i = 0;; i++) {
        while (i == seen.size()) {
          if (left <= 0) throw new AssertionError("no such segment among " + seen);
          left = news.awaitNanos(left);
        }
        if (kind.test(seen.get(i))) return seen.get(i);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      lock.unlock();
    }
  }

  private Seen look(boolean byClient, byte[] packet) {
    IpPacket ip = new IpPacket();
    Segment segment = new Segment();
    if (!ip.parse(packet, 0, packet.length, true) || !segment.parse(ip, true)) throw new AssertionError("no segment");
    return new Seen(byClient, segment.flags(), segment.sequence(), segment.ack(), segment.window(), segment.mss(),
        segment.payloadLength(), segment.hasFastOpen(), ip.trafficClass(), ip.hopLimit());
  }

  /** One end, for a stack. */
  final class End implements TunPort {
    private final String name;
    private final Condition arrival = lock.newCondition();
    private final ArrayDeque<byte[]> came = new ArrayDeque<>();
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private boolean holds;
    private boolean woken;

    private End(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int headerBytes() {
      return 0;
    }

    @Override
    public int receive(byte[] to) {
      lock.lock();
      try {
        byte[] packet = came.poll();
        if (packet == null) return NOTHING;
        System.arraycopy(packet, 0, to, 0, packet.length);
        return packet.length;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean send(byte[] from, int length) {
      byte[] packet = Arrays.copyOf(from, length);
      lock.lock();
      try {
        seen.add(look(this == client, packet));
        news.signalAll();
        End other = this == client ? server : client;
        if (cut) return true;
        (other.holds ? other.held : other.came).add(packet);
        other.arrival.signal();
        return true;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void await(long nanos) throws IOException {
      lock.lock();
      try {
        long left = nanos;
        while (came.isEmpty() && !woken && left > 0)
          left = arrival.awaitNanos(left);
        woken = false;
      } catch (InterruptedException e) {
        throw new IOException(e);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void wakeup() {
      lock.lock();
      try {
        woken = true;
        arrival.signal();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {}
  }
}
