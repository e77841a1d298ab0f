package dev.gap.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;

import dev.gap.transport.PacketBatch;

/**
 * A UDP socket of Linux: many datagrams in one system call, runs of them cut and put together by the kernel, and waits to
 * the microsecond. Nothing is allocated for a datagram. A socket that dies is opened again.
 */
public final class LinuxUdpPort implements UdpPort {
  private static final int BUFFER_BYTES = 4 << 20;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IPV6_MTU_DISCOVER = 23;
  private static final int IPV6_V6ONLY = 26;
  /** Datagrams may be cut on the way. */
  private static final int PMTUDISC_DONT = 0;
  /** They may not, and what a forged ICMP message says of the path does not count: whoever probes finds out. */
  private static final int PMTUDISC_PROBE = 3;

  /** Found out once. */
  private static final class Support {
    private static final Set<String> TRIED = Set.of("amd64", "aarch64");
    static final boolean PRESENT = find();

    private static boolean find() {
      if (!"Linux".equals(System.getProperty("os.name")) || !TRIED.contains(System.getProperty("os.arch", ""))
          || !LinuxUdpPort.class.getModule().isNativeAccessEnabled())
        return false;
      try {
        return receivesMany(new LinuxCalls());
      } catch (LinkageError e) {
        // a C library without these calls
        return false;
      }
    }

    /** {@return whether the kernel, or what stands in for one, has recvmmsg} */
    private static boolean receivesMany(LinuxCalls calls) {
      int descriptor = calls.socket(LinuxCalls.AF_INET);
      if (descriptor < 0) descriptor = calls.socket(LinuxCalls.AF_INET6);
      if (descriptor < 0) return false;
      int result = calls.receive(descriptor, calls.allocate(1), 0);
      calls.close(descriptor);
      return result == 0 || result == -LinuxCalls.EAGAIN;
    }
  }

  private final LinuxCalls calls;
  private final int family;
  private final boolean dontFragment;
  private final SocketAddresses addresses;
  private final IncomingDatagrams incoming;
  private final OutgoingDatagrams outgoing;
  private final LinuxPoll poll;
  private int descriptor;
  private InetSocketAddress localAddress;
  /** Whether the last wait has shown that there is nothing to receive. */
  private boolean quiet;
  private boolean open = true;

  private LinuxUdpPort(LinuxCalls calls, int family, int descriptor, boolean dontFragment, boolean cut)
      throws IOException {
    this.calls = calls;
    this.family = family;
    this.descriptor = descriptor;
    this.dontFragment = dontFragment;
    addresses = new SocketAddresses(calls, family);
    localAddress = localName();
    incoming = new IncomingDatagrams(calls, addresses);
    outgoing = new OutgoingDatagrams(calls, addresses, cut);
    poll = new LinuxPoll(descriptor);
  }

  /** {@return whether it can be opened here: Linux on a processor it was made for, and leave to call it} */
  public static boolean isSupported() {
    return Support.PRESENT;
  }

  /**
   * Opens and binds a socket. One bound to the wildcard address speaks IPv4 and IPv6.
   *
   * @param dontFragment whether datagrams are to be lost rather than cut on the way, as path MTU discovery wants it
   * @throws BindException if the address is in use or not this machine's, saying which
   */
  public static LinuxUdpPort open(InetSocketAddress address, boolean dontFragment) throws IOException {
    return open(address, dontFragment, true);
  }

  static LinuxUdpPort open(InetSocketAddress address, boolean dontFragment, boolean cut) throws IOException {
    LinuxCalls calls = new LinuxCalls();
    boolean four = address.getAddress() instanceof Inet4Address && !address.getAddress().isAnyLocalAddress();
    int family = four ? LinuxCalls.AF_INET : LinuxCalls.AF_INET6;
    int descriptor = calls.socket(family);
    if (descriptor == -LinuxCalls.EAFNOSUPPORT && address.getAddress().isAnyLocalAddress()) {
      family = LinuxCalls.AF_INET;
      descriptor = calls.socket(family);
    }
    try {
      bind(calls, family, descriptor, address, dontFragment);
      return new LinuxUdpPort(calls, family, descriptor, dontFragment, cut);
    } catch (IOException | RuntimeException e) {
      if (descriptor >= 0) calls.close(descriptor);
      throw e;
    }
  }

