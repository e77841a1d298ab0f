package dev.gap.mtcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.MtcpEngine;
import dev.gap.transport.PacketBatch;

/**
 * A download between two engines in memory, in virtual time, with losses, and one over the loopback interface, so that the JVM
 * has compiled engines, system calls and streams before the first connection. Interpreted code spreads the first flight and
 * its acknowledgments over many milliseconds: the first connection of a process then took a path of 100 Mbit/s for one of 6 to
 * 13; with the engine of profile 2 alone compiled, for one of 26 to 80.
 */
final class Rehearsal {
  private static final int ENOUGH_DATAGRAMS = 20_000;
  private static final long ENOUGH_BYTES = 24 << 20;
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int LOST_ONE_IN = 16;

  private final InetSocketAddress near = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private final InetSocketAddress far = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
  private final long longestNanos;
  private final MtcpConfig config;
  private final MtcpEngine dialing;
  private final MtcpEngine accepting;
  private final PacketBatch out = new PacketBatch(64, 2048);
  private final PacketBatch in = new PacketBatch(64, 2048);
  private final byte[] chunk = new byte[16 << 10];
  private long now = System.nanoTime();
  private int datagrams;
  private long loopbackBytes;

  /**
   * @param secure whether of profile 2
   * @param longestNanos how long each part may take at most
   */
  Rehearsal(boolean secure, long longestNanos) {
    this.longestNanos = longestNanos;
    String key = "rehearsal-".repeat(4) + "gap";
    config = secure ? MtcpConfig.withKey("mk2:" + key) : MtcpConfig.original(key);
    dialing = Engines.make(config, EndpointConfig.dialing(), new SecureRandom());
    accepting = Engines.make(config, EndpointConfig.acceptingUpTo(1), new SecureRandom());
  }

  /**
   * Begins one, beside whatever else runs.
   *
   * @param secure whether of profile 2
   */
  static void start(boolean secure) {
    Thread.ofPlatform().name("mtcp-rehearsal").daemon().start(() -> new Rehearsal(secure, MOST_NANOS).run());
  }

  private void runOverLoopback() {
    long end = System.nanoTime() + longestNanos;
    try (MtcpEndpoint far = MtcpEndpoint.accepting(config, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        MtcpEndpoint dialer = MtcpEndpoint.dialing(config);
        MtcpSocket reader = dialer.connect(far.localAddress())) {
      reader.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(longestNanos));
      reader.getOutputStream().write(1);
      Conduit accepted = far.accept(longestNanos);
      if (accepted == null) return;
      MtcpSocket writer = new MtcpSocket(far, accepted);
      Thread.ofVirtual().name("mtcp-rehearsal-writer").start(() -> writeUntilClosed(writer));
      InputStream in = reader.getInputStream();
      for (int n = 0; n >= 0 && loopbackBytes < ENOUGH_BYTES && System.nanoTime() - end < 0; n = in.read(chunk))
        loopbackBytes += n;
    } catch (IOException e) {
      // the first connection will be a little slower
    }
  }

  private static void writeUntilClosed(MtcpSocket writer) {
    byte[] bytes = new byte[16 << 10];
    try (writer) {
      OutputStream out = writer.getOutputStream();
      while (true)
        out.write(bytes);
    } catch (IOException e) {
      // the reader has heard enough
    }
  }

  /** Runs both parts, one after the other. */
  void run() {
    runInMemory();
    runOverLoopback();
  }

  /** {@return how many datagrams went from engine to engine} */
  int datagrams() {
    return datagrams;
  }

  /** {@return how many bytes came over the loopback interface} */
  long loopbackBytes() {
    return loopbackBytes;
  }

  private void runInMemory() {
    long end = System.nanoTime() + longestNanos;
    Connection client = dialing.connect(far, now);
    Connection server = null;
    while (datagrams < ENOUGH_DATAGRAMS && System.nanoTime() - end < 0) {
      now += STEP;
      carry(dialing, near, accepting);
      if (server == null) server = accepting.accept();
      if (server != null && server.write(chunk, 0, chunk.length) > 0) accepting.update(server, now);
      carry(accepting, far, dialing);
      while (client.read(chunk, 0, chunk.length) > 0)
        dialing.update(client, now);
    }
  }

  private void carry(MtcpEngine from, InetSocketAddress address, MtcpEngine to) {
    if (from.nextTimeoutNanos() <= now) from.onTimeout(now);
    do {
      out.clear();
      in.clear();
      from.pollTransmit(out, now);
      for (int i = 0; i < out.size(); i++) {
        if (datagrams++ % LOST_ONE_IN == LOST_ONE_IN - 1) continue;
        System.arraycopy(out.bytes(i), 0, in.next(), 0, out.length(i));
        in.commit(out.length(i), address);
      }
      to.receive(in, now);
    } while (out.isFull());
  }
}
