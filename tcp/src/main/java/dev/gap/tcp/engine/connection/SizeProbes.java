package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.congestion.Cwnd;
import dev.gap.tcp.engine.send.Outgoing;

/** Has the sender try larger segments, and hears what became of them: RFC 4821 section 10.1. */
final class SizeProbes {
  /** Section 7.6.3: a timeout costs so much that the next probe waits longer. */
  private static final int AFTER_TIMEOUT = 5;

  private final TcpConnection c;

  SizeProbes(TcpConnection connection) {
    c = connection;
  }

  /** Takes in what became of the last, which may change the size of segments. */
  void settle(long now) {
    MtuSearch search = c.size.search();
    switch (c.sender.takeProbeFate()) {
      case NONE -> {
      }
      case ARRIVED -> {
        int before = c.size.mss(c.sender.largestWindow());
        search.onArrived();
        int after = c.size.mss(c.sender.largestWindow());
        if (after > before) c.sender.keepWindow(before, after);
      }
      case LOST -> search.onLost(now + pauseNanos());
      case TIMED_OUT -> search.onLost(now + AFTER_TIMEOUT * pauseNanos());
      case UNCLEAR -> search.onUnclear();
    }
  }

  /** Section 7.6.2: as many round trips as the window has segments, which losses of congestion are apart at least. */
  private long pauseNanos() {
    int threshold = c.sender.info().ssthresh();
    int window = c.sender.congestionWindow();
    return (threshold == Cwnd.INFINITE ? window : Math.max(window, threshold)) * c.sender.rtt().smoothedNanos();
  }

  /**
   * Before something is sent.
   *
   * @param blocks bytes of SACK blocks in the next segment
   * @param others bytes of other options that not all segments have
   */
  void want(int blocks, int others, long now) {
    boolean may = c.settings.discovery && c.config.sizes().discovery() && blocks == 0
        && c.state.isSynchronized() && c.urgentSent <= c.sender.una();
    c.sender.wantProbe(may ? c.size.probe(others, now) : 0);
  }

  void onSent(Outgoing sent, int others) {
    if (sent.isProbe()) c.size.onProbeSent(sent.length(), others);
  }
}
