package dev.gap.proxy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.MtcpEndpoint;

/**
 * The far end of UDP associations: one UDP socket for each, which talks to whatever its client names, and goes when nothing
 * was said for two minutes (RFC 4787, REQ-5).
 */
final class UdpFlows {
  private static final Logger LOG = LoggerFactory.getLogger(UdpFlows.class);
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int ID_BYTES = 4;
  private static final int MOST = 4096;
  private static final int MOST_WAITING = 256;
  private static final int MOST_BYTES = 2048;

  private record Name(int session, int id) {}

  /** One flow: its socket, and what waits to be sent. */
  private static final class Flow {
    private final DatagramSocket socket;
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private volatile long lastUsed = System.nanoTime();

    Flow(DatagramSocket socket) {
      this.socket = socket;
    }

    boolean isIdle() { return System.nanoTime() - lastUsed > IDLE.toNanos(); }
  }

  private final MtcpEndpoint endpoint;
  private final Map<Name, Flow> flows = new ConcurrentHashMap<>();

  private UdpFlows(MtcpEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Serves the associations of all sessions of {@code endpoint}, as long as it is open. */
  static void serve(MtcpEndpoint endpoint) {
    endpoint.setDatagramListener(new UdpFlows(endpoint)::onDatagram);
  }

  /** On the engine's thread: names are resolved elsewhere. */
  private void onDatagram(int session, byte[] body) {
    if (body.length <= ID_BYTES) return;
    Name name = new Name(session, ByteBuffer.wrap(body).getInt());
    Flow flow = flows.get(name);
    if (flow == null) flow = open(name);
    // a full queue loses datagrams, as any router does
    if (flow != null && !flow.waiting.offer(body)) LOG.trace("a datagram of {} is lost: too many wait", name);
  }

  private @Nullable Flow open(Name name) {
    if (flows.size() >= MOST) return null;
    try {
      Flow flow = new Flow(new DatagramSocket());
      flow.socket.setSoTimeout(Math.toIntExact(IDLE.toMillis() / 4));
      flows.put(name, flow);
      Thread.ofVirtual().name("gap-server-udp-out").start(() -> send(name, flow));
      Thread.ofVirtual().name("gap-server-udp-in").start(() -> receive(name, flow));
      return flow;
    } catch (IOException e) {
      LOG.debug("no UDP socket for an association: {}", e.getMessage());
      return null;
    }
  }

  private void send(Name name, Flow flow) {
    try {
      while (!flow.isIdle()) {
        byte[] body = flow.waiting.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        if (body == null) continue;
        flow.lastUsed = System.nanoTime();
        sendOne(flow.socket, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(name, flow);
    }
  }

  private static void sendOne(DatagramSocket socket, byte[] body) {
    ByteArrayInputStream in = new ByteArrayInputStream(body, ID_BYTES, body.length - ID_BYTES);
    try {
      InetSocketAddress to = switch (Target.read(new DataInputStream(in))) {
        case Target.Ip(InetAddress address, int port) -> new InetSocketAddress(address, port);
        case Target.Name(String host, int port) -> new InetSocketAddress(InetAddress.getByName(host), port);
      };
      byte[] payload = in.readAllBytes();
      socket.send(new DatagramPacket(payload, payload.length, to));
    } catch (IOException | IllegalArgumentException e) {
      // no such name, no such address, no route: lost
      LOG.debug("a datagram could not be sent: {}", e.getMessage());
    }
  }

  private void receive(Name name, Flow flow) {
    byte[] buffer = new byte[MOST_BYTES];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    while (!flow.isIdle() && !endpoint.isClosed()) {
      try {
        packet.setLength(buffer.length);
        flow.socket.receive(packet);
        flow.lastUsed = System.nanoTime();
        byte[] from = new Target.Ip(packet.getAddress(), packet.getPort()).toBytes();
        endpoint.sendDatagram(name.session, UdpAssociations.body(name.id, from, buffer, packet.getLength()));
      } catch (SocketTimeoutException e) {
        // time to see whether it is idle
      } catch (IOException e) {
        if (flow.socket.isClosed()) break;
        LOG.trace("{}: {}", name, e.getMessage());
      }
    }
    close(name, flow);
  }

  private void close(Name name, Flow flow) {
    flows.remove(name, flow);
    flow.socket.close();
  }
}
