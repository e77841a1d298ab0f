package dev.gap.mtcp.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Reads UDP over IPv4 from a classic pcap file of raw IP packets. */
final class Pcap {
  private static final int MAGIC = 0xA1B2C3D4;
  private static final int LINKTYPE_RAW = 101;
  private static final int UDP = 17;

  /** A UDP datagram as captured; its time is relative to the first one of the file. */
  record Datagram(long nanos, int sourcePort, int destinationPort, byte[] payload) {}

  private Pcap() {}

  static List<Datagram> read(String resource) throws IOException {
    try (InputStream in = Pcap.class.getResourceAsStream(resource)) {
      return read(ByteBuffer.wrap(Objects.requireNonNull(in).readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private static List<Datagram> read(ByteBuffer file) {
    require(file.getInt(0) == MAGIC, "little-endian microsecond pcap");
    require(file.getInt(20) == LINKTYPE_RAW, "raw IP");
    file.position(24);
    List<Datagram> datagrams = new ArrayList<>();
    long origin = -1;
    while (file.hasRemaining()) {
      long micros = TimeUnit.SECONDS.toMicros(Integer.toUnsignedLong(file.getInt())) + file.getInt();
      int captured = file.getInt();
      require(captured == file.getInt(), "whole packets");
      if (origin < 0)
        origin = micros;
      ByteBuffer packet = file.slice(file.position(), captured).order(ByteOrder.BIG_ENDIAN);
      datagrams.add(udp(packet, TimeUnit.MICROSECONDS.toNanos(micros - origin)));
      file.position(file.position() + captured);
    }
    return datagrams;
  }

  private static Datagram udp(ByteBuffer packet, long nanos) {
    require(packet.get(0) >>> 4 == 4 && packet.get(9) == UDP, "UDP over IPv4");
    int header = (packet.get(0) & 0xF) * 4;
    byte[] payload = new byte[(packet.getShort(header + 4) & 0xFFFF) - 8];
    packet.get(header + 8, payload);
    return new Datagram(nanos, packet.getShort(header) & 0xFFFF, packet.getShort(header + 2) & 0xFFFF, payload);
  }

  private static void require(boolean holds, String what) {
    if (!holds)
      throw new IllegalArgumentException("not " + what);
  }
}
