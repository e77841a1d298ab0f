package dev.gap.packetdrill.run;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.script.PacketLine;
import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.script.TcpOption;
import dev.gap.packetdrill.wire.IcmpNames;
import dev.gap.packetdrill.wire.IpHeader;
import dev.gap.packetdrill.wire.Packet;
import dev.gap.packetdrill.wire.PacketEncoder;

/** Makes packets for the stack of what a script says the peer or the network sends. */
final class Inbound {
  private static final int TCP = 6;

  private final RunConfig config;

  Inbound(RunConfig config) {
    this.config = config;
  }

  byte[] tcp(PacketLine.Tcp line, ScriptSocket socket, StackUnderTest stack) throws RunException {
    PacketLine.Ports ports = line.ports();
    boolean acknowledges = line.flags().has(TcpFlags.ACK);
    boolean syn = line.flags().has(TcpFlags.SYN);
    List<Packet.Option> options = new ArrayList<>();
    for (TcpOption option : line.options().options()) {
      options.add(WireOptions.encode(translate(option, socket, line.flags(), stack)));
    }
    int length = options.stream().mapToInt(Packet.Option::length).sum();
    if (length > 40) throw new RunException.Unsupported(length + " bytes of TCP options");
    long ack = acknowledges ? socket.toLive(line.ack(), syn) : line.ack();
    long start = line.sequence().start();
    long sequence = line.sequence().absolute() ? start : socket.remoteToLive(start, syn);
    Packet.Tcp packet = new Packet.Tcp(header(line.ip()),
        ports == null ? socket.remotePort() : ports.source(), ports == null ? socket.localPort() : ports.destination(),
        sequence, ack, line.flags().bits(), 0, line.window(), line.urgent(), options, payload(line));
    boolean signs = line.options().options().contains(new TcpOption.Signature(true));
    return PacketEncoder.encode(signs ? Signatures.sign(packet, config.md5Secret()) : packet);
  }

  private IpHeader header(PacketLine.IpMarks marks) {
    return new IpHeader(config.remote(), config.local(), marks.tos(), marks.ttl() < 0 ? 255 : marks.ttl(),
        Math.max(marks.flowLabel(), 0), true);
  }

  private static byte[] payload(PacketLine.Tcp line) {
    long position = line.flags().has(TcpFlags.SYN) ? 0 : (int) line.sequence().start() - 1L;
    return Payload.bytes(position, line.sequence().length());
  }

  private TcpOption translate(TcpOption option, ScriptSocket socket, TcpFlags flags, StackUnderTest stack)
      throws RunException {
    boolean syn = flags.has(TcpFlags.SYN);
    return switch (option) {
      case TcpOption.Sack(List<TcpOption.Block> blocks) -> new TcpOption.Sack(
          blocks.stream().map(b -> new TcpOption.Block(socket.toLive(b.left(), syn), socket.toLive(b.right(), syn)))
              .toList());
      case TcpOption.Timestamps(long value, long echo, boolean absolute) -> {
        if (value == TcpOption.ANY || echo == TcpOption.ANY) {
          throw new RunException.Unsupported("an unknown timestamp in a packet to send");
        }
        boolean known = flags.has(TcpFlags.ACK) && !absolute;
        yield new TcpOption.Timestamps(value, known ? socket.timestampToLive(echo) : echo, absolute);
      }
      case TcpOption.FastOpen fastOpen -> fastOpen.symbolic()
          ? new TcpOption.FastOpen(cookie(fastOpen.cookie(), socket, stack), fastOpen.experimental())
          : fastOpen;
      case TcpOption.EndOfList same -> same;
      case TcpOption.NoOperation same -> same;
      case TcpOption.Mss same -> same;
      case TcpOption.WindowScale same -> same;
      case TcpOption.SackPermitted same -> same;
      case TcpOption.AccEcn same -> same;
      case TcpOption.Signature same -> same;
      case TcpOption.Raw same -> same;
    };
  }

  /** A word stands for the cookie the stack gave out under that word, or else the one it would give out. */
  private String cookie(String word, ScriptSocket socket, StackUnderTest stack) throws RunException {
    String known = socket.cookies().get(word);
    if (known != null) return known;
    byte[] cookie = stack.fastOpenCookie(config.remote(), config.local());
    if (cookie == null) throw new RunException.Unsupported("the Fast Open cookie " + word);
    return HexFormat.of().formatHex(cookie);
  }

  /** {@return an ICMP message about a segment of {@code socket}} */
  byte[] icmp(PacketLine.Icmp line, @Nullable ScriptSocket socket) throws RunException {
    boolean v6 = config.v6();
    IcmpNames.Numbers numbers = IcmpNames.find(v6, line.type(), line.code())
        .orElseThrow(() -> new RunException.Unsupported("icmp " + line.type() + " " + line.code()));
    boolean echo = line.type().equals("echo_request") || line.type().equals("echo_reply");
    long rest = echo ? (long) line.id() << 16 : Math.max(line.mtu(), 0);
    byte[] about = echo || socket == null ? new byte[0] : echoed(line, socket);
    return PacketEncoder.encode(new Packet.Icmp(header(line.ip()), numbers.type(), numbers.code(), rest, about));
  }

  /** The header of the segment concerned and the first eight bytes after it, RFC 792 and RFC 4443. */
  private byte[] echoed(PacketLine.Icmp line, ScriptSocket socket) {
    PacketLine.Sequence sequence = line.echoed();
    long start = sequence == null ? 0 : sequence.start();
    int length = 20 + (sequence == null ? 0 : sequence.length());
    byte[] header = PacketEncoder.header(new IpHeader(config.local(), config.remote(), 0, 64, 0, true), TCP, length);
    return ByteBuffer.allocate(header.length + 8).put(header).putShort((short) socket.localPort())
        .putShort((short) socket.remotePort()).putInt((int) socket.toLive(start, false)).array();
  }
}
