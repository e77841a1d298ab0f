package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.gap.io.LinuxTunPort;
import dev.gap.io.TunPort;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Md5Key;

/**
 * A host of its own in user space: its TCP speaks over a packet port such as a TUN device, and its sockets look like
 * {@code java.net}'s. Closing it ends all of them without a word.
 */
public final class TcpStack implements AutoCloseable {
  private final StackLoop loop;
  private final List<InetAddress> addresses;

  private TcpStack(StackLoop loop, List<InetAddress> addresses) {
    this.loop = loop;
    this.addresses = addresses;
  }

  /**
   * Starts a stack on a port, which belongs to it from now on.
   *
   * @param addresses of this host; with none it answers for every address that packets come to, as a transparent proxy
   *          does, and cannot connect by itself
   */
  public static TcpStack start(TunPort port, TcpConfig config, Collection<InetAddress> addresses) {
    Set<Address> locals = addresses.stream().map(Address::of).collect(Collectors.toSet());
    StackLoop loop = new StackLoop("tcp " + port.name(), port, config, locals, new SecureRandom());
    loop.start();
    return new TcpStack(loop, List.copyOf(addresses));
  }

  /**
   * Makes a TUN device with segmentation offload and starts a stack behind it.
   *
   * @param device its name
   * @param kernelAddress what the kernel has at its end, such as {@code 10.9.0.1/24}
   * @param address of the stack, within the same network
   * @throws IOException if that cannot be done, saying what is missing
   */
  public static TcpStack onTun(String device, String kernelAddress, InetAddress address, TcpConfig config)
      throws IOException {
    LinuxTunPort port = LinuxTunPort.open(new LinuxTunPort.Options(device, true));
    try {
      port.configure(config.sizes().mtu(), List.of(kernelAddress));
    } catch (IOException e) {
      port.close();
      throw e;
    }
    return start(port, config, List.of(address));
  }

  /** {@return a socket of this stack, to be connected} */
  public TcpSocket socket() throws IOException {
    return new TcpSocket(this);
  }

  /** {@return a socket that is connected to {@code remote}} */
  public TcpSocket connect(InetSocketAddress remote) throws IOException {
    TcpSocket socket = socket();
    try {
      socket.connect(remote);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  /** {@return a server socket that listens on {@code port} of all addresses of this stack; 0 for one that is free} */
  public TcpServerSocket listen(int port) throws IOException {
    return listen(new InetSocketAddress(port), 128);
  }

  /** {@return a server socket that listens on {@code address}} */
  public TcpServerSocket listen(InetSocketAddress address, int backlog) throws IOException {
    TcpServerSocket server = new TcpServerSocket(this);
    server.bind(address, backlog);
    return server;
  }

  /** {@return a server socket that takes what nobody else listens for, on every port} */
  public TcpServerSocket listenEverywhere(int backlog) throws IOException {
    TcpServerSocket server = new TcpServerSocket(this);
    server.bindEverywhere(backlog);
    return server;
  }

  /**
   * Shares a secret with a peer, for sockets with {@link TcpOptions#MD5_SIGNATURE}. Connections keep the one they began with.
   *
   * @param secret at least one byte; null to share none any more
   */
  public void setSignatureKey(InetAddress peer, byte @Nullable [] secret) {
    loop.lock().lock();
    try {
      loop.engine().setSignatureKey(Address.of(peer), secret == null ? null : new Md5Key(secret));
    } finally {
      loop.lock().unlock();
    }
  }

  /** {@return how many connections there are, TIME-WAIT and handshakes included} */
  public int connections() {
    loop.lock().lock();
    try {
      return loop.engine().flowCount();
    } finally {
      loop.lock().unlock();
    }
  }

  StackLoop loop() {
    return loop;
  }

  /** {@return the address to connect from to {@code remote}} */
  InetAddress localFor(InetAddress remote) throws IOException {
    for (InetAddress address : addresses) {
      if (address.getAddress().length == remote.getAddress().length) return address;
    }
    throw new IOException("this stack has no address of the kind of " + remote.getHostAddress());
  }

  @Override
  public void close() {
    loop.close();
  }
}
