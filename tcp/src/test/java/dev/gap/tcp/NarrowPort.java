package dev.gap.tcp;

import java.io.IOException;

import dev.gap.io.TunPort;

/** A port behind a router that drops what is too large for it, and says nothing. For devices without offload. */
final class NarrowPort extends RoutedPort {
  private volatile int most;

  NarrowPort(TunPort port, int most) {
    super(port);
    this.most = most;
  }

  /** From now on packets of so many bytes get through. */
  void setMost(int bytes) { most = bytes; }

  @Override
  public boolean send(byte[] packet, int length) throws IOException {
    return length > most || port.send(packet, length);
  }
}
