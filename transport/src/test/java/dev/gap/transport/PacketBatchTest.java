package dev.gap.transport;

import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

final class PacketBatchTest {
  private static final InetSocketAddress ALICE = InetSocketAddress.createUnresolved("alice", 1);
  private static final InetSocketAddress BOB = InetSocketAddress.createUnresolved("bob", 2);

  private final PacketBatch batch = new PacketBatch(2, 100);

  @Test
  void aNewBatchIsEmpty() {
    assertThat(batch.size()).isZero();
    assertThat(batch.capacity()).isEqualTo(2);
    assertThat(batch.isFull()).isFalse();
    assertThat(batch.next()).hasSize(100);
  }

  @Test
  void whatIsWrittenAndCommittedIsHeldInOrder() {
    batch.next()[0] = 1;
    batch.commit(10, ALICE);
    batch.next()[0] = 2;
    batch.commit(20, BOB);

    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.isFull()).isTrue();
    assertThat(batch.bytes(0)[0]).isEqualTo((byte) 1);
    assertThat(batch.length(0)).isEqualTo(10);
    assertThat(batch.peer(0)).isEqualTo(ALICE);
    assertThat(batch.bytes(1)[0]).isEqualTo((byte) 2);
    assertThat(batch.length(1)).isEqualTo(20);
    assertThat(batch.peer(1)).isEqualTo(BOB);
  }

  @Test
  void whatIsNotCommittedDoesNotCount() {
    byte[] buffer = batch.next();
    buffer[0] = 9;
    assertThat(batch.size()).isZero();
    assertThat(batch.next()).isSameAs(buffer);
  }

  @Test
  void aClearedBatchIsFilledAgainWithTheSameBuffers() {
    byte[] first = batch.next();
    batch.commit(10, ALICE);
    batch.clear();

    assertThat(batch.size()).isZero();
    assertThat(batch.next()).isSameAs(first);
    batch.commit(30, BOB);
    assertThat(batch.length(0)).isEqualTo(30);
    assertThat(batch.peer(0)).isEqualTo(BOB);
  }

  @Test
  void aDatagramThatIsNotThereCannotBeRead() {
    batch.commit(10, ALICE);
    batch.commit(10, ALICE);
    batch.clear();
    batch.commit(10, ALICE);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.bytes(1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.length(1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.peer(1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.bytes(-1));
  }
}
