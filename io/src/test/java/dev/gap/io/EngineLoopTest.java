package dev.gap.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.transport.PacketBatch;
import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
final class EngineLoopTest {
  private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
  private static final int PATIENCE_SECONDS = 10;

  /** Notes what it is told; sends back what it receives. */
  private static final class FakeEngine implements PacketEngine {
    final BlockingQueue<Long> timeouts = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    long next = NEVER;
    int toSend;
    long latest = Long.MIN_VALUE;
    boolean ranBackwards;

    private void see(long nowNanos) {
      ranBackwards |= latest != Long.MIN_VALUE && nowNanos - latest < 0;
      latest = nowNanos;
    }

    @Override
    public void receive(PacketBatch packets, long nowNanos) {
      see(nowNanos);
      for (int i = 0; i < packets.size(); i++)
        received.add((int) packets.bytes(i)[0]);
    }

    @Override
    public void pollTransmit(PacketBatch out, long nowNanos) {
      see(nowNanos);
      for (; toSend > 0 && !out.isFull(); toSend--) {
        out.next()[0] = (byte) toSend;
        out.commit(1, PEER);
      }
    }

    @Override
    public long nextTimeoutNanos() {
      return next;
    }

    @Override
    public void onTimeout(long nowNanos) {
      see(nowNanos);
      timeouts.add(nowNanos - next);
      next = NEVER;
    }
  }

  /** Datagrams in memory. */
  private static final class FakePort implements UdpPort {
    final BlockingQueue<Integer> arriving = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> sent = new LinkedBlockingQueue<>();
    final Semaphore wakeups = new Semaphore(0);
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicBoolean broken = new AtomicBoolean();
    final BlockingQueue<Long> waits = new LinkedBlockingQueue<>();
    final AtomicInteger pauses = new AtomicInteger();
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public InetSocketAddress localAddress() {
      return PEER;
    }

    @Override
    public void receive(PacketBatch in) throws IOException {
      if (broken.get()) throw new IOException("broken");
      for (Integer value = 0; !in.isFull() && (value = arriving.poll()) != null;) {
        in.next()[0] = value.byteValue();
        in.commit(1, PEER);
      }
    }

    @Override
    public void send(PacketBatch out) {
      for (int i = 0; i < out.size(); i++)
        sent.add((int) out.bytes(i)[0]);
    }

    @Override
    public long sendErrors() {
      return 0;
    }

