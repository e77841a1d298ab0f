package dev.gap.tcp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.io.TunPort;
import dev.gap.io.VirtioHeader;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.PacketSlot;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpEngine;
import dev.gap.tcp.engine.wire.Address;

/**
 * One thread that moves packets between an engine and its port, and the lock that it and the applications' threads take
 * to touch the engine. It never waits for an application; who writes wakes it only if it sleeps.
 */
final class StackLoop {
  private static final int BATCH = 64;
  private static final long LONGEST_WAIT = 1_000_000_000L;
  private static final int NEEDS_CHECKSUM = 1;
  private static final int CHECKSUM_IS_RIGHT = 2;
  private static final int TCP_CHECKSUM_OFFSET = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final TcpEngine engine;
  private final TunPort port;
  private final PacketSlot out;
  private final byte[] in = new byte[TunPort.MAX_PACKET_BYTES];
  private final Map<TcpConnection, SocketCore> sockets = new HashMap<>();
  private final List<TcpServerSocket> servers = new ArrayList<>();
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closing;
  private @Nullable IOException failure;

  StackLoop(String name, TunPort port, TcpConfig config, Set<Address> locals, RandomGenerator random) {
    this.port = port;
    engine = new TcpEngine(config, locals, random);
    engine.tellChanges();
    int header = port.headerBytes();
    out = new PacketSlot(TunPort.MAX_PACKET_BYTES, header, header > 0);
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  ReentrantLock lock() {
    return lock;
  }

  /** {@return the engine, to be touched under the lock only} */
  TcpEngine engine() {
    return engine;
  }

  long now() {
    return System.nanoTime();
  }

  /** Has the loop send what a call has made ready. */
  void attend() {
    if (asleep) port.wakeup();
  }

  void attach(TcpConnection connection, SocketCore core) {
    sockets.put(connection, core);
  }

  void attach(TcpServerSocket server) {
    servers.add(server);
  }

  void detach(TcpServerSocket server) {
    servers.remove(server);
  }

  /** Throws if the port has failed or the stack is closed. */
  void check() throws IOException {
    IOException reason = failure;
    if (reason != null) throw new IOException("the stack has ended: " + reason.getMessage(), reason);
    if (closing) throw new IOException("the stack is closed");
  }

  boolean isClosing() { return closing; }

  void close() {
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
      failure = e;
    } finally {
      closing = true;
      wakeAll();
    }
  }

  private void turn() throws IOException {
    boolean more = receive();
    transmit();
    if (more) return;
    asleep = true;
    long wait = waitNanos();
    if (wait > 0) port.await(wait);
    asleep = false;
  }

  private long waitNanos() {
    lock.lock();
    try {
      if (engine.hasReady()) return 0;
      long next = engine.nextTimeoutNanos();
      return next == Long.MAX_VALUE ? LONGEST_WAIT : Math.clamp(next - now(), 0, LONGEST_WAIT);
    } finally {
      lock.unlock();
    }
  }

  /** {@return whether there may be more} */
  private boolean receive() throws IOException {
    int header = port.headerBytes();
    for (int i = 0; i < BATCH; i++) {
      int length = port.receive(in);
      if (length == TunPort.NOTHING) return false;
      if (length <= header) continue;
      boolean sums = header == 0 || (in[0] & (NEEDS_CHECKSUM | CHECKSUM_IS_RIGHT)) == 0;
      lock.lock();
      try {
        engine.receive(in, header, length - header, sums, now());
      } finally {
        lock.unlock();
      }
    }
    return true;
  }

  private void transmit() throws IOException {
    lock.lock();
    try {
      long now = now();
      if (engine.nextTimeoutNanos() <= now) engine.onTimeout(now);
    } finally {
      lock.unlock();
    }
    while (poll()) {
      if (port.headerBytes() > 0) writeHeader();
      port.send(out.bytes(), out.offset() + out.length());
    }
  }

  private boolean poll() {
    lock.lock();
    try {
      boolean some = engine.poll(out, now());
      if (!some) tell();
      return some;
    } finally {
      lock.unlock();
    }
  }

  private void writeHeader() {
    if (out.isSummed()) {
      VirtioHeader.NONE.write(out.bytes(), 0);
      return;
    }
    boolean v6 = out.bytes()[out.offset()] >>> 4 == 6;
    VirtioHeader.Segmentation kind = out.segmentBytes() == 0
        ? VirtioHeader.Segmentation.NONE
        : v6 ? VirtioHeader.Segmentation.TCP6 : VirtioHeader.Segmentation.TCP4;
    new VirtioHeader(true, kind, out.headers(), out.segmentBytes(), out.tcpOffset(), TCP_CHECKSUM_OFFSET)
        .write(out.bytes(), 0);
  }

  private void tell() {
    for (TcpConnection changed = engine.pollChanged(); changed != null; changed = engine.pollChanged()) {
      SocketCore core = sockets.get(changed);
      if (core == null) continue;
      core.signal();
      if (changed.isOver()) sockets.remove(changed);
    }
    for (int i = 0; i < servers.size(); i++)
      servers.get(i).signal();
  }

  private void wakeAll() {
    lock.lock();
    try {
      sockets.values().forEach(SocketCore::signal);
      servers.forEach(TcpServerSocket::signalAll);
    } finally {
      lock.unlock();
    }
  }
}
