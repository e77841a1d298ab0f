package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.congestion.CongestionControl;

/** Options that change in mid-life. */
public final class LiveOptions {
  private final TcpConnection c;

  LiveOptions(TcpConnection connection) {
    c = connection;
  }

  public void setNoDelay(boolean on) {
    c.settings.noDelay = on;
    c.sender.setNoDelay(on);
  }

  public void setCork(boolean on) {
    c.settings.cork = on;
    c.sender.setCorked(on);
  }

  public void setKeepalive(boolean on, long now) {
    c.settings.keepalive = on;
    c.keepalive.set(on, now);
  }

  public void setKeepaliveTimes(long idleNanos, long intervalNanos, int probes, long now) {
    if (idleNanos > 0) c.keepalive.setIdle(idleNanos, c.lastHeard, now);
    if (intervalNanos > 0) c.keepalive.setInterval(intervalNanos);
    if (probes > 0) c.keepalive.setMost(probes);
  }

  public void setQuick(boolean on) {
    c.receiver.setQuick(on);
  }

  /** Acknowledges all at once, and what waits for it now; or as usual again. */
  public void setAlwaysQuick(boolean on) {
    c.settings.alwaysQuick = on;
    c.receiver.setAlwaysQuick(on);
    c.receiver.setQuick(on);
  }

  public void setBuffers(int receive, int send) {
    if (receive > 0) {
      c.settings.receiveBuffer = receive;
      c.receiver.setBuffer(receive);
    }
    if (send > 0) {
      c.settings.sendBuffer = send;
      c.space.set(send);
    }
  }

  /**
   * Sends no faster.
   *
   * @param rate bytes a second, 0 for no bound
   */
  public void setMaxPacingRate(long rate) {
    c.settings.maxPacingRate = rate;
    c.sender.setMaxRate(rate == 0 ? CongestionControl.UNLIMITED : rate);
  }

  public void setMaxSegment(int bytes) {
    c.settings.maxSegment = bytes;
    c.size.setUserMss(bytes);
    c.resize(false);
  }

  /** The interface lets packets of other sizes through than before. */
  public void setLinkMtu(int mtu) {
    c.size.onLink(mtu);
    c.resize(false);
  }

  public void setTrafficClass(int trafficClass, int hopLimit) {
    c.settings.trafficClass = trafficClass;
    c.frame = c.frame.withTraffic(trafficClass & ~3, hopLimit);
  }

  /** Also tells the peer, where the option is exchanged. */
  public void setUserTimeout(long nanos) {
    c.settings.userTimeoutNanos = nanos;
    c.userTimeout.setDue();
  }

  public void setAlgorithm(TcpConfig.Algorithm algorithm) {
    c.settings.algorithm = algorithm;
    c.sender.setControl(CongestionControl.of(algorithm, c.config.congestion().slowStart(),
        c.config.congestion().byteCountingLimit()));
  }
}
