package dev.gap.tcp.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.gap.tcp.engine.connection.PacketSlot;

/** What an interface does with a packet that is a run of segments: it cuts and sums, as drivers do. */
final class Offload {
  private static final int FIN_AND_PSH = 0x009;
  private static final int CWR = 0x080;

  private Offload() {}

  /** {@return the packets that go out} */
  static List<byte[]> cut(byte[] run, PacketSlot slot) {
    int headers = slot.headers();
    int payload = run.length - headers;
    int each = slot.segmentBytes() == 0 ? Math.max(1, payload) : slot.segmentBytes();
    List<byte[]> parts = new ArrayList<>();
    int at = 0;
    do {
      int length = Math.min(each, payload - at);
      byte[] part = Arrays.copyOf(run, headers + length);
      System.arraycopy(run, headers + at, part, headers, length);
      complete(part, slot.tcpOffset(), at, parts.size(), at + length == payload);
      parts.add(part);
      at += length;
    } while (at < payload);
    return parts;
  }

  private static void complete(byte[] part, int tcp, int at, int index, boolean last) {
    ByteBuffer packet = ByteBuffer.wrap(part);
    packet.putInt(tcp + 4, packet.getInt(tcp + 4) + at);
    int flags = packet.getShort(tcp + 12);
    if (!last) flags &= ~FIN_AND_PSH;
    if (index > 0) flags &= ~CWR;
    packet.putShort(tcp + 12, (short) flags);
    boolean v6 = part[0] >>> 4 == 6;
    int length = part.length - tcp;
    if (v6) {
      packet.putShort(4, (short) length);
    } else {
      packet.putShort(2, (short) part.length).putShort(4, (short) (packet.getShort(4) + index));
      packet.putShort(10, (short) 0);
      packet.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(part, tcp)));
    }
    byte[] addresses = Arrays.copyOfRange(part, v6 ? 8 : 12, v6 ? 40 : 20);
    byte[] rest = ByteBuffer.allocate(8).putInt(length).putInt(6).array();
    packet.putShort(tcp + 16, (short) 0);
    int sum = TestPacket.checksum(addresses, rest, Arrays.copyOfRange(part, tcp, part.length));
    packet.putShort(tcp + 16, (short) sum);
  }
}
