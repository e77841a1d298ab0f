package dev.gap.tcp;

import java.io.IOException;

import dev.gap.io.TunPort;

/** A port behind a router that is a little congested: of the packets that may be marked, every so many-th is. */
final class CongestedPort implements TunPort {
  private static final int CE = 3;

  private final TunPort port;
  private final int every;
  private int toStack;
  private int toKernel;

  CongestedPort(TunPort port, int every) {
    if (port.headerBytes() > 0) throw new IllegalArgumentException("a router has single packets");
    this.port = port;
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
  public String name() {
    return port.name();
  }

  @Override
  public int headerBytes() {
    return 0;
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

  @Override
  public void await(long nanos) throws IOException {
    port.await(nanos);
  }

  @Override
  public void wakeup() {
    port.wakeup();
  }

  @Override
  public void close() throws IOException {
    port.close();
  }
}
