package dev.gap.packetdrill.run;

import java.util.List;
import java.util.stream.Collectors;

import dev.gap.packetdrill.script.PacketLine;
import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.script.TcpOption;
import dev.gap.packetdrill.wire.Packet;

/** Writes packets the way scripts do. */
final class PacketText {
  private static final String[] ECN = {"noecn", "ect1", "ect0", "ce"};

  private PacketText() {}

  /** {@return a packet with its numbers in the script's terms} */
  static String of(Packet packet) {
    return switch (packet) {
      case Packet.Tcp tcp -> tcp(tcp);
      case Packet.Icmp icmp -> "icmp type_" + icmp.type() + " code_" + icmp.code();
      case Packet.Other other -> "a packet of protocol " + other.protocol();
    };
  }

  private static String tcp(Packet.Tcp tcp) {
    long end = tcp.sequence() + tcp.payload().length & 0xffff_ffffL;
    return "[" + ECN[tcp.ip().trafficClass() & 3] + "] " + flags(tcp.flags()) + " " + tcp.sequence() + ":" + end + "("
        + tcp.payload().length + ")" + ((tcp.flags() & TcpFlags.ACK) != 0 ? " ack " + tcp.ack() : "") + " win "
        + tcp.window() + (tcp.urgent() != 0 ? " urg " + tcp.urgent() : "")
        + options(tcp.options().stream().map(WireOptions::decode).toList());
  }

  static String options(List<TcpOption> options) {
    return options.isEmpty()
        ? ""
        : options.stream().map(Object::toString).collect(Collectors.joining(",", " <", ">"));
  }

  static String flags(int bits) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      int bit = new int[]{TcpFlags.SYN, TcpFlags.FIN, TcpFlags.RST, TcpFlags.PSH, TcpFlags.URG, TcpFlags.ECE,
          TcpFlags.CWR, TcpFlags.AE, TcpFlags.ACK}[i];
      if ((bits & bit) != 0) out.append("SFRPUEWA.".charAt(i));
    }
    return out.isEmpty() ? "-" : out.toString();
  }

  /** {@return a line of a script without its time} */
  static String of(PacketLine line) {
    return switch (line) {
      case PacketLine.Tcp tcp -> flags(tcp.flags().bits()) + " " + tcp.sequence().text()
          + (tcp.flags().has(TcpFlags.ACK) ? " ack " + tcp.ack() : "")
          + (tcp.window() < 0 ? "" : " win " + tcp.window()) + (tcp.urgent() == 0 ? "" : " urg " + tcp.urgent())
          + (tcp.options().any() ? " <...>" : options(tcp.options().options()));
      case PacketLine.Icmp icmp -> "icmp " + icmp.type() + " " + icmp.code();
    };
  }
}
