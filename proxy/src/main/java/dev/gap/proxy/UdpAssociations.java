package dev.gap.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.MtcpEndpoint;

/**
 * SOCKS5 UDP ASSOCIATE (RFC 1928 section 7) at the local proxy: datagrams of clients go over the session, unreliable as they
 * are. An association ends with the TCP connection that asked for it.
 */
final class UdpAssociations {
  private static final Logger LOG = LoggerFactory.getLogger(UdpAssociations.class);
  /** RSV and FRAG, before the address. */
  static final int SOCKS_HEADER = 3;
  private static final int ID_BYTES = 4;
  private static final int MOST_BYTES = 2048;
  private static final int MOST = 4096;

  /** One of them: the socket that its client talks to, and where that client is once it has. */
  private static final class Association {
    private final DatagramSocket socket;
    private volatile @Nullable InetSocketAddress client;

    Association(DatagramSocket socket) {
      this.socket = socket;
    }
  }

  private final MtcpEndpoint endpoint;
  private final InetSocketAddress server;
  private final Map<Integer, Association> associations = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();

  UdpAssociations(MtcpEndpoint endpoint, InetSocketAddress server) {
    this.endpoint = endpoint;
    this.server = server;
    endpoint.setDatagramListener((session, body) -> toClient(body));
  }

  /** Serves one association until its client closes the TCP connection. */
  void serve(Socket client, Socks5 request) throws IOException {
    if (!endpoint.isSecure() || associations.size() >= MOST) {
      request.refuseUdp();
      throw new RequestException("SOCKS5 UDP ASSOCIATE needs profile 2, and room");
    }
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(client.getLocalAddress(), 0))) {
      int id = random.nextInt();
      associations.put(id, new Association(socket));
      try {
        request.acceptUdp((InetSocketAddress) socket.getLocalSocketAddress());
        Thread.ofVirtual().name("gap-local-udp").start(() -> fromClient(id, client.getInetAddress()));
        awaitEnd(client);
      } finally {
        associations.remove(id);
      }
    }
    // the port is free before the client hears that the association has ended
    client.close();
  }

  private static void awaitEnd(Socket client) throws IOException {
    client.setSoTimeout(0);
    InputStream in = client.getInputStream();
    byte[] scrap = new byte[64];
    while (in.read(scrap) >= 0) {
      // nothing is to come: what does is nothing
    }
  }

  private void fromClient(int id, InetAddress clientHost) {
    Association association = associations.get(id);
    if (association == null) return;
    byte[] buffer = new byte[MOST_BYTES];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    try {
      while (true) {
        packet.setLength(buffer.length);
        association.socket.receive(packet);
        // fragments (RFC 1928: "an implementation that does not support fragmentation MUST drop") and strangers
        if (!packet.getAddress().equals(clientHost) || packet.getLength() <= SOCKS_HEADER || buffer[2] != 0) continue;
        association.client = (InetSocketAddress) packet.getSocketAddress();
        int rest = packet.getLength() - SOCKS_HEADER;
        byte[] body = ByteBuffer.allocate(ID_BYTES + rest).putInt(id).put(buffer, SOCKS_HEADER, rest).array();
        endpoint.sendDatagram(server, body);
      }
    } catch (IOException e) {
      LOG.debug("UDP association ended: {}", e.getMessage());
    }
  }

  /** On the engine's thread. */
  private void toClient(byte[] body) {
    if (body.length <= ID_BYTES) return;
    Association association = associations.get(ByteBuffer.wrap(body).getInt());
    InetSocketAddress client = association == null ? null : association.client;
    if (association == null || client == null) return;
    byte[] datagram = new byte[SOCKS_HEADER + body.length - ID_BYTES];
    System.arraycopy(body, ID_BYTES, datagram, SOCKS_HEADER, body.length - ID_BYTES);
    try {
      association.socket.send(new DatagramPacket(datagram, datagram.length, client));
    } catch (IOException e) {
      // lost, as any datagram may be
      LOG.trace("a datagram for {} was refused: {}", client, e.getMessage());
    }
  }

  /** {@return the body of a datagram over the session} */
  static byte[] body(int id, byte[] address, byte[] from, int length) {
    return ByteBuffer.allocate(ID_BYTES + address.length + length).putInt(id).put(address).put(from, 0, length).array();
  }
}
