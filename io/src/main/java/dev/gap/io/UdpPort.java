package dev.gap.io;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

import dev.gap.transport.PacketBatch;

/** A UDP socket that moves datagrams in batches. All but {@link #wakeup} and {@link #close} belong to one thread. */
public interface UdpPort extends Closeable {
  /** {@return the address it is bound to} */
  InetSocketAddress localAddress();

  /** Adds the datagrams that have arrived to {@code in}, until it is full or there are none. Does not block. */
  void receive(PacketBatch in) throws IOException;

  /**
   * Sends all of {@code out}. A datagram that the network refuses (no route, buffers full) is lost, as any may be: the
   * protocol above repeats it.
   */
  void send(PacketBatch out) throws IOException;

  /** {@return how many datagrams the network has refused} */
  long sendErrors();

  /** Waits until a datagram has arrived, {@link #wakeup} was called, or {@code nanos} have passed. */
  void await(long nanos) throws IOException;

  /** Ends a present or the next {@link #await}. */
  void wakeup();
}
