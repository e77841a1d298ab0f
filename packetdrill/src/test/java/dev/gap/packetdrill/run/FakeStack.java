package dev.gap.packetdrill.run;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.script.TcpOption;
import dev.gap.packetdrill.wire.IpHeader;
import dev.gap.packetdrill.wire.Packet;
import dev.gap.packetdrill.wire.PacketDecoder;
import dev.gap.packetdrill.wire.PacketEncoder;
import dev.gap.packetdrill.wire.WireException;

/**
 * A host with one connection at a time, which answers just enough to be talked to, and which can be made to do it
 * wrong.
 */
final class FakeStack implements StackUnderTest {
  private record Later(long nanos, long order, byte[] packet) {}

  static final long ISN = 4_294_960_000L;
  static final int SEGMENT = 1000;

  long answerDelayNanos;
  int window = 65535;
  boolean corrupt;
  boolean wrongBytes;
  boolean timestamps;
  int unevenSegment = SEGMENT;
  int room = Integer.MAX_VALUE;
  final List<String> log = new ArrayList<>();
  final Map<String, Long> info = new HashMap<>();

  Profile profile;
  private final PriorityQueue<Later> output = new PriorityQueue<>(
      Comparator.comparingLong(Later::nanos).thenComparingLong(Later::order));
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private long order;
  private int nextFd = 100;
  private boolean listening;
  private boolean established;
  private boolean accepted;
  private boolean ended;
  private int localPort = 8080;
  private int remotePort = -1;
  private long sendNext = ISN;
  private long receiveNext;
  private long echo;

  FakeStack(Profile profile) {
    this.profile = profile;
  }

  @Override
  public void receive(byte[] bytes, long now) {
    Packet packet;
    try {
      packet = PacketDecoder.decode(bytes);
    } catch (WireException e) {
      throw new IllegalStateException(e);
    }
    if (packet instanceof Packet.Icmp icmp) {
      log.add("icmp " + icmp.type() + "/" + icmp.code() + " " + icmp.rest() + " about "
          + (new BigInteger(1, Arrays.copyOfRange(icmp.payload(), 24, 28)).longValue() - ISN));
    }
    if (packet instanceof Packet.Tcp tcp) segment(tcp, now);
  }

  private void segment(Packet.Tcp tcp, long now) {
    for (Packet.Option option : tcp.options()) {
      if (WireOptions.decode(option) instanceof TcpOption.Timestamps t) {
        log.add("echo " + t.echo());
        echo = t.value();
      }
    }
    boolean syn = (tcp.flags() & TcpFlags.SYN) != 0;
    boolean ack = (tcp.flags() & TcpFlags.ACK) != 0;
    if (syn && !ack && listening) {
      remotePort = tcp.sourcePort();
      receiveNext = tcp.sequence() + 1;
      send(TcpFlags.SYN | TcpFlags.ACK, new byte[0], now + answerDelayNanos);
      sendNext++;
    } else if (syn && ack) {
      receiveNext = tcp.sequence() + 1;
      established = true;
      send(TcpFlags.ACK, new byte[0], now + answerDelayNanos);
    } else if (syn) {
      answerClosed(tcp, now);
    } else {
      established = true;
      boolean fin = (tcp.flags() & TcpFlags.FIN) != 0;
      if (tcp.payload().length == 0 && !fin) return;
      received.writeBytes(tcp.payload());
      receiveNext = tcp.sequence() + tcp.payload().length + (fin ? 1 : 0);
      ended |= fin;
      send(TcpFlags.ACK, new byte[0], now + answerDelayNanos);
    }
  }

  private void answerClosed(Packet.Tcp tcp, long now) {
    output.add(new Later(now, order++, PacketEncoder.encode(new Packet.Tcp(header(), localPort, tcp.sourcePort(), 0,
        tcp.sequence() + tcp.payload().length + 1, 20, 0, 0, 0, List.of(), new byte[0]))));
  }

  private IpHeader header() {
    return new IpHeader(profile.local(), profile.remote(), 2, 64, 0, true);
  }

  private void send(int flags, byte[] payload, long at) {
    List<Packet.Option> options = new ArrayList<>();
    if ((flags & TcpFlags.SYN) != 0) options.add(new Packet.Option(2, new byte[]{5, (byte) 0xb4}));
    if (timestamps) {
      options.add(WireOptions.encode(
          new TcpOption.Timestamps(5_000_000 + at / 1_000_000, echo, false)));
      options.add(new Packet.Option(1, new byte[0]));
      options.add(new Packet.Option(1, new byte[0]));
    }
    byte[] packet = PacketEncoder.encode(new Packet.Tcp(header(), localPort, remotePort, sendNext & 0xffff_ffffL,
        (flags & TcpFlags.ACK) == 0 ? 0 : receiveNext, flags, 0, window, 0, options, payload));
    if (corrupt) packet[packet.length - 1] ^= 1;
    output.add(new Later(at, order++, packet));
  }

