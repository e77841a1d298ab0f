package dev.gap.tcp;

import java.io.IOException;

import dev.gap.io.TunPort;

/** A port behind a router that is a little congested: of the packets that may be marked, every so many-th is. */
final class CongestedPort extends RoutedPort {
  private static final int CE = 3;

  private final int every;
  private int toStack;
  private int toKernel;

  CongestedPort(TunPort port, int every) {
    super(port);
    this.every = every;
  }

  private static boolean isMarkable(byte[] packet) {
    int bits = ecn(packet);
    return bits == 1 || bits == 2;
  }

  private static int ecn(byte[] packet) {
    return packet[0] >>> 4 == 4 ? packet[1] & 3 : packet[1] >>> 4 & 3;
  }

  private static void mark(byte[] packet) {
    if (packet[0] >>> 4 == 4) {
      int rise = CE - ecn(packet);
      packet[1] |= CE;
      // RFC 1624: the checksum falls by as much as the word rises
      int sum = ((packet[10] & 0xff) << 8 | (packet[11] & 0xff)) - rise;
      if (sum < 0) sum += 0xffff;
      packet[10] = (byte) (sum >>> 8);
      packet[11] = (byte) sum;
    } else {
      packet[1] |= CE << 4;
    }
  }

  @Override
  public int receive(byte[] packet) throws IOException {
    int length = port.receive(packet);
    if (length > 0 && isMarkable(packet) && ++toStack % every == 0) mark(packet);
    return length;
  }

  @Override
  public boolean send(byte[] packet, int length) throws IOException {
    if (isMarkable(packet) && ++toKernel % every == 0) mark(packet);
    return port.send(packet, length);
  }
}
