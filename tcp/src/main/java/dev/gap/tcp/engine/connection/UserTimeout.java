package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;

/**
 * How long data may go unacknowledged: what the application says, or else, where the option is exchanged (RFC 5482), what
 * both sides have told each other.
 */
final class UserTimeout {
  private static final int MINUTES = 0x8000;
  private static final int MOST = 0x7fff;
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  private final TcpConfig.UserTimeouts config;
  private final SocketSettings settings;
  private long adoptedNanos;
  private boolean due;

  UserTimeout(TcpConfig config, SocketSettings settings) {
    this.config = config.timing().userTimeouts();
    this.settings = settings;
  }

  /** {@return the timeout, 0 for the usual number of retries} */
  long nanos() {
    return settings.userTimeoutNanos > 0 ? settings.userTimeoutNanos : adoptedNanos;
  }

  /** {@return what to tell the peer, 0 for nothing} */
  int offer() {
    return offer(config, settings);
  }

  /** {@return what a host so configured tells its peers, 0 for nothing} */
  static int offer(TcpConfig.UserTimeouts config, SocketSettings settings) {
    if (!config.exchanged()) return 0;
    long nanos = settings.userTimeoutNanos > 0 ? settings.userTimeoutNanos : config.advertised().toNanos();
    long seconds = Math.ceilDiv(nanos, SECOND);
    return seconds <= MOST ? (int) seconds : MINUTES | (int) Math.min(MOST, Math.ceilDiv(nanos, MINUTE));
  }

  /** Takes what the peer has told, 0 if nothing: section 3.1; zero minutes are reserved (section 3.2). */
  void onReceived(int field) {
    int amount = field & MOST;
    if (amount == 0 || !config.exchanged()) return;
    long told = amount * ((field & MINUTES) != 0 ? MINUTE : SECOND);
    long larger = Math.max(config.advertised().toNanos(), told);
    adoptedNanos = Math.min(config.most().toNanos(), Math.max(larger, config.least().toNanos()));
  }

  /** The next segment is to tell it: the first one after the SYNs (section 3.2), or there is something new. */
  void setDue() {
    due = config.exchanged();
  }

  boolean isDue() { return due; }

  /** {@return what to tell now} */
  int take() {
    due = false;
    return offer();
  }
}
