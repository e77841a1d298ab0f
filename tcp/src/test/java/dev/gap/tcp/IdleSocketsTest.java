package dev.gap.tcp;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.io.TunPort;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

/** What sockets cost that do nothing, all that belongs to them included. {@code -Dgap.full=true} opens 100,000 in a stack. */
@Timeout(300)
final class IdleSocketsTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("198.18.1.1");
  private static final InetAddress SERVER = InetAddress.ofLiteral("198.18.1.2");
  private static final int PORTS = 8;
  private static final int WARM_UP = 200;
  private static final long WATCHED_SECONDS = 3;
  /** Of the processor, in thousandths. */
  private static final int SHARE = 5;

  /** A port whose packets come out of another. */
  private static final class Port implements TunPort {
    private static final byte[] WAKEUP = {};

    private final String name;
    private final LinkedBlockingQueue<byte[]> came;
    private final LinkedBlockingQueue<byte[]> others;
    private byte[] next = WAKEUP;

    Port(String name, LinkedBlockingQueue<byte[]> came, LinkedBlockingQueue<byte[]> others) {
      this.name = name;
      this.came = came;
      this.others = others;
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
      byte[] packet = next.length > 0 ? next : came.poll();
      next = WAKEUP;
      if (packet == null || packet.length == 0) return NOTHING;
      System.arraycopy(packet, 0, to, 0, packet.length);
      return packet.length;
    }

    @Override
    public boolean send(byte[] from, int length) {
      others.add(Arrays.copyOf(from, length));
      return true;
    }

    @Override
    public void await(long nanos) throws IOException {
      try {
        byte[] packet = came.poll(nanos, TimeUnit.NANOSECONDS);
        if (packet != null) next = packet;
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void wakeup() {
      came.add(WAKEUP);
    }

    @Override
    public void close() {}
  }

  private final LinkedBlockingQueue<byte[]> toClient = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<byte[]> toServer = new LinkedBlockingQueue<>();
  private final List<TcpSocket> all = new ArrayList<>();

  @Test
  void aSocketThatHasSpokenAndIsIdleTakesLessThanFourKibibytesAndNoProcessor() throws Exception {
    int count = Payload.FULL ? 100_000 : 5_000;
    try (
        TcpStack client = TcpStack.start(new Port("idleclient", toClient, toServer), TcpConfig.DEFAULT,
            List.of(CLIENT));
        TcpStack server = TcpStack.start(new Port("idleserver", toServer, toClient), TcpConfig.DEFAULT,
            List.of(SERVER))) {
      List<TcpServerSocket> listening = new ArrayList<>();
      for (int i = 0; i < PORTS; i++)
        listening.add(server.listen(80 + i));
      open(client, listening, WARM_UP);
      settle(client, server);
      long before = used();
      int earlier = all.size();
      open(client, listening, count);
      settle(client, server);
      long each = (used() - before) / (all.size() - earlier);
      System.out.println("figure: " + each + " bytes for each of " + all.size() + " idle sockets");
      assertThat(each).isLessThan(4096);
      long nanos = processorNanos();
      TimeUnit.SECONDS.sleep(WATCHED_SECONDS);
      nanos = processorNanos() - nanos;
      System.out.printf("figure: %.2f ms of a processor in %d s for %d idle sockets%n", nanos / 1e6, WATCHED_SECONDS,
          all.size());
      assertThat(nanos).isLessThan(WATCHED_SECONDS * 1_000_000 * SHARE);
    }
    assertThat(all).hasSize(2 * (WARM_UP + count));
  }

  /** Opens connections, and has a byte go each way. */
  private void open(TcpStack client, List<TcpServerSocket> listening, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      TcpSocket near = client.connect(new InetSocketAddress(SERVER, 80 + i % PORTS));
      TcpSocket far = listening.get(i % PORTS).accept();
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isOne();
      far.getOutputStream().write(2);
      assertThat(near.getInputStream().read()).isEqualTo(2);
      all.add(near);
      all.add(far);
    }
  }

  /** Waits until the last acknowledgments are through, and no timer is left. */
  private static void settle(TcpStack... stacks) throws InterruptedException {
    for (TcpStack stack : stacks) {
      while (!isQuiet(stack.loop()))
        TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static boolean isQuiet(StackLoop loop) {
    loop.lock().lock();
    try {
      return !loop.engine().hasReady() && loop.engine().nextTimeoutNanos() == PacketEngine.NEVER;
    } finally {
      loop.lock().unlock();
    }
  }

  /** {@return what the threads of the two stacks have used} */
  private static long processorNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long nanos = 0;
    int found = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread == null || !thread.getThreadName().contains("idle")) continue;
      found++;
      nanos += threads.getThreadCpuTime(thread.getThreadId());
    }
    assertThat(found).as("threads of the stacks").isEqualTo(2);
    return nanos;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++)
      System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
