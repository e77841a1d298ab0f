package dev.gap.io;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import dev.gap.transport.PacketBatch;

/** A UDP socket that moves datagrams in batches. All but {@link #wakeup} belongs to one thread. */
public interface UdpPort extends Closeable {
  /** The system property that, set to {@code nio}, has {@link #open} use the JDK's sockets everywhere. */
  String PROPERTY = "gap.udp";

  /**
   * Opens and binds a socket: a {@link LinuxUdpPort} where there is one, else a {@link NioUdpPort}.
   *
   * @param dontFragment whether datagrams are to be lost rather than cut on the way, as path MTU discovery wants it
   * @throws BindException if the address is in use or not this machine's, saying which
   * @throws UnknownHostException if the address is not resolved
   */
  static UdpPort open(InetSocketAddress address, boolean dontFragment) throws IOException {
    if (address.isUnresolved()) throw new UnknownHostException(address.getHostString());
    boolean nio = "nio".equals(System.getProperty(PROPERTY)) || !LinuxUdpPort.isSupported();
    return nio ? NioUdpPort.open(address, dontFragment) : LinuxUdpPort.open(address, dontFragment);
  }

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

  /**
   * Lets datagrams gather until {@code nanos} have passed or {@link #wakeup} was called, where the system can wait so
   * exactly; else returns at once.
   */
  void pause(long nanos) throws IOException;

  /** Ends a present {@link #await} or {@link #pause}, or the next. */
  void wakeup();
}
