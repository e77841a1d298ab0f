package dev.gap.tcp.engine.wire;

import org.jspecify.annotations.Nullable;

/**
 * Writes IP and TCP headers around payloads. {@link #begin} says where the payload goes, the caller puts it there, and
 * {@link #finish} completes the lengths and sums. The IPv4 identification counts up, for networks that ignore DF.
 */
public final class SegmentWriter {
  public static final int V4_HEADER = 20;
  public static final int V6_HEADER = 40;
  private static final int DONT_FRAGMENT = 0x4000;

  private final Options.Order order;
  private byte[] bytes = new byte[0];
  private int start;
  private int tcp;
  private int payload;
  private Address source = Address.v4(0);
  private Address destination = Address.v4(0);
  private @Nullable Md5Key key;
  private int signatureAt;
  private int identification;

  public SegmentWriter(Options.Order order) {
    this.order = order;
  }

  /**
   * What is the same for all segments of a connection.
   *
   * @param trafficClass without ECN
   * @param key what every segment is signed with, and those of the peer have to be; null for none
   */
  public record Frame(Address local, Address remote, int localPort, int remotePort, int trafficClass, int hopLimit,
      boolean dontFragment, @Nullable Md5Key key) {
    /** A frame of segments that are not signed. */
    public Frame(Address local, Address remote, int localPort, int remotePort, int trafficClass, int hopLimit,
        boolean dontFragment) {
      this(local, remote, localPort, remotePort, trafficClass, hopLimit, dontFragment, null);
    }

    /** {@return what goes back to where a segment came from} */
    public static Frame answering(Segment segment, int trafficClass, int hopLimit, boolean dontFragment) {
      Address local = segment.ip().destination();
      Address remote = segment.ip().source();
      return new Frame(local, remote, segment.destinationPort(), segment.sourcePort(), trafficClass, hopLimit,
          dontFragment);
    }

    /** {@return this with another traffic class and hop limit} */
    public Frame withTraffic(int otherClass, int otherHopLimit) {
      return new Frame(local, remote, localPort, remotePort, otherClass, otherHopLimit, dontFragment, key);
    }

    /** {@return this with another key, null for none} */
    public Frame withKey(@Nullable Md5Key other) {
      return new Frame(local, remote, localPort, remotePort, trafficClass, hopLimit, dontFragment, other);
    }

    /** {@return bytes of the IP header} */
    public int ipHeader() {
      return local.isV4() ? V4_HEADER : V6_HEADER;
    }
  }

  /** Writes the headers at {@code offset}. {@return where the payload goes} */
  public int begin(byte[] to, int offset, Frame frame, int ecn, int sequence, int ack, int flags, int window,
      int urgent,
      Options options) {
    bytes = to;
    start = offset;
    source = frame.local;
    destination = frame.remote;
    key = frame.key;
    if (key != null) options.signed();
    tcp = offset + frame.ipHeader();
    ipHeader(frame, frame.trafficClass | ecn);
    Bits.put16(to, tcp, frame.localPort);
    Bits.put16(to, tcp + 2, frame.remotePort);
    Bits.put32(to, tcp + 4, sequence);
    Bits.put32(to, tcp + 8, ack);
    Bits.put16(to, tcp + 14, window);
    Bits.put32(to, tcp + 16, urgent);
    payload = options.write(to, tcp + Segment.HEADER, order);
    signatureAt = options.signatureAt();
    Bits.put16(to, tcp + 12, ((payload - tcp) / 4) << 12 | flags);
    return payload;
  }

  private void ipHeader(Frame frame, int trafficClass) {
    if (!frame.local.isV4()) {
      Bits.put32(bytes, start, 6 << 28 | trafficClass << 20);
      Bits.put32(bytes, start + 4, IpPacket.TCP << 8 | frame.hopLimit);
      frame.local.write(bytes, start + 8);
      frame.remote.write(bytes, start + 24);
      return;
    }
    Bits.put32(bytes, start, 0x4500 << 16 | trafficClass << 16);
    Bits.put16(bytes, start + 4, identification++);
    Bits.put16(bytes, start + 6, frame.dontFragment ? DONT_FRAGMENT : 0);
    Bits.put32(bytes, start + 8, frame.hopLimit << 24 | IpPacket.TCP << 16);
    frame.local.write(bytes, start + 12);
    frame.remote.write(bytes, start + 16);
  }

  /** {@return bytes of the headers written by {@link #begin}} */
  public int headers() {
    return payload - start;
  }

  /** {@return where the TCP header begins, from the packet's beginning on} */
  public int tcpOffset() {
    return tcp - start;
  }

  /**
   * Completes the packet.
   *
   * @param sum whether to sum the payload, or to leave the sum of the pseudo-header for one who will (offload)
   * @return bytes of the packet
   */
  public int finish(int payloadLength, boolean sum) {
    int end = payload + payloadLength;
    if (source.isV4()) {
      Bits.put16(bytes, start + 2, end - start);
      Bits.put16(bytes, start + 10, Checksum.finish(Checksum.sum(bytes, start, V4_HEADER)));
    } else {
      Bits.put16(bytes, start + 4, end - tcp);
    }
    if (key != null) key.sign(bytes, source, destination, tcp, payload, end, signatureAt);
    long pseudo = Checksum.pseudoHeader(source, destination, IpPacket.TCP, end - tcp);
    int value = sum ? Checksum.finish(pseudo + Checksum.sum(bytes, tcp, end - tcp)) : Checksum.fold(pseudo);
    Bits.put16(bytes, tcp + 16, value);
    return end - start;
  }
}
