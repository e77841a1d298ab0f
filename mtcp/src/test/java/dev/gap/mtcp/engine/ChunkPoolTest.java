package dev.gap.mtcp.engine;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.wire.SegmentHeader;

import static org.assertj.core.api.Assertions.assertThat;

class ChunkPoolTest {
  private static final int EIGHTH_OF_A_GIGABYTE = (128 << 20) / SegmentHeader.MAX_PAYLOAD;

  private final ChunkPool pool = new ChunkPool();

  @Test
  void whatIsGivenBackIsTakenAgain() {
    byte[] chunk = pool.take();
    pool.give(chunk);
    assertThat(pool.take()).isSameAs(chunk);
  }

  @Test
  void connectionsAreToBeModestWhileMuchIsInUse() {
    List<byte[]> taken = new ArrayList<>();
    while (taken.size() < EIGHTH_OF_A_GIGABYTE) {
      assertThat(pool.isPlentiful()).isTrue();
      taken.add(pool.take());
    }
    assertThat(pool.isPlentiful()).isFalse();
    pool.give(taken.removeLast());
    assertThat(pool.isPlentiful()).isTrue();
  }
}
