package dev.gap.lab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import dev.gap.transport.PacketEngine;

/**
 * One direction of a link, as a model in virtual time: a datagram passes the queue and the bottleneck, may be lost, may
 * be duplicated, and takes its time to the far end, where a bit of it may have changed. Time is an argument and must
 * not run backwards; randomness comes from the seed alone, so the same calls give the same results, always. Each part
 * draws from its own source: turning one on does not change the fate that another has in store. Not thread-safe.
 *
 * @param <T> what travels along with each datagram, such as its addresses
 */
public final class Link<T> {
  /** Takes a datagram at the far end. */
  @FunctionalInterface
  public interface Exit<T> {
    /** Takes a datagram; its bytes are those of {@code bytes} from 0 to {@code length}, to be kept only as a copy. */
    void accept(T label, byte[] bytes, int length);
  }

  private static final String RANDOM_ALGORITHM = "L64X128MixRandom";
  private static final int USUAL_DATAGRAM_BYTES = 2048;

  private final Bottleneck bottleneck;
  private final LossProcess loss;
  private final Chance duplication;
  private final Propagation propagation;
  private final Corruption corruption;

  private final PriorityQueue<Datagram<T>> inFlight = new PriorityQueue<>();
  private final ArrayDeque<Datagram<T>> unused = new ArrayDeque<>();
  private long order;
  private boolean blackout;
  private LinkSpec spec;

  private long packetsIn;
  private long packetsOut;
  private long lost;
  private long overflowed;
  private long blackoutDropped;
  private long duplicated;
  private long corrupted;
  private long bytesIn;
  private long bytesOut;

  /** A link whose every random choice follows from {@code seed}. */
  public Link(LinkSpec spec, long seed) {
    this(spec, RandomGeneratorFactory.of(RANDOM_ALGORITHM).create(seed));
  }

  /** A link whose every random choice follows from {@code random}, which is asked for seeds now and not used again. */
  public Link(LinkSpec spec, RandomGenerator random) {
    this.spec = spec;
    bottleneck = new Bottleneck(spec);
    loss = new LossProcess(spec, fork(random));
    duplication = new Chance(spec.duplicate(), fork(random));
    propagation = new Propagation(spec, fork(random), fork(random));
    corruption = new Corruption(spec.corrupt(), fork(random));
  }

  private static RandomGenerator fork(RandomGenerator random) {
    return RandomGeneratorFactory.of(RANDOM_ALGORITHM).create(random.nextLong());
  }

  /**
   * Lets a datagram in; its bytes are copied.
   *
   * @param label what {@link #poll} is to hand out with it
   * @param length in bytes, 0 to {@code data.length}
   * @return whether it is on its way: false if it was lost, overflowed or fell into a blackout
   */
  public boolean admit(T label, byte[] data, int length, long nowNanos) {
    Objects.checkFromIndexSize(0, length, data.length);
    packetsIn++;
    bytesIn += length;
    if (blackout) {
      blackoutDropped++;
      return false;
    }
    long sentNanos = bottleneck.admit(length, nowNanos);
    if (sentNanos == Bottleneck.OVERFLOW) {
      overflowed++;
      return false;
    }
    if (loss.loses()) {
      lost++;
      return false;
    }
    send(label, data, length, sentNanos);
    if (duplication.happens()) {
      duplicated++;
      send(label, data, length, sentNanos);
    }
    return true;
  }

  private void send(T label, byte[] data, int length, long sentNanos) {
    Datagram<T> reused = unused.pollLast();
    Datagram<T> datagram = reused == null ? new Datagram<>(label) : reused;
    datagram.fill(label, data, length);
    datagram.order = order++;
    datagram.sentNanos = sentNanos;
    datagram.dueNanos = propagation.arrival(sentNanos);
    if (corruption.strikes(datagram.bytes, length)) corrupted++;
    inFlight.add(datagram);
  }

  /**
   * Hands the earliest datagram that is due to {@code exit}; those due at the same time come in the order they went in.
   *
   * @return whether there was one
   */
  public boolean poll(long nowNanos, Exit<? super T> exit) {
    if (nextDueNanos() > nowNanos) return false;
    Datagram<T> datagram = inFlight.remove();
    packetsOut++;
    bytesOut += datagram.length;
    exit.accept(datagram.label, datagram.bytes, datagram.length);
    unused.addLast(datagram);
    return true;
  }

  /** {@return when the next datagram comes out, or {@link PacketEngine#NEVER} if none is on its way} */
  public long nextDueNanos() {
    Datagram<T> next = inFlight.peek();
    return next == null ? PacketEngine.NEVER : next.dueNanos;
  }

  /** {@return how many datagrams are on their way, duplicates included} */
  public int inFlight() {
    return inFlight.size();
  }

  /** {@return what the link does to datagrams now} */
  public LinkSpec spec() {
    return spec;
  }

  /**
   * Changes the link from now on. What is queued drains at the new rate, however long that takes; what has left the
   * queue arrives as it was to.
   */
  public void setSpec(LinkSpec newSpec, long nowNanos) {
    double factor = bottleneck.change(newSpec, nowNanos);
    loss.change(newSpec);
    duplication.change(newSpec.duplicate());
    propagation.change(newSpec);
    corruption.change(newSpec.corrupt());
    spec = newSpec;
    if (factor != 1) reschedule(factor, nowNanos);
  }

  private void reschedule(double factor, long nowNanos) {
    List<Datagram<T>> all = new ArrayList<>(inFlight);
    inFlight.clear();
    for (Datagram<T> datagram : all) {
      long sentNanos = Bottleneck.rescaled(datagram.sentNanos, factor, nowNanos);
      datagram.dueNanos += sentNanos - datagram.sentNanos;
      datagram.sentNanos = sentNanos;
      inFlight.add(datagram);
    }
  }

  /** In a blackout everything admitted is dropped and counted as such; what is on its way still arrives. */
  public void setBlackout(boolean on) {
    blackout = on;
  }

  /** {@return a snapshot of the counters} */
  public LinkStats stats() {
    return new LinkStats(packetsIn, packetsOut, lost, overflowed, blackoutDropped, duplicated, corrupted, bytesIn,
        bytesOut, bottleneck.maxDelayNanos(), bottleneck.meanDelayNanos());
  }

  /** A datagram on its way, reused when it has arrived. */
  private static final class Datagram<T> implements Comparable<Datagram<T>> {
    private byte[] bytes = new byte[USUAL_DATAGRAM_BYTES];
    private int length;
    private T label;
    private long order;
    private long sentNanos;
    private long dueNanos;

    Datagram(T label) {
      this.label = label;
    }

    void fill(T newLabel, byte[] data, int newLength) {
      if (bytes.length < newLength) bytes = new byte[newLength];
      System.arraycopy(data, 0, bytes, 0, newLength);
      label = newLabel;
      length = newLength;
    }

    @Override
    public int compareTo(Datagram<T> other) {
      int byDue = Long.compare(dueNanos, other.dueNanos);
      return byDue != 0 ? byDue : Long.compare(order, other.order);
    }
  }
}
