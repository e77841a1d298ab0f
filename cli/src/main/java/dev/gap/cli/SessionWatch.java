package dev.gap.cli;

import java.io.IOException;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gap.mtcp.MtcpEndpoint;
import dev.gap.mtcp.engine.secure.SecureStats;

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
      LOG.warn("the server does not answer: is it running, is its UDP port open, does it have the same key and profile"
          + " (and static keys that go with these), and are both clocks right?");
      quiet = ROUNDS_BETWEEN_WARNINGS;
      last = now;
    }
  }

  private void watchClients(SecureStats.Snapshot now) {
    if (quiet > 0) return;
    long untimely = now.initsUntimely() - last.initsUntimely();
    long refused = now.initsRefused() - last.initsRefused();
    if (untimely > 0) {
      LOG.warn("{} handshakes by holders of the key were not answered: their clock and this one differ by more than the"
          + " skew, or they were recorded", untimely);
    }
    if (refused > 0) {
      LOG.warn("{} handshakes by holders of the key were not answered: they are no users with static keys, or have no"
          + " common suite", refused);
    }
    if (untimely + refused > 0) {
      quiet = ROUNDS_BETWEEN_WARNINGS;
      last = now;
    }
  }
}
