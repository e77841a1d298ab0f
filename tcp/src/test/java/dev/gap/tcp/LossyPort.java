package dev.gap.tcp;

import java.io.IOException;

import dev.gap.io.TunPort;
import dev.gap.lab.Link;
import dev.gap.lab.LinkSpec;

/** A port behind a bad link: every packet, of either direction, has to pass one. For devices without offload. */
final class LossyPort extends RoutedPort {
  private final Link<Boolean> toStack;
  private final Link<Boolean> toKernel;
  private final byte[] packet = new byte[MAX_PACKET_BYTES];

  LossyPort(TunPort port, LinkSpec eachWay, long seed) {
    super(port);
    toStack = new Link<>(eachWay, seed);
    toKernel = new Link<>(eachWay, ~seed);
  }

  /** Takes what the kernel has sent, and hands to it what is due. */
  private void move() throws IOException {
    for (int length = port.receive(packet); length != NOTHING; length = port.receive(packet))
      toStack.admit(true, packet, length, System.nanoTime());
    int[] got = new int[1];
    while (toKernel.poll(System.nanoTime(), (_, bytes, length) -> got[0] = copy(bytes, packet, length)))
      port.send(packet, got[0]);
  }

  private static int copy(byte[] from, byte[] to, int length) {
    System.arraycopy(from, 0, to, 0, length);
    return length;
  }

  @Override
  public int receive(byte[] to) throws IOException {
    move();
    int[] got = {NOTHING};
    toStack.poll(System.nanoTime(), (_, bytes, length) -> got[0] = copy(bytes, to, length));
    return got[0];
  }

  @Override
  public boolean send(byte[] from, int length) throws IOException {
    toKernel.admit(true, from, length, System.nanoTime());
    move();
    return true;
  }

  @Override
  public void await(long nanos) throws IOException {
    long due = Math.min(toStack.nextDueNanos(), toKernel.nextDueNanos());
    long now = System.nanoTime();
    // what is due by then is moved by the call that follows: of receive
    long wait = due == Long.MAX_VALUE ? nanos : Math.min(nanos, due - now);
    if (wait > 0) port.await(wait);
  }
}
