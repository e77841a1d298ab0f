package dev.gap.tcp.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes packets whole again that were changed. */
final class Sums {
  private Sums() {}

  /** Sets lengths and checksums of an IP packet that carries TCP. {@return the same packet} */
  static byte[] complete(byte[] packet, int header) {
    ByteBuffer bytes = ByteBuffer.wrap(packet);
    boolean v6 = header == 40;
    int length = packet.length - header;
    if (v6) {
      bytes.putShort(4, (short) length);
    } else {
      bytes.putShort(2, (short) packet.length).putShort(10, (short) 0);
      bytes.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(packet, header)));
    }
    byte[] addresses = Arrays.copyOfRange(packet, v6 ? 8 : 12, header);
    byte[] rest = ByteBuffer.allocate(8).putInt(length).putInt(6).array();
    bytes.putShort(header + 16, (short) 0);
    int sum = TestPacket.checksum(addresses, rest, Arrays.copyOfRange(packet, header, packet.length));
    bytes.putShort(header + 16, (short) sum);
    return packet;
  }
}
