package dev.gap.proxy;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Something done on a virtual thread while the test goes on, and what became of it. */
final class Background<T> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FutureTask<T> task;
  private final Thread thread;

  private Background(Callable<T> work) {
    task = new FutureTask<>(work);
    thread = Thread.ofVirtual().start(task);
  }

  static <T> Background<T> of(Callable<T> work) {
    return new Background<>(work);
  }

  static Background<Boolean> run(ThrowingCallable work) {
    return new Background<>(() -> {
      try {
        work.call();
        return true;
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    });
  }

  /** {@return its result} What it throws is thrown here. */
  T get() throws Exception {
    try {
      return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) throw cause;
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("not done in " + PATIENCE, e);
    }
  }

  boolean isDone() { return task.isDone(); }

  /** Waits until its thread waits for something. */
  void awaitBlocked() throws InterruptedException {
    // no thread tells when another begins to wait: looking is the only way
    while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
      if (task.isDone()) throw new AssertionError("it is done already");
      boolean ended = thread.join(Duration.ofMillis(1));
      if (ended) throw new AssertionError("it has ended already");
    }
  }

  /** {@return whether it is done within {@code time}} */
  boolean isDoneWithin(Duration time) throws InterruptedException {
    return thread.join(time);
  }

  /** Gives the others a moment, so that what must not happen has had the time to. */
  static void moment() throws InterruptedException {
    try {
      new CompletableFuture<Boolean>().get(50, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // the moment is over
    }
  }
}
