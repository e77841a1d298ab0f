package dev.gap.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

/**
 * One thread that owns one engine and its UDP port: the only reader of the clock. Others hand it work through
 * {@link #execute}.
 *
 * @param <E> the engine
 */
public final class EngineLoop<E extends PacketEngine> implements AutoCloseable {
  private static final int BATCH = 64;
  private static final int PACKET_BYTES = 2048;
  /** Batches received before anything else is done, so that a flood cannot starve the timers. */
  private static final int RECEIVE_TURNS = 4;
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);
  /**
   * What falls due within this is done together: each turn costs three system calls and a change of threads, and a batch
   * sent costs little more than a datagram.
   */
  private static final long GRAIN = TimeUnit.MICROSECONDS.toNanos(500);
  /**
   * After so many datagrams in a row those that follow gather for a {@link #GRAIN}; the first flights of a connection do
   * not, since the spacing of their arrivals is measured.
   */
  private static final int CROWD = 256;

  /**
   * Work for the engine, done on its thread.
   *
   * @param <E> the engine
   */
  @FunctionalInterface
  public interface Work<E> {
    /** Does it. It must not block. */
    void run(E engine, long nowNanos);
  }

  private final E engine;
  private final UdpPort port;
  private final Work<? super E> everyTurn;
  private final Queue<Work<? super E>> submitted = new ConcurrentLinkedQueue<>();
  private final PacketBatch in = new PacketBatch(BATCH, PACKET_BYTES);
  private final PacketBatch out = new PacketBatch(BATCH, PACKET_BYTES);
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closing;
  private int crowd;

  /**
   * @param everyTurn done after each turn of the loop: here the engine's events are handed out
   */
  public EngineLoop(String name, E engine, UdpPort port, Work<? super E> everyTurn) {
    this.engine = engine;
    this.port = port;
    this.everyTurn = everyTurn;
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Hands over work, to be done soon, in order. */
  public void execute(Work<? super E> work) {
    submitted.add(work);
    // one that is awake looks again before it sleeps; of several that see it asleep one may come too often, none too late
    if (!asleep || Thread.currentThread() == thread) return;
    asleep = false;
    port.wakeup();
  }

  /** {@return whether the loop still runs} */
  public boolean isRunning() { return thread.isAlive(); }

  /** Ends the loop, without a word to any peer, and waits for its thread, unless called on it. */
  @Override
  public void close() {
    closing = true;
    port.wakeup();
    if (Thread.currentThread() == thread) return;
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

  private void run() {
    try (port) {
      while (!closing)
        turn();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void turn() throws IOException {
    int received = receive();
    crowd = received == 0 ? 0 : Math.min(CROWD, crowd + received);
    long now = System.nanoTime();
    for (Work<? super E> work = submitted.poll(); work != null; work = submitted.poll())
      work.run(engine, now);
    if (engine.nextTimeoutNanos() <= now) engine.onTimeout(now);
    everyTurn.run(engine, now);
    transmit();
    sleep();
  }

  private void sleep() throws IOException {
    asleep = true;
    if (submitted.isEmpty()) {
      long next = engine.nextTimeoutNanos();
      long wait = next == PacketEngine.NEVER ? LONGEST_WAIT : Math.min(LONGEST_WAIT, next - System.nanoTime());
      if (crowd == CROWD) port.pause(GRAIN);
      else port.await(Math.max(GRAIN, wait));
    }
    asleep = false;
  }

  /** {@return how many datagrams there were} */
  private int receive() throws IOException {
    int received = 0;
    for (int i = 0; i < RECEIVE_TURNS; i++) {
      in.clear();
      port.receive(in);
      if (in.size() == 0) break;
      received += in.size();
      engine.receive(in, System.nanoTime());
      if (!in.isFull()) break;
    }
    return received;
  }

  private void transmit() throws IOException {
    do {
      out.clear();
      engine.pollTransmit(out, System.nanoTime());
      port.send(out);
    } while (out.isFull());
  }
}
