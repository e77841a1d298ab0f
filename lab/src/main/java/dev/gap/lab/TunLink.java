package dev.gap.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.gap.io.LinuxPoll;
import dev.gap.io.LinuxTunPort;
import dev.gap.io.TunPort;

/**
 * A bad link between two TUN devices, a and b: every IP packet that one of them is given to send passes a {@link Link}
 * and comes out of the other. A packet costs the bottleneck 18 bytes more than it has, as on Ethernet. The devices are
 * made here and are down at first; to be of use they are moved into network namespaces of their own. All work is done by
 * one daemon thread, exact to a fraction of a millisecond. Linux and root only. Safe for use by many threads.
 */
public final class TunLink implements AutoCloseable {
  /** What a packet costs the bottleneck beyond its bytes. */
  public static final int ETHERNET_BYTES = 18;

  /** The most packets taken from one device before others get their turn. */
  private static final int BURST = 64;
  private static final long LONGEST_SLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
  /** What is due sooner than a sleep takes is waited for awake. */
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private final LinuxTunPort a;
  private final LinuxTunPort b;
  private final LinuxPoll poll;
  private final long originNanos = System.nanoTime();
  private final byte[] packet = new byte[TunPort.MAX_PACKET_BYTES];
  private final Thread thread = Thread.ofPlatform().daemon().name("tun-link").unstarted(this::run);
  private volatile boolean closing;
  private volatile @Nullable Exception failure;

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();
  private final Link<LinuxTunPort> aToB;
  private final Link<LinuxTunPort> bToA;
  private final Lateness lateness = new Lateness();
  private long refused;

  private TunLink(LinuxTunPort a, LinuxTunPort b, LinuxPoll poll, LinkSpec aToB, LinkSpec bToA, long seed) {
    this.a = a;
    this.b = b;
    this.poll = poll;
    this.aToB = new Link<>(aToB.withOverheadBytes(ETHERNET_BYTES), seed);
    this.bToA = new Link<>(bToA.withOverheadBytes(ETHERNET_BYTES), ~seed);
  }

  /**
   * Makes two devices and links them.
   *
   * @param nameA of one device, at most 15 bytes
   * @param seed what every random choice follows from
   * @throws IOException if a device cannot be made, saying why
   */
  public static TunLink start(String nameA, String nameB, LinkSpec aToB, LinkSpec bToA, long seed) throws IOException {
    LinuxTunPort a = LinuxTunPort.open(LinuxTunPort.Options.plain(nameA));
    LinuxTunPort b = null;
    try {
      b = LinuxTunPort.open(LinuxTunPort.Options.plain(nameB));
      TunLink link = new TunLink(a, b, new LinuxPoll(List.of(a, b)), aToB, bToA, seed);
      link.thread.start();
      return link;
    } catch (IOException | RuntimeException e) {
      if (b != null) b.close();
      a.close();
      throw e;
    }
  }

  /** {@return the counters of the link from a to b} */
  public LinkStats aToB() {
    return stats(aToB);
  }

  /** {@return the counters of the link from b to a} */
  public LinkStats bToA() {
    return stats(bToA);
  }

  private LinkStats stats(Link<LinuxTunPort> link) {
    lock.lock();
    try {
      return link.stats();
    } finally {
      lock.unlock();
    }
  }

  /** {@return by how much packets came later than the link wanted: whether this machine is up to it} */
  public Lateness.Summary lateness() {
    lock.lock();
    try {
      return lateness.summary();
    } finally {
      lock.unlock();
    }
  }

  /** {@return how many packets a device did not take, because it was down} */
  public long refused() {
    lock.lock();
    try {
      return refused;
    } finally {
      lock.unlock();
    }
  }

  /** Changes both directions from now on: see {@link Link#setSpec}. */
  public void setSpec(LinkSpec newAToB, LinkSpec newBToA) {
    lock.lock();
    try {
      aToB.setSpec(newAToB.withOverheadBytes(ETHERNET_BYTES), now());
      bToA.setSpec(newBToA.withOverheadBytes(ETHERNET_BYTES), now());
    } finally {
      lock.unlock();
    }
    poll.wakeup();
  }

  /** {@return the counters of both directions, a line each} */
  public String describe() {
    return describe("a>b", aToB()) + "\n" + describe("b>a", bToA());
  }

  private static String describe(String direction, LinkStats stats) {
    return "%s in %d out %d lost %d overflow %d bytes %d".formatted(direction, stats.packetsIn(), stats.packetsOut(),
        stats.lost(), stats.overflowed(), stats.bytesOut());
  }

  /** {@return why it has ended by itself: a device is gone} Empty if it has not. */
  public Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  /** {@return whether it still carries packets} */
  public boolean isRunning() { return thread.isAlive(); }

  private void run() {
    try {
      poll.hurry();
      while (!closing) {
        long wait = turn();
        if (wait > SPIN_NANOS) poll.await(wait);
        else poll.await(0);
      }
    } catch (IOException | UncheckedIOException e) {
      // a device is gone, with its namespace perhaps
      failure = e;
    } finally {
      poll.close();
      a.close();
      b.close();
    }
  }

  /** {@return how long nothing is to be done, unless a packet comes} */
  private long turn() throws IOException {
    lock.lock();
    try {
      deliver(aToB);
      deliver(bToA);
      if (poll.isReady(0)) admit(a, aToB, b);
      if (poll.isReady(1)) admit(b, bToA, a);
      return Math.min(LONGEST_SLEEP_NANOS, Math.min(aToB.nextDueNanos(), bToA.nextDueNanos()) - now());
    } finally {
      lock.unlock();
    }
  }

  private void admit(LinuxTunPort from, Link<LinuxTunPort> link, LinuxTunPort to) throws IOException {
    for (int i = 0; i < BURST; i++) {
      int length = from.receive(packet);
      if (length == TunPort.NOTHING) return;
      link.admit(to, packet, length, now());
    }
  }

  private void deliver(Link<LinuxTunPort> link) {
    long due = link.nextDueNanos();
    for (long now = now(); due <= now; now = now()) {
      lateness.record(now - due);
      link.poll(now, this::send);
      due = link.nextDueNanos();
    }
  }

  private void send(LinuxTunPort to, byte[] bytes, int length) {
    try {
      if (!to.send(bytes, length)) refused++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long now() {
    return System.nanoTime() - originNanos;
  }

  /** Ends it: the devices are gone. */
  @Override
  public void close() {
    closing = true;
    poll.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
