package dev.gap.cli.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** A SOCKS5 client that hides nothing of what the proxy does. */
final class SocksClient {
  private static final int ADDRESS_BYTES = 6;

  private SocksClient() {}

  /** Asks the proxy behind {@code socket} for a connection. {@return the reply code} */
  static int connect(Socket socket, InetSocketAddress proxy, String host, int port) throws IOException {
    socket.connect(proxy);
    OutputStream out = socket.getOutputStream();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    out.write(new byte[]{5, 1, 0});
    in.readFully(new byte[2]);
    byte[] name = host.getBytes(US_ASCII);
    byte[] request = new byte[5 + name.length + 2];
    request[0] = 5;
    request[1] = 1;
    request[3] = 3;
    request[4] = (byte) name.length;
    System.arraycopy(name, 0, request, 5, name.length);
    request[request.length - 2] = (byte) (port >> 8);
    request[request.length - 1] = (byte) port;
    out.write(request);
    byte[] reply = new byte[4];
    in.readFully(reply);
    in.readFully(new byte[ADDRESS_BYTES]);
    return reply[1];
  }
}
