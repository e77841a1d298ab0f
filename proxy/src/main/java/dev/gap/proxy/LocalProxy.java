package dev.gap.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.MtcpConfig;
import dev.gap.mtcp.MtcpEndpoint;

/**
 * {@code gap local}: takes SOCKS5 and HTTP proxy requests on the same TCP ports, telling them apart by their first byte, and
 * carries each over an mTCP connection of its own to the server.
 */
public final class LocalProxy implements AutoCloseable {
  /** What is said of a server that is silent, which it is to whoever it does not know, and what to look at. */
  public static final String SILENT = "does not answer: is it running, is the address right, does UDP get through to its port,"
      + " do both sides have the same key and profile (in profile 2 also static keys that go together, and right clocks)?";

  private static final Logger LOG = LoggerFactory.getLogger(LocalProxy.class);
  private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(30);
  private static final int BACKLOG = 1024;

  /**
   * Its settings.
   *
   * @param listen the TCP addresses, at least one
   * @param server the server's host and UDP port
   * @param mtcp the settings of mTCP
   * @param reply when clients are told that they are connected
   * @param credentials what clients must give, or null
   */
  public record Config(List<InetSocketAddress> listen, Target server, MtcpConfig mtcp, ReplyMode reply,
      @Nullable Credentials credentials) {
    public Config {
      listen = List.copyOf(listen);
      if (listen.isEmpty()) throw new IllegalArgumentException("there is no address to listen on");
      Objects.requireNonNull(server);
      Objects.requireNonNull(mtcp);
      Objects.requireNonNull(reply);
    }
  }

  private final Config config;
  private final List<ServerSocket> listeners = new ArrayList<>();
  private final MtcpEndpoint endpoint;
  private final Upstream upstream;
  private final UdpAssociations associations;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private LocalProxy(Config config) throws IOException {
    this.config = config;
    InetAddress server = resolve(config.server());
    try {
      for (InetSocketAddress address : config.listen())
        listeners.add(listen(address));
      endpoint = MtcpEndpoint.dialing(config.mtcp());
    } catch (IOException e) {
      closeListeners();
      throw e;
    }
    upstream = new Upstream(endpoint, config.server(), server, config.reply());
    associations = new UdpAssociations(endpoint, new InetSocketAddress(server, config.server().port()));
  }

  private static InetAddress resolve(Target server) throws IOException {
    return switch (server) {
      case Target.Ip(InetAddress address, int port) -> address;
      case Target.Name(String name, int port) -> InetAddress.getByName(name);
    };
  }

  private static ServerSocket listen(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      if (!(e instanceof BindException)) throw e;
      BindException named = new BindException(
          "cannot bind TCP " + new Target.Ip(address.getAddress(), address.getPort()) + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  /**
   * Starts a local proxy, and asks the server for a sign of life; if there is none, that is logged within ten seconds.
   *
   * @throws java.net.UnknownHostException if the server's name cannot be resolved
   * @throws IOException if an address cannot be bound
   */
  public static LocalProxy start(Config config) throws IOException {
    LocalProxy local = new LocalProxy(config);
    for (ServerSocket listener : local.listeners) {
      Thread.ofVirtual().name("gap-local-accept").start(() -> local.acceptAll(listener));
    }
    Thread.ofVirtual().name("gap-local-greeting").start(local.upstream::greet);
    return local;
  }

  /** {@return the TCP addresses it listens on, in the order of the settings} */
  public List<InetSocketAddress> localAddresses() {
    return listeners.stream().map(l -> (InetSocketAddress) l.getLocalSocketAddress()).toList();
  }

  /** {@return the mTCP endpoint, for statistics and windows} */
  public MtcpEndpoint endpoint() {
    return endpoint;
  }

  private void acceptAll(ServerSocket listener) {
    while (!closed) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().name("gap-local-connection").start(() -> serve(client));
      } catch (IOException e) {
        if (closed) return;
        LOG.error("accepting on {} failed: {}", listener.getLocalSocketAddress(), e.getMessage());
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
  }

  private void serve(Socket client) {
    clients.add(client);
    try {
      client.setTcpNoDelay(true);
      client.setKeepAlive(true);
      client.setSoTimeout(Math.toIntExact(REQUEST_PATIENCE.toMillis()));
      Inbound inbound = readRequest(client);
      if (inbound == null) return;
      client.setSoTimeout(0);
      if (inbound instanceof Socks5 socks && socks.isUdpAssociate()) associations.serve(client, socks);
      else upstream.carry(client, inbound);
    } catch (RequestException e) {
      LOG.debug("request refused: {}", e.getMessage());
      Relay.endGently(client);
    } catch (IOException e) {
      LOG.debug("client connection ended: {}", e.getMessage());
      Relay.abort(client);
    } finally {
      clients.remove(client);
    }
  }

  /** {@return the request, or null if the client closed without one} */
  private @Nullable Inbound readRequest(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    int first = in.read();
    if (first < 0) {
      client.close();
      return null;
    }
    if (first == Socks5.VERSION) return Socks5.read(in, client.getOutputStream(), config.credentials());
    if (first < 'A' || first > 'z') throw new RequestException("neither SOCKS5 nor HTTP: first byte " + first);
    return HttpProxy.read(first, in, client.getOutputStream(), config.credentials());
  }

  /** Refuses new clients, gives those there are {@code grace} to end, and closes. {@return whether all ended} */
  public boolean close(Duration grace) throws IOException {
    closed = true;
    closeListeners();
    long end = System.nanoTime() + grace.toNanos();
    while (!clients.isEmpty() && end - System.nanoTime() > 0)
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    // what clients have sent may still be on its way
    boolean quiet = clients.isEmpty() && endpoint.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    close();
    return quiet;
  }

  /** Resets all connections and closes. */
  @Override
  public void close() {
    closed = true;
    closeListeners();
    clients.forEach(Relay::abort);
    endpoint.close();
  }

  private void closeListeners() {
    for (ServerSocket listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        LOG.debug("closing {}: {}", listener, e.getMessage());
      }
    }
  }
}
