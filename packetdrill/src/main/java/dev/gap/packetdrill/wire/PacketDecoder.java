package dev.gap.packetdrill.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes packets apart, strict about lengths and checksums: what a stack sends has to be right. */
public final class PacketDecoder {
  private PacketDecoder() {}

  /** {@return the packet that {@code bytes} are} */
  public static Packet decode(byte[] bytes) throws WireException {
    if (bytes.length < 1) throw new WireException("an empty packet");
    int version = bytes[0] >> 4 & 15;
    return switch (version) {
      case 4 -> v4(bytes);
      case 6 -> v6(bytes);
      default -> throw new WireException("IP version " + version);
    };
  }

  private static Packet v4(byte[] bytes) throws WireException {
    require(bytes.length >= 20, "an IPv4 header of " + bytes.length + " bytes");
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int headerLength = (bytes[0] & 15) * 4;
    int total = in.getShort(2) & 0xffff;
    require(headerLength >= 20 && headerLength <= total, "IPv4 header length " + headerLength);
    require(total == bytes.length, "IPv4 total length " + total + " in a packet of " + bytes.length + " bytes");
    require(Checksum.fold(Checksum.add(0, bytes, 0, headerLength)) == 0, "a wrong IPv4 header checksum");
    int fragment = in.getShort(6) & 0xffff;
    require((fragment & 0x3fff) == 0, "a fragment");
    IpHeader ip = new IpHeader(address(bytes, 12, 4), address(bytes, 16, 4), bytes[1] & 0xff, bytes[8] & 0xff, 0,
        (fragment & 0x4000) != 0);
    return message(ip, bytes[9] & 0xff, Arrays.copyOfRange(bytes, headerLength, bytes.length));
  }

  private static Packet v6(byte[] bytes) throws WireException {
    require(bytes.length >= 40, "an IPv6 header of " + bytes.length + " bytes");
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int length = in.getShort(4) & 0xffff;
    require(length == bytes.length - 40,
        "IPv6 payload length " + length + " in a packet of " + bytes.length + " bytes");
    IpHeader ip = new IpHeader(address(bytes, 8, 16), address(bytes, 24, 16), in.getInt(0) >>> 20 & 0xff,
        bytes[7] & 0xff, in.getInt(0) & 0xf_ffff, true);
    return message(ip, bytes[6] & 0xff, Arrays.copyOfRange(bytes, 40, bytes.length));
  }

  private static Packet message(IpHeader ip, int protocol, byte[] message) throws WireException {
    return switch (protocol) {
      case PacketEncoder.TCP -> tcp(ip, message);
      case PacketEncoder.ICMP, PacketEncoder.ICMP_V6 -> icmp(ip, protocol, message);
      default -> new Packet.Other(ip, protocol);
    };
  }

  private static Packet tcp(IpHeader ip, byte[] message) throws WireException {
    require(message.length >= 20, "a TCP header of " + message.length + " bytes");
    long sum = Checksum.pseudoHeader(ip.source().getAddress(), ip.destination().getAddress(), PacketEncoder.TCP,
        message.length);
    require(Checksum.fold(Checksum.add(sum, message, 0, message.length)) == 0, "a wrong TCP checksum");
    ByteBuffer in = ByteBuffer.wrap(message);
    int word = in.getShort(12) & 0xffff;
    int headerLength = (word >> 12) * 4;
    require(headerLength >= 20 && headerLength <= message.length, "TCP data offset " + headerLength / 4);
    return new Packet.Tcp(ip, in.getShort(0) & 0xffff, in.getShort(2) & 0xffff, in.getInt(4) & 0xffff_ffffL,
        in.getInt(8) & 0xffff_ffffL, word & 0x1ff, word >> 9 & 7, in.getShort(14) & 0xffff, in.getShort(18) & 0xffff,
        options(message, headerLength), Arrays.copyOfRange(message, headerLength, message.length));
  }

  /** Bytes after an end of options are options again, as scripts write them. */
  private static List<Packet.Option> options(byte[] message, int end) throws WireException {
    List<Packet.Option> options = new ArrayList<>();
    int at = 20;
    while (at < end) {
      int kind = message[at] & 0xff;
      int length = kind <= 1 ? 1 : at + 1 < end ? message[at + 1] & 0xff : 0;
      require(length >= (kind <= 1 ? 1 : 2) && at + length <= end, "TCP option " + kind + " of a wrong length");
      options.add(new Packet.Option(kind, kind <= 1 ? new byte[0] : Arrays.copyOfRange(message, at + 2, at + length)));
      at += length;
    }
    return options;
  }

  private static Packet icmp(IpHeader ip, int protocol, byte[] message) throws WireException {
    require(message.length >= 8, "an ICMP header of " + message.length + " bytes");
    long sum = protocol == PacketEncoder.ICMP
        ? 0
        : Checksum.pseudoHeader(ip.source().getAddress(), ip.destination().getAddress(), protocol, message.length);
    require(Checksum.fold(Checksum.add(sum, message, 0, message.length)) == 0, "a wrong ICMP checksum");
    return new Packet.Icmp(ip, message[0] & 0xff, message[1] & 0xff,
        ByteBuffer.wrap(message).getInt(4) & 0xffff_ffffL, Arrays.copyOfRange(message, 8, message.length));
  }

  private static InetAddress address(byte[] bytes, int from, int length) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + length));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + length + " bytes", e);
    }
  }

  private static void require(boolean condition, String otherwise) throws WireException {
    if (!condition) throw new WireException(otherwise);
  }
}
