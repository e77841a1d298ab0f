package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.gap.transport.PacketBatch;

import static org.assertj.core.api.Assertions.assertThat;

final class SealerTest {
  private static final int SIZE = 1200;
  private static final int ROOM = 2048;
  private static final InetSocketAddress PEER = new InetSocketAddress("203.0.113.1", 1111);
  private static final InetSocketAddress OTHER = new InetSocketAddress("203.0.113.2", 2222);

  private final ControlQueue control = new ControlQueue();
  private final Sealer sealer = new Sealer(control, new Fragments());
  private final Handshakes.Pair keys = Handshakes.pair(Handshakes.config(new Identity.None()),
      Handshakes.config(new Identity.None()), new SplittableRandom(4));
  private final PacketBatch out = new PacketBatch(4, ROOM);

  @Test
  void aSegmentGoesToThePeerAsItIs() {
    byte[] plain = plain(SIZE - Epoch.OVERHEAD);
    byte[] within = new byte[plain.length + 9];
    System.arraycopy(plain, 0, within, 4, plain.length);
    sealer.sealSegment(keys.client(), within, 4, plain.length, out, SIZE, PEER);
    assertThat(out.size()).isOne();
    assertThat(out.peer(0)).isEqualTo(PEER);
    assertThat(out.length(0)).isEqualTo(SIZE);
    assertThat(opened(0)).isEqualTo(plain);
    assertThat(control.isEmpty()).isTrue();
  }

  @Test
  void aSegmentThatThePathDoesNotCarryGoesInParts() {
    byte[] plain = plain(SIZE - Epoch.OVERHEAD + 1);
    sealer.sealSegment(keys.client(), plain, 0, plain.length, out, SIZE, PEER);
    assertThat(out.size()).as("its parts wait").isZero();
    sealer.sealControl(keys.client(), out, SIZE, PEER);
    assertThat(out.size()).isEqualTo(2);
    Fragments received = new Fragments();
    byte[] whole = null;
    for (int i = 0; i < 2; i++) {
      assertThat(out.peer(i)).isEqualTo(PEER);
      assertThat(out.length(i)).isLessThanOrEqualTo(SIZE);
      byte[] part = opened(i);
      whole = received.join(part, Control.HEADER, part.length - Control.HEADER);
    }
    assertThat(whole).isEqualTo(plain);
  }

  @Test
  void aLongControlMessageGoesInPartsToThePeerButAProbeGoesWhole() {
    control.add(Control.message(Control.DATAGRAM, plain(SIZE)), OTHER);
    control.add(Control.probe(1, SIZE), OTHER);
    sealer.sealControl(keys.client(), out, SIZE, PEER);
    assertThat(out.size()).isEqualTo(3);
    assertThat(out.peer(0)).isEqualTo(OTHER);
    assertThat(out.length(0)).as("the probe").isEqualTo(SIZE + Epoch.OVERHEAD);
    assertThat(opened(1)[Control.HEADER - 1]).isEqualTo((byte) Control.FRAGMENT);
    assertThat(out.peer(1)).isEqualTo(PEER);
  }

  @Test
  void controlMessagesGoWhereTheyAreMeantAndWaitForRoom() {
    for (int i = 0; i < 6; i++)
      control.add(Control.message(Control.RESET, i), i == 0 ? OTHER : PEER);
    sealer.sealControl(keys.client(), out, SIZE, PEER);
    assertThat(out.size()).isEqualTo(4);
    assertThat(out.peer(0)).isEqualTo(OTHER);
    assertThat(out.peer(1)).isEqualTo(PEER);
    assertThat(Bytes.getLong(opened(3), Control.HEADER)).isEqualTo(3);
    assertThat(Objects.requireNonNull(control.poll()).plain()).isEqualTo(Control.message(Control.RESET, 4));
  }

  @Test
  void spentKeysSealNothingMore() {
    control.add(Control.message(Control.REKEY_REQUEST), PEER);
    keys.client().erase();
    sealer.sealSegment(keys.client(), plain(10), 0, 10, out, SIZE, PEER);
    sealer.sealControl(keys.client(), out, SIZE, PEER);
    assertThat(out.size()).isZero();
    assertThat(control.isEmpty()).isFalse();
  }

  private byte[] opened(int i) {
    byte[] datagram = Arrays.copyOf(out.bytes(i), out.length(i));
    Handshakes.unmask(datagram, datagram.length, true);
    byte[] plain = new byte[ROOM];
    int length = keys.server().open(datagram, datagram.length, plain, 0);
    assertThat(length).as("it opens").isNotNegative();
    return Arrays.copyOf(plain, length);
  }

  private static byte[] plain(int length) {
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    return plain;
  }
}
