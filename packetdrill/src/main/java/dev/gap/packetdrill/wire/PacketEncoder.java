package dev.gap.packetdrill.wire;

import java.nio.ByteBuffer;

/** Puts packets together, with checksums. */
public final class PacketEncoder {
  static final int TCP = 6;
  static final int ICMP = 1;
  static final int ICMP_V6 = 58;

  private PacketEncoder() {}

  /** {@return the bytes of {@code packet}, which is TCP or ICMP} */
  public static byte[] encode(Packet packet) {
    return switch (packet) {
      case Packet.Tcp tcp -> withChecksum(tcp.ip(), TCP, tcp(tcp), 16);
      case Packet.Icmp icmp -> withChecksum(icmp.ip(), icmp.ip().v6() ? ICMP_V6 : ICMP, icmp(icmp), 2);
      case Packet.Other other -> throw new IllegalArgumentException("protocol " + other.protocol());
    };
  }

  private static byte[] withChecksum(IpHeader ip, int protocol, byte[] message, int checksumAt) {
    long sum = protocol == ICMP
        ? 0
        : Checksum.pseudoHeader(ip.source().getAddress(), ip.destination().getAddress(), protocol, message.length);
    ByteBuffer.wrap(message).putShort(checksumAt, (short) Checksum.fold(Checksum.add(sum, message, 0, message.length)));
    byte[] header = header(ip, protocol, message.length);
    return ByteBuffer.allocate(header.length + message.length).put(header).put(message).array();
  }

  /** {@return an IP header before {@code length} bytes of {@code protocol}} */
  public static byte[] header(IpHeader ip, int protocol, int length) {
    if (ip.v6()) {
      return ByteBuffer.allocate(40).putInt(6 << 28 | ip.trafficClass() << 20 | ip.flowLabel()).putShort((short) length)
          .put((byte) protocol).put((byte) ip.ttl()).put(ip.source().getAddress()).put(ip.destination().getAddress())
          .array();
    }
    ByteBuffer header = ByteBuffer.allocate(20).put((byte) 0x45).put((byte) ip.trafficClass())
        .putShort((short) (20 + length)).putShort((short) 0).putShort((short) (ip.dontFragment() ? 0x4000 : 0))
        .put((byte) ip.ttl()).put((byte) protocol).putShort((short) 0).put(ip.source().getAddress())
        .put(ip.destination().getAddress());
    header.putShort(10, (short) Checksum.fold(Checksum.add(0, header.array(), 0, 20)));
    return header.array();
  }

  /** {@return a segment with no checksum} */
  static byte[] tcp(Packet.Tcp tcp) {
    int options = (tcp.optionLength() + 3) & ~3;
    if (options > 40) throw new IllegalArgumentException(options + " bytes of TCP options");
    ByteBuffer out = ByteBuffer.allocate(20 + options + tcp.payload().length);
    out.putShort((short) tcp.sourcePort()).putShort((short) tcp.destinationPort());
    out.putInt((int) tcp.sequence()).putInt((int) tcp.ack());
    out.putShort((short) (((20 + options) / 4) << 12 | tcp.reserved() << 9 | tcp.flags()));
    out.putShort((short) tcp.window()).putShort((short) 0).putShort((short) tcp.urgent());
    for (Packet.Option option : tcp.options()) {
      out.put((byte) option.kind());
      if (option.kind() > 1) out.put((byte) option.length()).put(option.content());
    }
    out.position(20 + options);
    return out.put(tcp.payload()).array();
  }

  private static byte[] icmp(Packet.Icmp icmp) {
    return ByteBuffer.allocate(8 + icmp.payload().length).put((byte) icmp.type()).put((byte) icmp.code())
        .putShort((short) 0).putInt((int) icmp.rest()).put(icmp.payload()).array();
  }
}
