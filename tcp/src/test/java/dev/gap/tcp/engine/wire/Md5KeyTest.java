package dev.gap.tcp.engine.wire;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Signatures of RFC 2385. That another implementation makes the same: the scripts {@code wire/md5-*.pkt}. */
class Md5KeyTest {
  private static final int PAYLOAD = 100;

  private final Md5Key key = new Md5Key("ours".getBytes(US_ASCII));
  private final IpPacket ip = new IpPacket();
  private final Segment segment = new Segment();

  private static Address local(boolean v6) {
    return v6 ? new Address(0x2001_0db8_0000_0000L, 1) : Address.v4(0x0a00_0001);
  }

  private static Address remote(boolean v6) {
    return v6 ? new Address(0x2001_0db8_0000_0000L, 2) : Address.v4(0x0a00_0002);
  }

  private byte[] signed(boolean v6, boolean summed) {
    SegmentWriter writer = new SegmentWriter(Options.Order.LINUX);
    byte[] packet = new byte[200];
    SegmentWriter.Frame frame = new SegmentWriter.Frame(local(v6), remote(v6), 179, 50_000, 0, 64, true, key);
    int at = writer.begin(packet, 0, frame, 0, 1, 2, Flags.ACK | Flags.PSH, 1000, 0, new Options().clear());
    for (int i = 0; i < PAYLOAD; i++)
      packet[at + i] = (byte) i;
    int length = writer.finish(PAYLOAD, summed);
    return Arrays.copyOf(packet, length);
  }

  private boolean isTaken(byte[] packet, Md5Key with) {
    return ip.parse(packet, 0, packet.length, false) && segment.parse(ip, false) && with.matches(segment);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatOneSecretSignedOnlyItTakes(boolean v6) {
    byte[] packet = signed(v6, true);
    assertThat(isTaken(packet, key)).isTrue();
    assertThat(isTaken(packet, new Md5Key("ours".getBytes(US_ASCII)))).isTrue();
    assertThat(isTaken(packet, new Md5Key("others".getBytes(US_ASCII)))).isFalse();
  }

  /** The sum is completed after the signature, perhaps by the device. */
  @Test
  void theChecksumDoesNotCount() {
    assertThat(isTaken(signed(false, false), key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyBitOfAddressesPortsNumbersDataAndSignatureCounts(boolean v6) {
    byte[] packet = signed(v6, true);
    int tcp = v6 ? 40 : 20;
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      int at = random.nextInt(v6 ? 8 : 12, packet.length);
      boolean sum = at == tcp + 16 || at == tcp + 17;
      // where the header ends, and options that are no signature, make other segments of it
      boolean shape = at == tcp + 12 || (at >= tcp + 20 && at < tcp + 24);
      if (sum || shape) continue;
      byte[] damaged = packet.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(isTaken(damaged, key)).as("byte " + at).isFalse();
    }
  }

  @Test
  void aSegmentWithoutSignatureMatchesNothing() {
    SegmentWriter writer = new SegmentWriter(Options.Order.FREEBSD);
    byte[] packet = new byte[40];
    SegmentWriter.Frame frame = new SegmentWriter.Frame(local(false), remote(false), 179, 50_000, 0, 64, true);
    writer.begin(packet, 0, frame, 0, 1, 2, Flags.ACK, 1000, 0, new Options().clear());
    writer.finish(0, true);
    assertThat(isTaken(packet, key)).isFalse();
    assertThat(segment.isSigned()).isFalse();
  }

  @Test
  void aSecretHasAtLeastAByte() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Md5Key(new byte[0]));
  }
}
