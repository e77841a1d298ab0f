package dev.gap.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.MtcpEndpoint;
import dev.gap.mtcp.engine.secure.SecureStats;
import dev.gap.proxy.LocalProxy;

/**
 * Tells the user what a session lacks, on the side where it can be known: a server is silent to whoever has the wrong key, so
 * a client only sees that nobody answers; a server sees when a holder of the key has a wrong clock.
 */
final class SessionWatch {
  private static final Logger LOG = LoggerFactory.getLogger("session");
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final int SILENT_INITS = 4;
  private static final int ROUNDS_BETWEEN_WARNINGS = 30;

  private final Role role;
  private final MtcpEndpoint endpoint;
  private SecureStats.Snapshot last;
  private int quiet;

  private SessionWatch(Role role, MtcpEndpoint endpoint) throws IOException {
    this.role = role;
    this.endpoint = endpoint;
    last = endpoint.secureStats();
  }

  /** Watches until the endpoint is closed. */
  static void start(Role role, MtcpEndpoint endpoint) throws IOException {
    if (!endpoint.isSecure()) return;
    SessionWatch watch = new SessionWatch(role, endpoint);
    Thread.ofVirtual().name("session-watch").start(watch::run);
  }

  private void run() {
    try {
      while (!endpoint.isClosed()) {
        Thread.sleep(INTERVAL);
        SecureStats.Snapshot now = endpoint.secureStats();
        if (quiet > 0) quiet--;
        if (role == Role.LOCAL) watchServer(now);
        else watchClients(now);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // the endpoint is closed
    }
  }

  private void watchServer(SecureStats.Snapshot now) {
    if (now.sessionsOpened() > last.sessionsOpened()) {
      LOG.info("a session with the server is open");
      quiet = 0;
      last = now;
    } else if (now.sessionsResumed() > last.sessionsResumed()) {
      last = now;
    } else if (now.initsSent() - last.initsSent() >= SILENT_INITS && quiet == 0) {
      LOG.warn("the server {}", LocalProxy.SILENT);
      quiet = ROUNDS_BETWEEN_WARNINGS;
      last = now;
    }
  }

  /** {@return what is wrong with a client's clock that is {@code aheadMillis} ahead of this one} */
  static String clocks(long aheadMillis) {
    String by = Duration.ofSeconds(Math.abs(aheadMillis) / 1000).toString().substring(2).toLowerCase(Locale.ROOT);
    return "the last one's clock is " + by + (aheadMillis < 0 ? " behind" : " ahead of")
        + " this one's, more than --skew allows (or it was recorded): set both clocks right";
  }

  private void watchClients(SecureStats.Snapshot now) {
    if (quiet > 0) return;
    long mismatched = now.initsMismatched() - last.initsMismatched();
    long untimely = now.initsUntimely() - last.initsUntimely();
    long refused = now.initsRefused() - last.initsRefused();
    if (mismatched > 0) {
      LOG.warn(
          "{} handshakes by holders of the key were not answered: either side has static keys and the other has none;"
              + " give --static-key on both, with --users here and --server-key there, or on neither",
          mismatched);
    }
    if (untimely > 0) {
      LOG.warn("{} handshakes by holders of the key were not answered: {}", untimely, clocks(now.clockOffMillis()));
    }
    if (refused > 0) {
      LOG.warn(
          "{} handshakes by holders of the key were not answered: their static key is not in the file of --users, or"
              + " their --server-key is not this server's, or --suites differ",
          refused);
    }
    if (mismatched + untimely + refused > 0) {
      quiet = ROUNDS_BETWEEN_WARNINGS;
      last = now;
    }
  }
}
