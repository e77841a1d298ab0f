package dev.gap.mtcp.engine.secure;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketEngine;

import static org.assertj.core.api.Assertions.assertThat;

class KeyRingTest {
  private static final long REQUEST_AGAIN = TimeUnit.MILLISECONDS.toNanos(300);

  private final KeyRing keys = new KeyRing(SessionConfig.Limits.DEFAULT);

  private static Epoch epoch(int id, long now) {
    return new Epoch(Suite.AES_256_GCM, new RootKeys(Handshakes.KEY), false, id, id, new byte[96], 1L << 30, now);
  }

  @Test
  void aServerRepeatsItsRequestForNewKeysAFewTimes() {
    keys.adopt(epoch(1, 0), 0);
    long now = keys.requestDue();
    assertThat(keys.pollRequest(now - 1)).isFalse();
    for (int i = 0; i < 8; i++) {
      assertThat(keys.pollRequest(now)).as("request %d", i).isTrue();
      assertThat(keys.pollRequest(now + REQUEST_AGAIN - 1)).isFalse();
      now += REQUEST_AGAIN;
    }
    assertThat(keys.pollRequest(now)).isFalse();
    assertThat(keys.requestDue()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void newKeysEndTheRequests() {
    keys.adopt(epoch(1, 0), 0);
    long now = keys.requestDue();
    assertThat(keys.pollRequest(now)).isTrue();
    keys.adopt(epoch(2, now), now);
    assertThat(keys.pollRequest(now + REQUEST_AGAIN)).isFalse();
  }
}
