package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.WindowPolicy.Fixed;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketEngine;

import static dev.gap.mtcp.engine.TestSegment.data;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

final class SegmentWriterTest {
  private static final long MS = 1_000_000;
  private static final long CREATED = 1000 * MS;
  private static final int WINDOW = 1000;
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("203.0.113.1", 1111);

  private final ChunkPool pool = new ChunkPool();
  private final Receiver receiver = new Receiver(pool, new ReceiveWindow(new Fixed(WINDOW)));
  private final AckSchedule acks = new AckSchedule();
  private final Migration migration = new Migration();
  private final SegmentWriter writer = writer(false);
  private final byte[] out = new byte[SegmentHeader.MAX_DATAGRAM];

  @Test
  void anAcknowledgmentTellsWhatHasComeAndWhen() {
    receive(0, 1, 3);
    TestSegment sent = read(writer.pure(out, 7, CREATED + 42 * MS));
    assertThat(sent.seq()).isEqualTo(7);
    assertThat(sent.ack()).isEqualTo(2);
    assertThat(sent.sack()).containsExactly(3, 3);
    assertThat(sent.tsVal()).isEqualTo(42);
    assertThat(sent.tsEcr()).isEqualTo(1000);
    assertThat(sent.window()).isEqualTo(WINDOW - 2);
    assertThat(sent.flags()).isEqualTo(SegmentHeader.ACK);
    assertThat(sent.data()).isEmpty();
  }

  @Test
  void whatWasAcknowledgedIsOwedNoMore() {
    acks.requestNow(CREATED);
    writer.pure(out, 0, CREATED);
    assertThat(acks.due()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void everyAcknowledgmentTellsTheWindow() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 300; i++)
        receive((int) receiver.next());
      writer.pure(out, 0, CREATED);
      receiver.read(new byte[300], 0, 300);
      assertThat(receiver.shouldUpdateWindow()).isTrue();
      if (round == 0) writer.pure(out, 0, CREATED);
      else writer.numbered(out, sender("x"), 0, CREATED);
      assertThat(receiver.shouldUpdateWindow()).isFalse();
    }
  }

  @Test
  void dataLeavesRoomForFewSackBlocksAndTheRestIsStillOwed() {
    receive(2, 4, 6);
    writer.setMaxDatagram(SegmentHeader.BYTES + 5 + 2 * SegmentHeader.SACK_BLOCK + 7);
    Sender sender = sender("hello");
    acks.requestNow(CREATED);
    TestSegment sent = read(writer.numbered(out, sender, 0, CREATED));
    assertThat(new String(sent.data(), UTF_8)).isEqualTo("hello");
    assertThat(sent.sack()).hasSize(2 * 2);
    assertThat(acks.due()).isEqualTo(CREATED);
    writer.setMaxDatagram(SegmentHeader.MAX_DATAGRAM);
    assertThat(read(writer.numbered(out, sender, 0, CREATED)).sack()).hasSize(3 * 2);
    assertThat(acks.due()).isEqualTo(PacketEngine.NEVER);
  }

  @Test
  void aPureAcknowledgmentHas128SackBlocksAtMostAndNoMoreThanFitIntoADatagram() {
    for (int i = 0; i < 200; i++)
      receive(2 + 2 * i);
    assertThat(read(writer.pure(out, 0, CREATED)).sack()).hasSize(128 * 2);
    writer.setMaxDatagram(SegmentHeader.BYTES + 10 * SegmentHeader.SACK_BLOCK);
    assertThat(read(writer.pure(out, 0, CREATED)).sack()).hasSize(10 * 2);
  }

  @Test
  void noDatagramIsLargerThanTheWireAllows() {
    writer.setMaxDatagram(9000);
    assertThat(writer.maxPayload()).isEqualTo(SegmentHeader.MAX_PAYLOAD);
    writer.setMaxDatagram(600);
    assertThat(writer.maxPayload()).isEqualTo(600 - SegmentHeader.BYTES);
  }

  @Test
  void whileAnAddressIsChallengedOnlyTheChallengeTellsItsTime() {
    long now = CREATED + 100 * MS;
    migration.onOther(ELSEWHERE, true, 0, 1000, now);
    assertThat(migration.pollChallenge(SegmentHeader.BYTES, writer.challengeTsVal(now), now)).isEqualTo(ELSEWHERE);
    TestSegment challenge = read(writer.challenge(out, 4, now));
    assertThat(challenge.seq()).isEqualTo(4);
    assertThat(challenge.tsVal()).isEqualTo(101);
    assertThat(read(writer.pure(out, 5, now + 50 * MS)).tsVal()).isEqualTo(100);
  }

  @Test
  void aChallengeDoesNotCountAsAnAcknowledgment() {
    receive(0);
    acks.requestNow(CREATED);
    TestSegment challenge = read(writer.challenge(out, 4, CREATED));
    assertThat(challenge.ack()).isEqualTo(1);
    assertThat(acks.due()).isEqualTo(CREATED);
  }

  @Test
  void everySegmentOfAMarkedConnectionBearsTheMark() {
    SegmentWriter marked = writer(true);
    assertThat(read(marked.pure(out, 0, CREATED)).has(SegmentHeader.RSV)).isTrue();
    assertThat(read(marked.reset(out, 0, CREATED)).flags())
        .isEqualTo(SegmentHeader.RST | SegmentHeader.ACK | SegmentHeader.RSV);
    assertThat(read(writer.reset(out, 0, CREATED)).flags()).isEqualTo(SegmentHeader.RST | SegmentHeader.ACK);
  }

  private SegmentWriter writer(boolean marked) {
    return new SegmentWriter(TestSegment.ID, marked, receiver, acks, migration, CREATED);
  }

  private Sender sender(String data) {
    Sender sender = new Sender(pool, CREATED);
    byte[] bytes = data.getBytes(UTF_8);
    sender.write(bytes, 0, bytes.length, SegmentHeader.MAX_PAYLOAD, 1 << 20);
    return sender;
  }

  private void receive(int... numbers) {
    for (int seq : numbers)
      receiver.receive(data(seq, "x").withTs(1000 + seq, 0).view(), CREATED);
  }

  private TestSegment read(int length) {
    return TestSegment.read(out, length);
  }
}
