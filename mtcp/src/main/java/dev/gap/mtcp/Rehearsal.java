package dev.gap.mtcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.MtcpEngine;
import dev.gap.transport.PacketBatch;

/**
 * A download between two engines in memory, in virtual time, so that the JVM has compiled them before the first connection.
 * Interpreted code spreads the first flight and its acknowledgments over many milliseconds: the first connection of a
 * process then took a path of 100 Mbit/s for one of 6 to 13.
 */
final class Rehearsal {
  private static final int ENOUGH_DATAGRAMS = 40_000;
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int LOST_ONE_IN = 16;

  private final InetSocketAddress near = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private final InetSocketAddress far = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
  private final MtcpEngine dialing = engine(EndpointConfig.dialing());
  private final MtcpEngine accepting = engine(EndpointConfig.acceptingUpTo(1));
  private final PacketBatch out = new PacketBatch(64, 2048);
  private final PacketBatch in = new PacketBatch(64, 2048);
  private final byte[] chunk = new byte[16 << 10];
  private long now = System.nanoTime();
  private int datagrams;

  private static MtcpEngine engine(EndpointConfig config) {
    return Engines.make(MtcpConfig.withKey("mk2:" + "rehearsal-".repeat(4) + "gap"), config, new SecureRandom());
  }

  /** Begins one, beside whatever else runs. */
  static void start() {
    Thread.ofPlatform().name("mtcp-rehearsal").daemon().start(() -> new Rehearsal().run());
  }

  private void run() {
    long end = System.nanoTime() + LONGEST;
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
