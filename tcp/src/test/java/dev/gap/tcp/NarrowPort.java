package dev.gap.tcp;

import java.io.IOException;

import dev.gap.io.TunPort;

/** A port behind a router that drops what is too large for it, and says nothing. For devices without offload. */
final class NarrowPort implements TunPort {
  private final TunPort port;
  private volatile int most;

  NarrowPort(TunPort port, int most) {
    if (port.headerBytes() > 0) throw new IllegalArgumentException("a router has single packets");
    this.port = port;
    this.most = most;
  }

  /** From now on packets of so many bytes get through. */
  void setMost(int bytes) { most = bytes; }

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
    return port.receive(packet);
  }

  @Override
  public boolean send(byte[] packet, int length) throws IOException {
    return length > most || port.send(packet, length);
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
