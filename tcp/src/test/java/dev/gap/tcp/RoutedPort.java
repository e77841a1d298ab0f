package dev.gap.tcp;

import java.io.IOException;

import dev.gap.io.TunPort;

/** A port behind a router, which does something to single packets. For devices without offload. */
abstract class RoutedPort implements TunPort {
  final TunPort port;

  RoutedPort(TunPort port) {
    if (port.headerBytes() > 0) throw new IllegalArgumentException("a router has single packets");
    this.port = port;
  }

  @Override
  public final String name() {
    return port.name();
  }

  @Override
  public final int headerBytes() {
    return 0;
  }

  @Override
  public int receive(byte[] packet) throws IOException {
    return port.receive(packet);
  }

  @Override
  public boolean send(byte[] packet, int length) throws IOException {
    return port.send(packet, length);
  }

  @Override
  public void await(long nanos) throws IOException {
    port.await(nanos);
  }

  @Override
  public final void wakeup() {
    port.wakeup();
  }

  @Override
  public final void close() throws IOException {
    port.close();
  }
}
