package dev.gap.mtcp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

import dev.gap.io.EngineLoop;
import dev.gap.io.UdpPort;
import dev.gap.mtcp.engine.Connection;
import dev.gap.mtcp.engine.ConnectionInfo;
import dev.gap.mtcp.engine.EndpointConfig;
import dev.gap.mtcp.engine.EndpointStats;
import dev.gap.mtcp.engine.MtcpEngine;
import dev.gap.mtcp.engine.WindowPolicy;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SecureStats;

/**
 * One UDP socket with an mTCP engine behind it, shared by any number of {@link MtcpSocket}s: those of one endpoint share
 * what is known of the path to their peer.
 */
public final class MtcpEndpoint implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final long ANSWER_SECONDS = 5;

  private final EngineLoop<MtcpEngine> loop;
  private final InetSocketAddress localAddress;
  private final IdentityHashMap<Connection, Conduit> conduits = new IdentityHashMap<>();
  private final BlockingQueue<Conduit> backlog = new LinkedBlockingQueue<>();
  private final boolean accepting;
  private final @Nullable LocalAddressWatch watch;
  private final boolean secure;
  private volatile @Nullable DatagramListener datagramListener;
  private volatile boolean refusing;
  private volatile boolean closed;

  private MtcpEndpoint(MtcpConfig config, EndpointConfig settings, InetSocketAddress local, String name)
      throws IOException {
    MtcpEngine engine = Engines.make(config, settings, new SecureRandom());
    secure = engine instanceof SecureEndpoint;
    UdpPort port = UdpPort.open(local, secure);
    accepting = settings.accepting();
    localAddress = port.localAddress();
    loop = new EngineLoop<>(name, engine, port, this::handOut);
    loop.start();
    watch = accepting ? null : LocalAddressWatch.start(() -> loop.execute(MtcpEngine::onLocalAddressChanged));
  }

  /**
   * Opens an endpoint that dials, on a port of the system's choice.
   *
   * @throws IOException if there is no socket to be had
   */
  public static MtcpEndpoint dialing(MtcpConfig config) throws IOException {
    return new MtcpEndpoint(config, EndpointConfig.dialing(), new InetSocketAddress(0), "mtcp-dialing");
  }

  /**
   * Opens an endpoint that accepts (and dials, if asked to).
   *
   * @throws IOException if the address cannot be bound
   */
  public static MtcpEndpoint accepting(MtcpConfig config, InetSocketAddress local) throws IOException {
    return new MtcpEndpoint(config, EndpointConfig.acceptingUpTo(BACKLOG), local, "mtcp-accepting-" + local.getPort());
  }

  /**
   * Has the JVM compile what this endpoint's profile needs before it is needed: worth a second of one processor in a process
   * that lives long and whose first connection is not to be slow. Returns at once.
   */
  public void warmUp() {
    Rehearsal.start(secure);
  }

  /** {@return the UDP address it is bound to} */
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  /**
   * Opens a connection. No packet is awaited: what is written leaves in the first flight.
   *
   * @param peer a resolved address
   * @throws IOException if this endpoint is closed
   */
  public MtcpSocket connect(InetSocketAddress peer) throws IOException {
    return new MtcpSocket(this, dial(peer));
  }

  Conduit dial(InetSocketAddress peer) throws IOException {
    if (peer.isUnresolved()) throw new UnknownHostException(peer.getHostString());
    if (watch != null) watch.watch(peer);
    return ask((engine, now) -> admit(engine.connect(peer, now), null));
  }

  @Nullable
  Conduit accept(long nanos) throws IOException {
    try {
      return backlog.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Sets the receive window of all connections, those to come included. */
  public void setWindow(WindowPolicy policy) {
    loop.execute((engine, now) -> engine.setWindow(policy));
  }

  /** {@return the policy of receive windows} */
  public WindowPolicy window() throws IOException {
    return ask((engine, now) -> engine.window());
  }

  /** {@return what can be seen of all connections now} */
  public List<ConnectionInfo> connections() throws IOException {
    return ask((engine, now) -> {
      List<ConnectionInfo> infos = new ArrayList<>();
      engine.forEachConnection(c -> infos.add(c.info()));
      return infos;
    });
  }

  /** {@return the counters} */
  public EndpointStats.Snapshot stats() throws IOException {
    return ask((engine, now) -> engine.stats().snapshot());
  }

  /** A question to the engine, answered on its thread. */
  private interface Question<T> {
    T answer(MtcpEngine engine, long nowNanos);
  }

  private <T> T ask(Question<T> question) throws IOException {
    if (closed) throw new SocketException("Socket closed");
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute((engine, now) -> answer.complete(question.answer(engine, now)));
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the mTCP engine on " + localAddress + " does not answer", e);
    }
  }

  private Conduit admit(Connection connection, @Nullable String user) {
    Conduit conduit = new Conduit(connection, user, c -> loop.execute((engine, now) -> attend(c, engine, now)));
    conduits.put(connection, conduit);
    return conduit;
  }

  private void attend(Conduit conduit, MtcpEngine engine, long nowNanos) {
    if (conduit.exchange()) conduits.remove(conduit.connection());
    engine.update(conduit.connection(), nowNanos);
  }

  /** Hands the engine's events to the conduits; runs after each turn of the loop. */
  private void handOut(MtcpEngine engine, long nowNanos) {
    for (var c = engine.accept(); c != null; c = engine.accept()) {
      Conduit conduit = admit(c, engine instanceof SecureEndpoint sessions ? sessions.userOf(c) : null);
      if (refusing || backlog.size() >= BACKLOG) conduit.close(true);
      else backlog.add(conduit);
    }
    for (var c = engine.pollChanged(); c != null; c = engine.pollChanged()) {
      Conduit conduit = conduits.get(c);
      if (conduit != null) attend(conduit, engine, nowNanos);
    }
    if (engine instanceof SecureEndpoint sessions) handOutDatagrams(sessions);
  }

  private void handOutDatagrams(SecureEndpoint sessions) {
    DatagramListener listener = datagramListener;
    for (var d = sessions.pollDatagram(); d != null; d = sessions.pollDatagram())
      if (listener != null) listener.onDatagram(d.home(), d.body());
  }

  // ---- sessions

  /** {@return whether it has sessions: profile 2} */
  public boolean isSecure() { return secure; }

  /**
   * Opens a session with a peer before it is needed, and keeps it open, so that what is written first leaves at once. Does
   * nothing in profile 1.
   */
  public void keepSession(InetSocketAddress peer) {
    if (watch != null) watch.watch(peer);
    loop.execute((engine, now) -> {
      if (engine instanceof SecureEndpoint sessions) sessions.keepSession(peer, now);
    });
  }

  /** {@return the counters of sessions and handshakes; all zero in profile 1} */
  public SecureStats.Snapshot secureStats() throws IOException {
    return ask((engine, now) -> engine instanceof SecureEndpoint sessions
        ? sessions.secureStats().snapshot()
        : new SecureStats().snapshot());
  }

  /** Has {@code log} hear all secrets agreed on from now on: whoever reads them reads all traffic. */
  public void setKeyLog(SecureEndpoint.KeyLog log) {
    loop.execute((engine, now) -> {
      if (engine instanceof SecureEndpoint sessions) sessions.setKeyLog(log);
    });
  }

  /** Hears datagrams that come over sessions, on the engine's thread. It must not block. */
  public interface DatagramListener {
    /** Hears one. An answer goes over the same {@code session}. */
    void onDatagram(int session, byte[] body);
  }

  /** Has {@code listener} hear the datagrams that come from now on. */
  public void setDatagramListener(DatagramListener listener) {
    datagramListener = listener;
  }

  /** Sends a datagram over a session: it may be lost, and be overtaken. */
  public void sendDatagram(int session, byte[] body) {
    loop.execute((engine, now) -> {
      if (engine instanceof SecureEndpoint sessions) sessions.sendDatagram(session, body, now);
    });
  }

  /** Sends a datagram over the session with {@code peer}, which is opened if need be: it may be lost, and be overtaken. */
  public void sendDatagram(InetSocketAddress peer, byte[] body) {
    loop.execute((engine, now) -> {
      if (engine instanceof SecureEndpoint sessions) sessions.sendDatagram(sessions.sessionWith(peer, now), body, now);
    });
  }

  /** Refuses new connections from now on; those there are go on. */
  void stopAccepting() {
    refusing = true;
    for (Conduit c = backlog.poll(); c != null; c = backlog.poll())
      c.close(true);
  }

  /**
   * Refuses new connections, waits until those there are have ended, at most {@code grace}, and closes.
   *
   * @return whether all had ended by themselves
   */
  public boolean close(Duration grace) throws IOException {
    stopAccepting();
    long end = System.nanoTime() + grace.toNanos();
    boolean quiet = ask((engine, now) -> engine.connectionCount() + conduits.size()) == 0;
    while (!quiet && end - System.nanoTime() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      quiet = ask((engine, now) -> engine.connectionCount() + conduits.size()) == 0;
    }
    close();
    return quiet;
  }

  /** {@return whether it is closed} */
  public boolean isClosed() { return closed; }

  /** Resets all connections and closes the UDP socket. */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    if (watch != null) watch.close();
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    loop.execute((engine, now) -> {
      for (Conduit conduit : List.copyOf(conduits.values())) {
        conduit.close(true);
        attend(conduit, engine, now);
      }
      if (engine instanceof SecureEndpoint sessions) sessions.closeSessions(now);
      // the resets leave at the end of this turn, before the next one runs this
      loop.execute((e, n) -> done.complete(true));
    });
    try {
      done.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // the loop is dead or stuck: there is nobody left to tell the peers
    }
    loop.close();
  }
}
