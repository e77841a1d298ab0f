package dev.gap.packetdrill.wire;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A packet as on the wire, taken apart. */
public sealed interface Packet {
  /** {@return its IP header} */
  IpHeader ip();

  /**
   * An option of a TCP header: only its content, without kind and length.
   *
   * @param content empty for end of list and no-operation
   */
  record Option(int kind, byte[] content) {
    /** {@return how many bytes it takes in the header} */
    public int length() {
      return kind <= 1 ? 1 : 2 + content.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Option(int k, byte[] c) && k == kind && Arrays.equals(c, content);
    }

    @Override
    public int hashCode() {
      return kind * 31 + Arrays.hashCode(content);
    }

    @Override
    public String toString() {
      return kind + ":" + HexFormat.of().formatHex(content);
    }
  }

  /**
   * A TCP segment; numbers are unsigned.
   *
   * @param flags nine bits, FIN lowest
   * @param reserved the three bits between data offset and flags
   */
  record Tcp(IpHeader ip, int sourcePort, int destinationPort, long sequence, long ack, int flags, int reserved,
      int window, int urgent, List<Option> options, byte[] payload) implements Packet {
    public Tcp {
      options = List.copyOf(options);
    }

    /** {@return the bytes its options take, padding not counted} */
    public int optionLength() {
      return options.stream().mapToInt(Option::length).sum();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Tcp o && ip.equals(o.ip) && sourcePort == o.sourcePort
          && destinationPort == o.destinationPort && sequence == o.sequence && ack == o.ack && flags == o.flags
          && reserved == o.reserved && window == o.window && urgent == o.urgent && options.equals(o.options)
          && Arrays.equals(payload, o.payload);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(payload) * 31 + (int) sequence;
    }
  }

  /**
   * An ICMP or ICMPv6 message.
   *
   * @param rest the second word of its header
   */
  record Icmp(IpHeader ip, int type, int code, long rest, byte[] payload) implements Packet {
    @Override
    public boolean equals(Object other) {
      return other instanceof Icmp o && ip.equals(o.ip) && type == o.type && code == o.code && rest == o.rest
          && Arrays.equals(payload, o.payload);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(payload) * 31 + type;
    }
  }

  /** Something else, such as UDP. */
  record Other(IpHeader ip, int protocol) implements Packet {}
}
