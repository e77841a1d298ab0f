package dev.gap.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.MtcpEndpoint;
import dev.gap.mtcp.MtcpSocket;

/** The way from the local proxy to the server: opens an mTCP connection for each request and learns what became of it. */
final class Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);
  private static final Duration SERVER_PATIENCE = Duration.ofSeconds(8);
  private static final Duration OUTCOME_PATIENCE = Duration.ofSeconds(90);
  private static final long COMPLAINT_INTERVAL = Duration.ofSeconds(10).toNanos();

  private final MtcpEndpoint endpoint;
  private final Target server;
  private final InetSocketAddress address;
  private final ReplyMode mode;
  private final AtomicLong nextComplaint = new AtomicLong(System.nanoTime());

  Upstream(MtcpEndpoint endpoint, Target server, InetAddress resolved, ReplyMode mode) {
    this.endpoint = endpoint;
    this.server = server;
    this.mode = mode;
    address = new InetSocketAddress(resolved, server.port());
  }

  /** Opens a session, so that the first request need not wait for one; or sees whether the server is there. */
  void greet() {
    if (endpoint.isSecure()) {
      endpoint.keepSession(address);
      return;
    }
    try (MtcpSocket socket = endpoint.connect(address)) {
      if (!hears(socket)) return;
      LOG.info("server {} answers{}", server, socket.isGapPeer() ? "" : " (it is the original gap-proxy)");
    } catch (IOException e) {
      LOG.debug("greeting the server failed: {}", e.getMessage());
    }
  }

  private boolean hears(MtcpSocket socket) throws IOException {
    if (socket.awaitPeer(SERVER_PATIENCE)) return true;
    long now = System.nanoTime();
    long next = nextComplaint.get();
    if (!endpoint.isClosed() && now - next >= 0 && nextComplaint.compareAndSet(next, now + COMPLAINT_INTERVAL)) {
      LOG.warn("server {} ({}) {}", server, address.getAddress().getHostAddress(), LocalProxy.SILENT);
    }
    return false;
  }

  /** Carries one request to its end. The client's socket is closed then. */
  void carry(Socket client, Inbound inbound) throws IOException {
    MtcpSocket socket = endpoint.connect(address);
    try {
      byte[] head = inbound.target().toBytes();
      byte[] preface = inbound.preface();
      byte[] first = new byte[head.length + preface.length];
      System.arraycopy(head, 0, first, 0, head.length);
      System.arraycopy(preface, 0, first, head.length, preface.length);
      socket.getOutputStream().write(first);
      boolean told = mode == ReplyMode.FAST && inbound.awaitsReply();
      if (told) inbound.succeed();
      boolean inOrder = new Relay(client, socket).run(() -> learn(inbound, socket, told));
      LOG.debug("{}: {}", inbound.target(), inOrder ? "finished" : "reset");
    } catch (IOException e) {
      Relay.abort(socket);
      throw e;
    }
  }

  /**
   * Waits for the outcome and tells the client.
   *
   * @param told whether the client was told already that it is connected: a failure can then only reset it
   */
  private boolean learn(Inbound inbound, MtcpSocket socket, boolean told) throws IOException {
    Outcome outcome = outcome(socket);
    if (outcome != Outcome.CONNECTED) LOG.debug("{}: {}", inbound.target(), outcome.text());
    if (told && outcome != Outcome.CONNECTED) throw new IOException(outcome.text());
    if (told) return true;
    if (outcome == Outcome.CONNECTED) inbound.succeed();
    else inbound.fail(outcome);
    return outcome == Outcome.CONNECTED;
  }

  /** {@return what became of the connection, once the server has said so} The original says nothing: then all is well. */
  private Outcome outcome(MtcpSocket socket) throws IOException {
    if (!hears(socket)) return Outcome.SERVER_SILENT;
    if (!socket.isGapPeer()) return Outcome.CONNECTED;
    socket.setSoTimeout(Math.toIntExact(OUTCOME_PATIENCE.toMillis()));
    int code = socket.getInputStream().read();
    socket.setSoTimeout(0);
    return code < 0 ? Outcome.FAILED : Outcome.of(code);
  }
}