  @Override
  public byte @Nullable [] poll(long now) {
    Later next = output.peek();
    return next == null || next.nanos > now ? null : output.remove().packet;
  }

  @Override
  public long nextTimeoutNanos() {
    Later next = output.peek();
    return next == null ? NEVER : next.nanos;
  }

  @Override
  public void onTimeout(long now) {}

  @Override
  public void configure(Profile newProfile, long now) {
    profile = newProfile;
  }

  @Override
  public void forget(long now) {
    log.add("forget");
  }

  @Override
  public byte @Nullable [] fastOpenCookie(InetAddress client, InetAddress server) {
    return null;
  }

  @Override
  public SysResult socket(boolean v6) {
    return new SysResult.Done(nextFd++);
  }

  @Override
  public SysResult bind(int fd, InetSocketAddress local, long now) {
    localPort = local.getPort();
    return new SysResult.Done(0);
  }

  @Override
  public SysResult listen(int fd, int backlog, long now) {
    listening = true;
    return new SysResult.Done(0);
  }

  @Override
  public SysResult accept(int fd, long now) {
    if (!established || accepted) return new SysResult.WouldBlock();
    accepted = true;
    return new SysResult.Accepted(nextFd++, new InetSocketAddress(profile.remote(), remotePort));
  }

  @Override
  public SysResult connect(int fd, InetSocketAddress remote, long now) {
    localPort = 33333;
    remotePort = remote.getPort();
    send(TcpFlags.SYN, new byte[0], now + answerDelayNanos);
    sendNext++;
    return new SysResult.WouldBlock();
  }

  @Override
  public SysResult connectResult(int fd, long now) {
    return established ? new SysResult.Done(0) : new SysResult.WouldBlock();
  }

  @Override
  public SysResult disconnect(int fd, long now) {
    return new SysResult.Done(0);
  }

  @Override
  public SysResult send(int fd, byte[] data, Set<MsgFlag> flags, @Nullable InetSocketAddress to, long now) {
    if (room == 0) return new SysResult.WouldBlock();
    byte[] bytes = wrongBytes ? new byte[data.length] : data;
    int all = Math.min(room, bytes.length);
    room -= all;
    for (int at = 0; at < all;) {
      int end = Math.min(all, at + (at == 0 ? unevenSegment : SEGMENT));
      send(TcpFlags.ACK | (end == all ? TcpFlags.PSH : 0), Arrays.copyOfRange(bytes, at, end), now + answerDelayNanos);
      sendNext += end - at;
      at = end;
    }
    return new SysResult.Done(all);
  }

  @Override
  public SysResult recv(int fd, int length, Set<MsgFlag> flags, long now) {
    byte[] all = received.toByteArray();
    if (all.length == 0) return ended ? new SysResult.Received(all, false) : new SysResult.WouldBlock();
    byte[] part = Arrays.copyOf(all, Math.min(length, all.length));
    if (!flags.contains(MsgFlag.PEEK)) {
      received.reset();
      received.write(all, part.length, all.length - part.length);
    }
    return new SysResult.Received(part, false);
  }

  @Override
  public SysResult shutdown(int fd, How how, long now) {
    return new SysResult.Failed(Errno.ENOTCONN);
  }

  @Override
  public SysResult close(int fd, long now) {
    return new SysResult.Done(0);
  }

  @Override
  public SysResult setOption(int fd, SocketOption option, OptionValue value, long now) {
    log.add(option + " " + value);
    return new SysResult.Done(0);
  }

  @Override
  public SysResult getOption(int fd, SocketOption option, long now) {
    return new SysResult.Option(new OptionValue.Amount(option == SocketOption.SO_ERROR ? 111 : 7));
  }

  @Override
  public SysResult query(int fd, Query query, long now) {
    return new SysResult.Done(received.size());
  }

  @Override
  public @Nullable InetSocketAddress localAddress(int fd) {
    return new InetSocketAddress(profile.local(), localPort);
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress(int fd) {
    return established ? new InetSocketAddress(profile.remote(), remotePort) : null;
  }

  @Override
  public Readiness readiness(int fd, long now) {
    return new Readiness(received.size() > 0
        ? Set.of(Readiness.Event.IN, Readiness.Event.OUT)
        : Set.of(Readiness.Event.OUT), received.size(), 0);
  }

  @Override
  public Map<String, Long> tcpInfo(int fd, long now) {
    return info;
  }
}