    @Override
    public void await(long nanos) {
      waits.add(nanos);
      try {
        if (wakeups.tryAcquire(Math.max(0, nanos), TimeUnit.NANOSECONDS)) wakeups.drainPermits();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void pause(long nanos) {
      pauses.incrementAndGet();
      await(nanos);
    }

    @Override
    public void wakeup() {
      calls.incrementAndGet();
      wakeups.release();
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  private final FakeEngine engine = new FakeEngine();
  private final FakePort port = new FakePort();
  private final AtomicInteger turns = new AtomicInteger();
  private EngineLoop<FakeEngine> loop;

  @BeforeEach
  void start() {
    loop = new EngineLoop<>("test-loop", engine, port, (e, now) -> turns.incrementAndGet());
    loop.start();
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits until everything handed over before has been done. */
  private void settle() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute((e, now) -> done.countDown());
    await(done);
  }

  @Test
  void doesWorkInOrderOnItsOwnThread() throws Exception {
    List<Integer> order = new ArrayList<>();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      loop.execute((e, now) -> order.add(number));
    }
    loop.execute((e, now) -> thread.complete(Thread.currentThread()));
    assertThat(thread.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getName()).isEqualTo("test-loop");
    assertThat(order).hasSize(1000).isSorted();
  }

  @Test
  void givesWorkItsEngineAndTheTime() throws Exception {
    CompletableFuture<Boolean> right = new CompletableFuture<>();
    long before = System.nanoTime();
    loop.execute((e, now) -> right.complete(e == engine && now - before >= 0 && System.nanoTime() - now >= 0));
    assertThat(right.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void doesWorkOfManyThreadsEachInItsOrder() throws Exception {
    int threads = 8;
    int each = 500;
    List<Integer> order = new ArrayList<>();
    List<Thread> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int base = t * each;
      all.add(Thread.ofVirtual().start(() -> {
        for (int i = 0; i < each; i++) {
          int number = base + i;
          loop.execute((e, now) -> order.add(number));
        }
      }));
    }
    for (Thread thread : all)
      thread.join();
    settle();
    assertThat(order).hasSize(threads * each);
    for (int t = 0; t < threads; t++) {
      int from = t * each;
      assertThat(order.stream().filter(n -> n >= from && n < from + each)).isSorted();
    }
  }

  @Test
  void workThatHandsOverMoreIsFollowedByIt() throws Exception {
    CountDownLatch done = new CountDownLatch(3);
    loop.execute((e, now) -> {
      done.countDown();
      loop.execute((e2, now2) -> {
        done.countDown();
        loop.execute((e3, now3) -> done.countDown());
      });
    });
    await(done);
  }

  @Test
  void givesTheEngineWhatArrivesAndSendsWhatItSays() throws Exception {
    for (int i = 0; i < 100; i++)
      port.arriving.add(i);
    port.wakeup();
    for (int i = 0; i < 100; i++)
      assertThat(engine.received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(i);
    loop.execute((e, now) -> e.toSend = 120);
    for (int i = 120; i > 0; i--)
      assertThat(port.sent.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(i);
  }

  @Test
  void callsTheEngineAtItsTimeAndNotBefore() throws Exception {
    for (long delay : new long[]{0, TimeUnit.MILLISECONDS.toNanos(5), TimeUnit.MILLISECONDS.toNanos(80)}) {
      loop.execute((e, now) -> e.next = now + delay);
      Long late = engine.timeouts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(late).isNotNull().isBetween(0L, TimeUnit.SECONDS.toNanos(5));
    }
    assertThat(engine.timeouts).isEmpty();
  }

  @Test
  void callsTheEngineAtATimeThatIsPast() throws Exception {
    loop.execute((e, now) -> e.next = now - TimeUnit.DAYS.toNanos(1));
    assertThat(engine.timeouts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aFloodDoesNotStarveTheTimersAndTheWork() throws Exception {
    AtomicBoolean flood = new AtomicBoolean(true);
    Thread flooder = Thread.ofPlatform().start(() -> {
      while (flood.get()) {
        if (port.arriving.size() < 10_000) port.arriving.add(1);
      }
    });
    try {
      loop.execute((e, now) -> e.next = now + 1);
      assertThat(engine.timeouts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
      settle();
    } finally {
      flood.set(false);
      flooder.join();
    }
  }

  @Test
  void sleepsWhenThereIsNothingToDo() throws Exception {
    settle();
    settle();
    port.waits.clear();
    int before = turns.get();
    assertThat(port.waits.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    assertThat(turns.get() - before).isLessThan(5);
  }

  @Test
  void isNotWokenWhileItIsAwake() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    loop.execute((e, now) -> {
      busy.countDown();
      awaitQuietly(go);
    });
    await(busy);
    int before = port.calls.get();
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 100; i++)
      loop.execute((e, now) -> done.incrementAndGet());
    assertThat(port.calls.get()).isEqualTo(before);
    go.countDown();
    settle();
    assertThat(done).hasValue(100);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void datagramsGatherOnceManyHaveCome() throws Exception {
    for (int i = 0; i < 100; i++)
      port.arriving.add(i);
    port.wakeup();
    for (int i = 0; i < 100; i++)
      assertThat(engine.received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(i);
    settle();
    assertThat(port.pauses).hasValue(0);
    for (int i = 0; i < 400; i++)
      port.arriving.add(i & 0x7F);
    port.wakeup();
    for (int i = 0; i < 400; i++)
      assertThat(engine.received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(i & 0x7F);
    settle();
    assertThat(port.pauses.get()).isPositive();
    // and no longer than they come
    settle();
    int before = port.pauses.get();
    port.waits.clear();
    assertThat(port.waits.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    assertThat(port.pauses).hasValue(before);
  }

  @Test
  void timeNeverRunsBackwards() throws Exception {
    for (int i = 0; i < 200; i++) {
      port.arriving.add(i & 0x7F);
      loop.execute((e, now) -> e.next = now + 1000);
      loop.execute((e, now) -> e.toSend = 1);
    }
    settle();
    CompletableFuture<Boolean> backwards = new CompletableFuture<>();
    loop.execute((e, now) -> backwards.complete(e.ranBackwards));
    assertThat(backwards.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void closingEndsTheThreadAndClosesThePort() {
    assertThat(loop.isRunning()).isTrue();
    loop.close();
    assertThat(loop.isRunning()).isFalse();
    assertThat(port.closed).isTrue();
    loop.close();
  }

  @Test
  void canBeClosedByItsOwnWork() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute((e, now) -> {
      loop.close();
      done.countDown();
    });
    await(done);
    loop.close();
    assertThat(port.closed).isTrue();
  }

  @Test
  void closingKeepsAnInterruptForTheCaller() {
    Thread.currentThread().interrupt();
    loop.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(loop.isRunning()).isFalse();
  }

  @Test
  void aBrokenPortEndsItAndIsClosed() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    loop.execute((e, now) -> {
      Thread.currentThread().setUncaughtExceptionHandler((t, cause) -> ended.countDown());
      thread.complete(Thread.currentThread());
    });
    Thread loopThread = thread.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    port.broken.set(true);
    port.wakeup();
    await(ended);
    loopThread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(loop.isRunning()).isFalse();
    assertThat(port.closed).isTrue();
  }
}
