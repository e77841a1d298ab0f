package dev.gap.io;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.TimeUnit;

import jdk.net.ExtendedSocketOptions;

import dev.gap.transport.PacketBatch;

/**
 * A UDP socket through the JDK, for every platform: one system call a datagram, and waits of whole milliseconds. A socket
 * that dies is opened again.
 */
public final class NioUdpPort implements UdpPort {
  private static final int BUFFER_BYTES = 4 << 20;
  private static final int MAX_DATAGRAM = 2048;

  private final Selector selector;
  private final boolean dontFragment;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM);
  private DatagramChannel channel;
  private InetSocketAddress localAddress;
  private long sendErrors;

  private NioUdpPort(Selector selector, DatagramChannel channel, boolean dontFragment) throws IOException {
    this.selector = selector;
    this.dontFragment = dontFragment;
    this.channel = channel;
    localAddress = (InetSocketAddress) channel.getLocalAddress();
  }

  /**
   * Opens and binds a socket whose datagrams may be cut on the way.
   *
   * @throws BindException if the address is in use or not this machine's, saying which
   */
  public static NioUdpPort open(InetSocketAddress address) throws IOException {
    return open(address, false);
  }

  /**
   * Opens and binds a socket.
   *
   * @param dontFragment whether datagrams are to be lost rather than cut on the way, as path MTU discovery wants it
   * @throws BindException if the address is in use or not this machine's, saying which
   */
  public static NioUdpPort open(InetSocketAddress address, boolean dontFragment) throws IOException {
    Selector selector = Selector.open();
    try {
      return new NioUdpPort(selector, bind(selector, address, dontFragment), dontFragment);
    } catch (IOException | RuntimeException e) {
      selector.close();
      throw e;
    }
  }

  private static DatagramChannel bind(Selector selector, InetSocketAddress address, boolean dontFragment)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
      if (dontFragment && channel.supportedOptions().contains(ExtendedSocketOptions.IP_DONTFRAGMENT)) {
        channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
      }
      channel.bind(address);
      channel.register(selector, SelectionKey.OP_READ);
      return channel;
    } catch (BindException e) {
      channel.close();
      BindException named = Unbindable.udp(address, e.getMessage());
      named.initCause(e);
      throw named;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public long sendErrors() {
    return sendErrors;
  }

  @Override
  public void receive(PacketBatch in) throws IOException {
    while (!in.isFull()) {
      buffer.clear();
      InetSocketAddress from;
      try {
        from = (InetSocketAddress) channel.receive(buffer);
      } catch (ClosedChannelException e) {
        reopen();
        return;
      } catch (IOException e) {
        // an ICMP error that the kernel reports here says nothing certain about any peer
        continue;
      }
      if (from == null) return;
      buffer.flip();
      int length = buffer.remaining();
      buffer.get(in.next(), 0, length);
      in.commit(length, from);
    }
  }

  @Override
  public void send(PacketBatch out) throws IOException {
    for (int i = 0; i < out.size(); i++) {
      buffer.clear();
      buffer.put(out.bytes(i), 0, out.length(i)).flip();
      try {
        if (channel.send(buffer, out.peer(i)) < out.length(i)) sendErrors++;
      } catch (ClosedChannelException e) {
        reopen();
      } catch (IOException | UnsupportedAddressTypeException e) {
        // network unreachable, an IPv6 address on a machine without, buffers full: lost, as any datagram may be
        sendErrors++;
      }
    }
  }

  private void reopen() throws IOException {
    if (!selector.isOpen()) throw new ClosedChannelException();
    channel = bind(selector, localAddress, dontFragment);
    localAddress = (InetSocketAddress) channel.getLocalAddress();
  }

  @Override
  public void await(long nanos) throws IOException {
    if (nanos <= 0) selector.selectNow(key -> {});
    else selector.select(key -> {}, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
  }

  /** Returns at once: with waits of whole milliseconds datagrams gather anyway. */
  @Override
  public void pause(long nanos) {
    // see above
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
