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
  private volatile boolean closing;

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
    if (Thread.currentThread() != thread) port.wakeup();
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
    receive();
    long now = System.nanoTime();
    for (Work<? super E> work = submitted.poll(); work != null; work = submitted.poll())
      work.run(engine, now);
    if (engine.nextTimeoutNanos() <= now) engine.onTimeout(now);
    everyTurn.run(engine, now);
    transmit();
    if (!submitted.isEmpty()) return;
    long next = engine.nextTimeoutNanos();
    long wait = next == PacketEngine.NEVER ? LONGEST_WAIT : Math.min(LONGEST_WAIT, next - System.nanoTime());
    port.await(wait);
  }

  private void receive() throws IOException {
    for (int i = 0; i < RECEIVE_TURNS; i++) {
      in.clear();
      port.receive(in);
      if (in.size() == 0) return;
      engine.receive(in, System.nanoTime());
      if (!in.isFull()) return;
    }
  }

  private void transmit() throws IOException {
    do {
      out.clear();
      engine.pollTransmit(out, System.nanoTime());
      port.send(out);
    } while (out.isFull());
  }
}
