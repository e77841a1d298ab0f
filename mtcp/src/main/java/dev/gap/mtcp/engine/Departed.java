package dev.gap.mtcp.engine;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.LongMap;

/**
 * Connections that are over, remembered for a minute and in bounded number: so that a late copy of the segment that opened
 * one does not open it again, and a peer whose last acknowledgment was lost gets it and not a reset.
 */
final class Departed {
  private static final long MEMORY = TimeUnit.SECONDS.toNanos(60);
  private static final int MOST = 1 << 16;

  /**
   * What is left of a connection.
   *
   * @param finished whether both directions had ended; if not, it was reset
   * @param createdNanos the origin of its timestamps
   */
  record Remains(long id, boolean finished, int seq, int ack, long createdNanos, long forgetAt) {}

  private final LongMap<Remains> byId;
  private final ArrayDeque<Remains> byAge = new ArrayDeque<>();

  Departed(long salt) {
    byId = new LongMap<>(salt);
  }

  void add(long id, boolean finished, int seq, int ack, long createdNanos, long nowNanos) {
    Remains remains = new Remains(id, finished, seq, ack, createdNanos, nowNanos + MEMORY);
    byId.put(id, remains);
    byAge.addLast(remains);
    for (Remains oldest = byAge.peekFirst(); oldest != null; oldest = byAge.peekFirst()) {
      if (byAge.size() <= MOST && oldest.forgetAt - nowNanos > 0) return;
      byAge.removeFirst();
      // the same ID may have come and gone again since
      if (byId.get(oldest.id) == oldest) byId.remove(oldest.id);
    }
  }

  @Nullable
  Remains get(long id, long nowNanos) {
    Remains remains = byId.get(id);
    return remains == null || remains.forgetAt - nowNanos <= 0 ? null : remains;
  }

  int size() {
    return byId.size();
  }
}
