package dev.gap.tcp.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;

import dev.gap.tcp.engine.wire.Address;

/**
 * A packet put together field by field, without any help of the engine's own writer, so that the two check each other.
 * What is not said is plain: no flags, no options, no payload, a right checksum.
 */
public final class TestPacket {
  private static final int TCP = 6;
  private static final int ICMP = 1;
  private static final int ICMP6 = 58;

  private final Address from;
  private final Address to;
  private int fromPort;
  private int toPort;
  private int sequence;
  private int ack;
  private int flags;
  private int window = 65_535;
  private int urgent;
  private int trafficClass;
  private byte[] options = {};
  private byte[] payload = {};

  private TestPacket(Address from, Address to) {
    this.from = from;
    this.to = to;
  }

  /** {@return a TCP segment} */
  public static TestPacket tcp(Address from, int fromPort, Address to, int toPort) {
    TestPacket packet = new TestPacket(from, to);
    packet.fromPort = fromPort;
    packet.toPort = toPort;
    return packet;
  }

  public TestPacket numbers(int sequenceNumber, int acknowledgment) {
    sequence = sequenceNumber;
    ack = acknowledgment;
    return this;
  }

  public TestPacket flags(int bits) {
    flags = bits;
    return this;
  }

  public TestPacket window(int field) {
    window = field;
    return this;
  }

  public TestPacket urgent(int pointer) {
    urgent = pointer;
    return this;
  }

  public TestPacket trafficClass(int bits) {
    trafficClass = bits;
    return this;
  }

  /** Options as they are to stand there; zeros pad them. */
  public TestPacket options(byte... bytes) {
    options = Arrays.copyOf(bytes, (bytes.length + 3) / 4 * 4);
    return this;
  }

  /** Options as above, in numbers that are easier to read. */
  public TestPacket options(int... bytes) {
    return options(bytes(bytes));
  }

  public TestPacket payload(byte... bytes) {
    payload = bytes;
    return this;
  }

  /** {@return the bytes of an IP packet} */
  public byte[] build() {
    ByteBuffer tcp = ByteBuffer.allocate(20 + options.length + payload.length);
    tcp.putShort((short) fromPort).putShort((short) toPort).putInt(sequence).putInt(ack);
    tcp.putShort((short) (((20 + options.length) / 4) << 12 | flags)).putShort((short) window);
    tcp.putShort((short) 0).putShort((short) urgent).put(options).put(payload);
    byte[] segment = tcp.array();
    int sum = checksum(pseudoHeader(from, to, TCP, segment.length), segment);
    tcp.putShort(16, (short) sum);
    return ip(from, to, TCP, trafficClass, segment);
  }

  /** {@return an IP packet that carries {@code body}} */
  public static byte[] ip(Address from, Address to, int protocol, int trafficClass, byte[] body) {
    byte[] source = raw(from);
    byte[] destination = raw(to);
    if (source.length == 16) {
      return ByteBuffer.allocate(40 + body.length).putInt(6 << 28 | trafficClass << 20).putShort((short) body.length)
          .put((byte) protocol).put((byte) 64).put(source).put(destination).put(body).array();
    }
    ByteBuffer packet = ByteBuffer.allocate(20 + body.length).put((byte) 0x45).put((byte) trafficClass)
        .putShort((short) (20 + body.length)).putInt(0x4000).put((byte) 64).put((byte) protocol).putShort((short) 0)
        .put(source).put(destination);
    packet.putShort(10, (short) checksum(Arrays.copyOf(packet.array(), 20)));
    return packet.put(body).array();
  }

  /**
   * {@return an ICMP message}
   *
   * @param rest of the header: an identifier, an MTU
   */
  public static byte[] icmp(Address from, Address to, int type, int code, int rest, byte[] body) {
    byte[] message = ByteBuffer.allocate(8 + body.length).put((byte) type).put((byte) code).putShort((short) 0)
        .putInt(rest).put(body).array();
    boolean v6 = !from.isV4();
    int protocol = v6 ? ICMP6 : ICMP;
    byte[] pseudo = v6 ? pseudoHeader(from, to, protocol, message.length) : new byte[0];
    ByteBuffer.wrap(message).putShort(2, (short) checksum(pseudo, message));
    return ip(from, to, protocol, 0, message);
  }

  /** {@return what a router answers to a packet that is larger than {@code mtu}} */
  public static byte[] tooBig(Address router, Address sender, byte[] packet, int mtu) {
    byte[] quote = Arrays.copyOf(packet, Math.min(packet.length, sender.isV4() ? 28 : 200));
    return sender.isV4() ? icmp(router, sender, 3, 4, mtu, quote) : icmp(router, sender, 2, 0, mtu, quote);
  }

  static byte[] raw(Address address) {
    return address.toInetAddress().getAddress();
  }

  private static byte[] pseudoHeader(Address from, Address to, int protocol, int length) {
    byte[] source = raw(from);
    byte[] destination = raw(to);
    ByteBuffer header = ByteBuffer.allocate(source.length * 2 + 8);
    return header.put(source).put(destination).putInt(length).putInt(protocol).array();
  }

  /** {@return the checksum of parts one after another, word by word as RFC 1071 section 1 tells it} */
  public static int checksum(byte[]... parts) {
    long sum = 0;
    for (byte[] part : parts) {
      for (int i = 0; i < part.length; i++)
        sum += (part[i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
    }
    while (sum > 0xffff)
      sum = (sum & 0xffff) + (sum >>> 16);
    return (int) ~sum & 0xffff;
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++)
      bytes[i] = (byte) values[i];
    return bytes;
  }
}
