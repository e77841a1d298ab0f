package dev.gap.tcp.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts packets into fragments, as a router (RFC 791 section 3.2) or a sender (RFC 8200 section 4.5) does. */
public final class Cut {
  private static final int V4_HEADER = 20;
  private static final int V6_HEADER = 40;

  private Cut() {}

  /** {@return the fragments of a packet} All but the last hold {@code size} bytes, which is a multiple of eight. */
  public static List<byte[]> into(int size, int id, byte[] packet) {
    boolean v6 = packet[0] >>> 4 == 6;
    int header = v6 ? V6_HEADER : V4_HEADER;
    List<byte[]> fragments = new ArrayList<>();
    for (int at = 0; at < packet.length - header; at += size) {
      int length = Math.min(size, packet.length - header - at);
      boolean more = header + at + length < packet.length;
      fragments.add(fragment(packet, at, length, more, id));
    }
    return fragments;
  }

  /** {@return {@code length} bytes of what a packet carries, from {@code at} on} */
  public static byte[] fragment(byte[] packet, int at, int length, boolean more, int id) {
    boolean v6 = packet[0] >>> 4 == 6;
    int header = v6 ? V6_HEADER : V4_HEADER;
    byte[] data = Arrays.copyOfRange(packet, header + at, header + at + length);
    if (v6) {
      ByteBuffer made = ByteBuffer.allocate(V6_HEADER + 8 + length).put(packet, 0, V6_HEADER);
      made.put(packet[6]).put((byte) 0).putShort((short) (at | (more ? 1 : 0))).putInt(id).put(data);
      made.putShort(4, (short) (8 + length)).put(6, (byte) 44);
      return made.array();
    }
    ByteBuffer made = ByteBuffer.allocate(V4_HEADER + length).put(packet, 0, V4_HEADER).put(data);
    made.putShort(2, (short) (V4_HEADER + length)).putShort(4, (short) id)
        .putShort(6, (short) (at / 8 | (more ? 0x2000 : 0))).putShort(10, (short) 0);
    made.putShort(10, (short) TestPacket.checksum(Arrays.copyOf(made.array(), V4_HEADER)));
    return made.array();
  }
}
