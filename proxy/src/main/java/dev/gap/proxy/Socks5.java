package dev.gap.proxy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/** The server side of SOCKS5: RFC 1928 CONNECT and UDP ASSOCIATE, with RFC 1929 where credentials are asked for. */
final class Socks5 implements Inbound {
  static final int VERSION = 5;
  static final int ADDRESS_TYPE_NOT_SUPPORTED = 8;

  private static final int COMMAND_NOT_SUPPORTED = 7;
  private static final int CONNECT = 1;
  private static final int UDP_ASSOCIATE = 3;
  private static final int NO_AUTHENTICATION = 0;
  private static final int USERNAME_PASSWORD = 2;
  private static final int NO_METHOD = 0xFF;
  private static final int USERNAME_VERSION = 1;

  private final Target target;
  private final OutputStream out;
  private final boolean udp;

  private Socks5(Target target, OutputStream out, boolean udp) {
    this.target = target;
    this.out = out;
    this.udp = udp;
  }

  /**
   * Reads a request whose version byte has been read. What the client does wrong is answered as the RFC says.
   *
   * @throws RequestException if the client asks for what is not to be had
   */
  static Socks5 read(InputStream input, OutputStream out, @Nullable Credentials credentials) throws IOException {
    DataInputStream in = new DataInputStream(input);
    negotiate(in, out, credentials);
    int version = in.readUnsignedByte();
    if (version != VERSION) throw new RequestException("SOCKS version " + version + " in a SOCKS5 request");
    int command = in.readUnsignedByte();
    in.readUnsignedByte(); // reserved
    Target target;
    try {
      target = Target.read(in);
    } catch (Target.MalformedException e) {
      reply(out, e.reply());
      throw new RequestException("SOCKS5: " + e.getMessage());
    }
    if (command != CONNECT && command != UDP_ASSOCIATE) {
      reply(out, COMMAND_NOT_SUPPORTED);
      throw new RequestException("SOCKS5 command " + command + " is not supported: CONNECT and UDP ASSOCIATE are");
    }
    return new Socks5(target, out, command == UDP_ASSOCIATE);
  }

  private static void negotiate(DataInputStream in, OutputStream out, @Nullable Credentials credentials)
      throws IOException {
    byte[] methods = new byte[in.readUnsignedByte()];
    in.readFully(methods);
    int wanted = credentials == null ? NO_AUTHENTICATION : USERNAME_PASSWORD;
    boolean offered = false;
    for (byte method : methods)
      offered |= method == wanted;
    out.write(new byte[]{VERSION, (byte) (offered ? wanted : NO_METHOD)});
    if (!offered) throw new RequestException("the SOCKS5 client offers no authentication method that is allowed here");
    if (credentials != null) authenticate(in, out, credentials);
  }

  private static void authenticate(DataInputStream in, OutputStream out, Credentials credentials) throws IOException {
    int version = in.readUnsignedByte();
    if (version != USERNAME_VERSION) throw new RequestException("unknown version of RFC 1929: " + version);
    byte[] user = new byte[in.readUnsignedByte()];
    in.readFully(user);
    byte[] password = new byte[in.readUnsignedByte()];
    in.readFully(password);
    boolean right = credentials.match(user, password);
    out.write(new byte[]{USERNAME_VERSION, (byte) (right ? 0 : 1)});
    if (!right) throw new RequestException("a SOCKS5 client gave a wrong name or password");
  }

  private static void reply(OutputStream out, int code) throws IOException {
    out.write(new byte[]{VERSION, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
  }

  /** {@return whether a UDP association is asked for, and not a connection} */
  boolean isUdpAssociate() { return udp; }

  /** Tells the client where to send its datagrams. */
  void acceptUdp(InetSocketAddress relay) throws IOException {
    ByteArrayOutputStream reply = new ByteArrayOutputStream();
    reply.writeBytes(new byte[]{VERSION, 0, 0});
    reply.writeBytes(new Target.Ip(relay.getAddress(), relay.getPort()).toBytes());
    out.write(reply.toByteArray());
  }

  /** Tells the client that there are no associations to be had. */
  void refuseUdp() throws IOException {
    reply(out, COMMAND_NOT_SUPPORTED);
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public byte[] preface() {
    return new byte[0];
  }

  @Override
  public boolean awaitsReply() {
    return true;
  }

  @Override
  public void succeed() throws IOException {
    reply(out, Outcome.CONNECTED.socksReply());
  }

  @Override
  public void fail(Outcome outcome) throws IOException {
    reply(out, outcome.socksReply());
  }
}