  private static void bind(LinuxCalls calls, int family, int descriptor, InetSocketAddress address,
      boolean dontFragment) throws IOException {
    if (descriptor < 0) throw new SocketException("no UDP socket for " + address + ": error " + -descriptor);
    setBuffer(calls, descriptor, SO_RCVBUFFORCE, SO_RCVBUF);
    setBuffer(calls, descriptor, SO_SNDBUFFORCE, SO_SNDBUF);
    int discovery = dontFragment ? PMTUDISC_PROBE : PMTUDISC_DONT;
    calls.setOption(descriptor, LinuxCalls.SOL_IP, IP_MTU_DISCOVER, discovery);
    if (family == LinuxCalls.AF_INET6) {
      calls.setOption(descriptor, LinuxCalls.SOL_IPV6, IPV6_MTU_DISCOVER, discovery);
      calls.setOption(descriptor, LinuxCalls.SOL_IPV6, IPV6_V6ONLY, 0);
    }
    // before Linux 5.0 there is none, and each datagram comes by itself
    calls.setOption(descriptor, LinuxCalls.SOL_UDP, LinuxCalls.UDP_GRO, 1);
    SocketAddresses names = new SocketAddresses(calls, family);
    MemorySegment name = calls.allocate(SocketAddresses.BYTES);
    int result = names.write(address, name, 0)
        ? calls.bind(descriptor, name, names.nameBytes())
        : -LinuxCalls.EAFNOSUPPORT;
    if (result < 0) throw Unbindable.udp(address, explain(-result));
  }

  /** More than the system's bound where this process may: some milliseconds of a fast path must find room. */
  private static void setBuffer(LinuxCalls calls, int descriptor, int force, int option) {
    if (calls.setOption(descriptor, LinuxCalls.SOL_SOCKET, force, BUFFER_BYTES) < 0)
      calls.setOption(descriptor, LinuxCalls.SOL_SOCKET, option, BUFFER_BYTES);
  }

  private static String explain(int error) {
    return switch (error) {
      case LinuxCalls.EADDRINUSE -> "Address already in use";
      case LinuxCalls.EADDRNOTAVAIL -> "Cannot assign requested address: it is none of this machine's";
      case LinuxCalls.EACCES -> "Permission denied: ports below 1024 want root (or CAP_NET_BIND_SERVICE)";
      case LinuxCalls.EAFNOSUPPORT -> "this machine has no such kind of address";
      default -> "error " + error;
    };
  }

  /** {@return whether {@code error} says that there is no socket any more} */
  static boolean isDead(int error) {
    return error == LinuxCalls.EBADF || error == LinuxCalls.ENOTSOCK;
  }

  private InetSocketAddress localName() throws IOException {
    MemorySegment name = calls.allocate(SocketAddresses.BYTES);
    int result = calls.socketName(descriptor, name);
    if (result < 0) throw new SocketException("a UDP socket without a name: error " + -result);
    return addresses.read(name, 0);
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public long sendErrors() {
    return outgoing.refused();
  }

  @Override
  public void receive(PacketBatch in) throws IOException {
    requireOpen();
    boolean nothing = quiet;
    quiet = false;
    if (nothing) return;
    // other errors than death are of ICMP and say nothing certain about any peer
    if (isDead(incoming.receive(descriptor, in))) reopen();
  }

  @Override
  public void send(PacketBatch out) throws IOException {
    requireOpen();
    if (!outgoing.send(descriptor, out)) reopen();
  }

  private void reopen() throws IOException {
    descriptor = calls.socket(family);
    bind(calls, family, descriptor, localAddress, dontFragment);
    localAddress = localName();
    poll.replace(0, descriptor);
  }

  @Override
  public void await(long nanos) throws IOException {
    requireOpen();
    quiet = false;
    if (nanos <= 0 || incoming.hasMore()) return;
    poll.await(nanos);
    quiet = !poll.isReady(0);
  }

  @Override
  public void pause(long nanos) throws IOException {
    requireOpen();
    quiet = false;
    if (!incoming.hasMore()) poll.pause(nanos);
  }

  @Override
  public void wakeup() {
    poll.wakeup();
  }

  private void requireOpen() throws IOException {
    if (!open) throw new ClosedChannelException();
  }

  @Override
  public void close() {
    if (!open) return;
    open = false;
    poll.close();
    calls.close(descriptor);
  }
}
