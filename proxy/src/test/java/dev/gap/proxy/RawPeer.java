package dev.gap.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.gap.io.EngineLoop;
import dev.gap.io.UdpPort;
import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.Endpoint;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.transport.PacketBatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * An mTCP peer that does not know gap's extension, as the original does not: a dialer whose connection IDs are not
 * marked, or an acceptor that marks no segment. It is gap's engine without gap's sockets; one connection at a time.
 */
final class RawPeer implements AutoCloseable {
  static final String END = "<end>";

  private static final int PATIENCE_SECONDS = 20;

  private final EngineLoop<Endpoint> loop;
  private final InetSocketAddress address;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();
  private boolean over;
  private boolean ended;

  private RawPeer(EndpointConfig config, UdpPort port) {
    Endpoint engine = new Endpoint(config, protection(), new SecureRandom());
    address = port.localAddress();
    loop = new EngineLoop<>("raw-peer", engine, port, this::listen);
    loop.start();
  }

  private static SeedProtection protection() {
    return new SeedProtection(new SeedKey(Chain.ORIGINAL_KEY));
  }

  private static UdpPort open() throws IOException {
    return UdpPort.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false);
  }

  /** {@return the original's client, connected} */
  static RawPeer dialing(InetSocketAddress server) throws IOException {
    RawPeer peer = new RawPeer(EndpointConfig.dialing(), open());
    long unmarked = new SecureRandom().nextLong();
    peer.loop.execute((engine, now) -> peer.connection.complete(engine.connect(server, unmarked, now)));
    return peer;
  }

  /** {@return the original's server} */
  static RawPeer accepting() throws IOException {
    return new RawPeer(EndpointConfig.acceptingUpTo(16), new UnmarkingPort(open()));
  }

  InetSocketAddress localAddress() {
    return address;
  }

  private void listen(Endpoint engine, long nowNanos) {
    for (Connection c = engine.accept(); c != null; c = engine.accept())
      hear(engine, c, nowNanos);
    for (Connection c = engine.pollChanged(); c != null; c = engine.pollChanged())
      hear(engine, c, nowNanos);
  }

  private void hear(Endpoint engine, Connection c, long nowNanos) {
    // the local's greeting is a connection too, which ends without a word
    if (c.readableBytes() > 0) connection.complete(c);
    boolean ours = connection.isDone() && connection.join().id() == c.id();
    byte[] bytes = new byte[4096];
    int n = c.read(bytes, 0, bytes.length);
    for (; n > 0; n = c.read(bytes, 0, bytes.length))
      heard.add(new String(bytes, 0, n, ISO_8859_1));
    if (ours && n < 0 && !ended) {
      ended = true;
      heard.add(END);
    }
    if (!ours && n < 0) c.close();
    if (ours && c.closeReason() != null && !over) {
      over = true;
      heard.add("<" + c.closeReason() + ">");
    }
    engine.update(c, nowNanos);
  }

  /** Something done to the connection, on the engine's thread. */
  private interface Command {
    void run(Connection connection);
  }

  private void command(Command command) throws Exception {
    Connection c = connection.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    loop.execute((engine, now) -> {
      command.run(c);
      engine.update(c, now);
    });
  }

  void write(byte[] bytes) throws Exception {
    command(c -> {
      if (c.write(bytes, 0, bytes.length) != bytes.length) throw new AssertionError("more than a first buffer takes");
    });
  }

  void shutdownOutput() throws Exception {
    command(Connection::shutdownOutput);
  }

  void reset() throws Exception {
    command(Connection::reset);
  }

  /** {@return what was heard, up to and including {@code last}} */
  String hearUntil(String last) throws InterruptedException {
    StringBuilder all = new StringBuilder();
    while (all.indexOf(last) < 0) {
      String more = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (more == null) throw new AssertionError("nothing more after '" + all + "'");
      all.append(more);
    }
    return all.toString();
  }

  @Override
  public void close() {
    loop.close();
  }

  /** Takes gap's mark off what is sent. */
  private static final class UnmarkingPort implements UdpPort {
    private static final int MARK_BYTE = 30;

    private final UdpPort port;
    private final SeedProtection protection = protection();

    UnmarkingPort(UdpPort port) {
      this.port = port;
    }

    @Override
    public void send(PacketBatch out) throws IOException {
      for (int i = 0; i < out.size(); i++) {
        if (!protection.open(out.bytes(i), out.length(i))) throw new AssertionError("not sealed with this key");
        out.bytes(i)[MARK_BYTE] &= 0x7F;
      }
      protection.seal(out, 0);
      port.send(out);
    }

    @Override
    public InetSocketAddress localAddress() {
      return port.localAddress();
    }

    @Override
    public void receive(PacketBatch in) throws IOException {
      port.receive(in);
    }

    @Override
    public long sendErrors() {
      return port.sendErrors();
    }

    @Override
    public void await(long nanos) throws IOException {
      port.await(nanos);
    }

    @Override
    public void pause(long nanos) throws IOException {
      port.pause(nanos);
    }

    @Override
    public void wakeup() {
      port.wakeup();
    }

    @Override
    public void close() throws IOException {
      port.close();
    }
  }
}
