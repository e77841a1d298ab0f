package dev.gap.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.util.Objects;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Where a proxied connection goes: an address or a name, and a port. On the wire it stands as in SOCKS5 (RFC 1928). */
public sealed interface Target {
  /** {@return the port, 0 to 65535} */
  int port();

  /** {@return the host as text, IPv6 in brackets} */
  String host();

  /** An IPv4 or IPv6 address. */
  record Ip(InetAddress address, int port) implements Target {
    public Ip {
      Objects.requireNonNull(address);
      checkPort(port);
    }

    @Override
    public String host() {
      String text = address.getHostAddress();
      return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    @Override
    public String toString() {
      return host() + ":" + port;
    }
  }

  /** A domain name, to be resolved at the server: 1 to 255 ASCII characters. */
  record Name(String host, int port) implements Target {
    public Name {
      checkPort(port);
      if (host.isEmpty() || host.length() > 255) throw new IllegalArgumentException("a name has 1 to 255 characters");
      for (int i = 0; i < host.length(); i++) {
        char c = host.charAt(i);
        if (c <= ' ' || c >= 0x7F || "[]:".indexOf(c) >= 0) {
          throw new IllegalArgumentException("a name is printable ASCII without brackets and colons");
        }
      }
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  private static void checkPort(int port) {
    if (port < 0 || port > 65535) throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
  }

  /** A target that cannot be: {@code reply} is the SOCKS5 code that says so. */
  final class MalformedException extends IOException {
    private static final long serialVersionUID = 1;
    private final int reply;

    MalformedException(String message, int reply) {
      super(message);
      this.reply = reply;
    }

    /** {@return the SOCKS5 reply code} */
    public int reply() {
      return reply;
    }
  }

  /**
   * Parses {@code host:port}, {@code [IPv6]:port}, or either without a port.
   *
   * @param defaultPort the port if none is given, or -1 if one must be
   * @throws IllegalArgumentException if it is neither
   */
  static Target parse(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > text.lastIndexOf(']') && (text.startsWith("[") || text.indexOf(':') == colon);
    if (!hasPort && defaultPort < 0) throw new IllegalArgumentException("no port in '" + text + "'");
    String host = hasPort ? text.substring(0, colon) : text;
    int port = hasPort ? parsePort(text.substring(colon + 1)) : defaultPort;
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    if (host.isEmpty()) throw new IllegalArgumentException("no host in '" + text + "'");
    return of(host, port);
  }

  private static int parsePort(String digits) {
    if (!digits.matches("[0-9]{1,5}")) throw new IllegalArgumentException("'" + digits + "' is not a port");
    return Integer.parseInt(digits);
  }

  /** {@return the target for a literal address or a name} */
  static Target of(String host, int port) {
    try {
      return new Ip(InetAddress.ofLiteral(host), port);
    } catch (IllegalArgumentException notLiteral) {
      return new Name(IDN.toASCII(host), port);
    }
  }

  /**
   * Reads {@code ATYP | address | port}.
   *
   * @throws MalformedException if the type is unknown or the name is none
   */
  static Target read(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    return switch (type) {
      case 1 -> new Ip(InetAddress.getByAddress(readBytes(in, 4)), in.readUnsignedShort());
      case 4 -> new Ip(InetAddress.getByAddress(readBytes(in, 16)), in.readUnsignedShort());
      case 3 -> {
        String name = new String(readBytes(in, in.readUnsignedByte()), US_ASCII);
        int port = in.readUnsignedShort();
        try {
          // some clients give a literal address as a name
          yield of(name, port);
        } catch (IllegalArgumentException e) {
          throw new MalformedException("impossible host name", Outcome.HOST_UNREACHABLE.socksReply());
        }
      }
      default -> throw new MalformedException("unknown address type " + type, Socks5.ADDRESS_TYPE_NOT_SUPPORTED);
    };
  }

  private static byte[] readBytes(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  /** {@return {@code ATYP | address | port}} */
  default byte[] toBytes() {
    return switch (this) {
      case Ip(InetAddress address, int port) -> {
        byte[] raw = address.getAddress();
        yield withPort(raw.length == 4 ? 1 : 4, raw, port);
      }
      case Name(String name, int port) -> {
        byte[] raw = new byte[1 + name.length()];
        raw[0] = (byte) name.length();
        System.arraycopy(name.getBytes(US_ASCII), 0, raw, 1, name.length());
        yield withPort(3, raw, port);
      }
    };
  }

  private static byte[] withPort(int type, byte[] address, int port) {
    byte[] all = new byte[address.length + 3];
    all[0] = (byte) type;
    System.arraycopy(address, 0, all, 1, address.length);
    all[all.length - 2] = (byte) (port >>> 8);
    all[all.length - 1] = (byte) port;
    return all;
  }
}
