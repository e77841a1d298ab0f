package dev.gap.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.MtcpConfig;
import dev.gap.mtcp.MtcpEndpoint;
import dev.gap.mtcp.MtcpServerSocket;
import dev.gap.mtcp.MtcpSocket;

/**
 * {@code gap server}: accepts mTCP connections, each of which begins with a SOCKS5 address, connects there, and relays. A
 * gap client gets the outcome in the first byte of the stream; the original learns of a failure by a reset.
 */
public final class ProxyServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
  private static final Duration ADDRESS_PATIENCE = Duration.ofSeconds(30);
  private static final Duration OUTCOME_PATIENCE = Duration.ofSeconds(10);

  /**
   * Its settings.
   *
   * @param listen the UDP address
   * @param mtcp the settings of mTCP
   * @param connectTimeout how long each address of a target may take to answer
   */
  public record Config(InetSocketAddress listen, MtcpConfig mtcp, Duration connectTimeout) {
    public Config {
      Objects.requireNonNull(listen);
      Objects.requireNonNull(mtcp);
      if (connectTimeout.toMillis() < 1) throw new IllegalArgumentException("the connect timeout is at least 1 ms");
    }
  }

  private final MtcpServerSocket listener;
  private final TcpDialer dialer;

  private ProxyServer(Config config) throws IOException {
    listener = new MtcpServerSocket(config.mtcp(), config.listen());
    dialer = new TcpDialer(config.connectTimeout());
  }

  /**
   * Starts a server.
   *
   * @throws IOException if its address cannot be bound
   */
  public static ProxyServer start(Config config) throws IOException {
    ProxyServer server = new ProxyServer(config);
    UdpFlows.serve(server.endpoint());
    Thread.ofPlatform().daemon().name("gap-server-accept").start(server::acceptAll);
    return server;
  }

  /** {@return the UDP address it listens on} */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** {@return the mTCP endpoint, for statistics and windows} */
  public MtcpEndpoint endpoint() {
    return listener.endpoint();
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        MtcpSocket socket = listener.accept();
        Thread.ofVirtual().name("gap-server-connection").start(() -> serve(socket));
      } catch (IOException e) {
        if (!listener.isClosed()) LOG.error("accepting failed: {}", e.getMessage());
      }
    }
  }

  private void serve(MtcpSocket client) {
    try {
      Target target = readTarget(client);
      Socket upstream;
      try {
        upstream = dialer.dial(target);
      } catch (IOException e) {
        Outcome outcome = Outcome.of(e);
        LOG.debug("{}: {}", target, outcome.text());
        refuse(client, outcome);
        return;
      }
      String user = client.user();
      LOG.debug("{}: connected for {}", target, user != null ? user : client.getRemoteSocketAddress());
      if (client.isGapPeer()) client.getOutputStream().write(Outcome.CONNECTED.code());
      boolean inOrder = new Relay(client, upstream).run(Relay.Gate.OPEN);
      LOG.debug("{}: {}", target, inOrder ? "finished" : "reset");
    } catch (IOException e) {
      LOG.debug("connection from {} ended early: {}", client.getRemoteSocketAddress(), e.getMessage());
      Relay.abort(client);
    }
  }

  private static Target readTarget(MtcpSocket client) throws IOException {
    client.setSoTimeout(Math.toIntExact(ADDRESS_PATIENCE.toMillis()));
    Target target = Target.read(new DataInputStream(client.getInputStream()));
    client.setSoTimeout(0);
    return target;
  }

  /** A gap client is told and then closes by itself; the original is reset, since it must not see an end of stream. */
  private static void refuse(MtcpSocket client, Outcome outcome) throws IOException {
    if (client.isGapPeer()) {
      client.getOutputStream().write(outcome.code());
      client.shutdownOutput();
      client.awaitFinished(OUTCOME_PATIENCE);
    }
    Relay.abort(client);
  }

  /** Refuses new connections, gives those there are {@code grace} to end, and closes. {@return whether all ended} */
  public boolean close(Duration grace) throws IOException {
    return listener.close(grace);
  }

  /** Resets all connections and closes. */
  @Override
  public void close() {
    listener.abort();
  }
}
