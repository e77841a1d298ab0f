package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;

/**
 * What applications set on a socket before it is a connection, and what a listener hands down to its connections. Zero
 * stands for what the configuration says.
 */
public final class SocketSettings {
  public boolean noDelay;
  public boolean cork;
  public boolean keepalive;
  public long keepIdleNanos;
  public long keepIntervalNanos;
  public int keepProbes;
  public long userTimeoutNanos;
  public int sendBuffer;
  /** Not writable while that many bytes were not sent yet. */
  public long notSentLowWater;
  public int receiveBuffer;
  public int maxSegment;
  public int trafficClass;
  public int hopLimit;
  public boolean inlineUrgent;
  public int synRetries;
  /** How long opening may take; 0 for what the configuration says. */
  public long openLimitNanos;
  /** SYNs go out without options. */
  public boolean withoutOptions;
  /** Segments are signed with the key that the host has for the peer, and only such are taken: RFC 2385. */
  public boolean signed;
  public boolean linger;
  public int lingerSeconds;
  /** How long FIN-WAIT-2 lasts; negative for not at all. */
  public long finWait2Nanos;
  public boolean fastOpenConnect;
  public boolean withoutCookie;
  public TcpConfig.Algorithm algorithm = TcpConfig.Algorithm.CUBIC;
  public int initialWindow;
  /** Bytes a second, 0 for no bound. */
  public long maxPacingRate;
  public int initialReceiveWindow;
  public boolean alwaysQuick;
  public boolean dontFragment = true;
  /** From where to connect if the port does not matter, as far as the host allows it; 0 for the host's bounds. */
  public int firstPort;
  public int lastPort;
  /** Whether ICMP is heeded. */
  public boolean discovery = true;

  public SocketSettings(TcpConfig config) {
    keepalive = config.timing().keepalive();
    algorithm = config.congestion().algorithm();
    hopLimit = config.habits().hopLimit();
    discovery = config.sizes().discovery();
    dontFragment = discovery;
  }

  private SocketSettings(SocketSettings other) {
    noDelay = other.noDelay;
    cork = other.cork;
    keepalive = other.keepalive;
    keepIdleNanos = other.keepIdleNanos;
    keepIntervalNanos = other.keepIntervalNanos;
    keepProbes = other.keepProbes;
    userTimeoutNanos = other.userTimeoutNanos;
    sendBuffer = other.sendBuffer;
    notSentLowWater = other.notSentLowWater;
    receiveBuffer = other.receiveBuffer;
    maxSegment = other.maxSegment;
    trafficClass = other.trafficClass;
    hopLimit = other.hopLimit;
    inlineUrgent = other.inlineUrgent;
    synRetries = other.synRetries;
    openLimitNanos = other.openLimitNanos;
    withoutOptions = other.withoutOptions;
    signed = other.signed;
    linger = other.linger;
    lingerSeconds = other.lingerSeconds;
    finWait2Nanos = other.finWait2Nanos;
    fastOpenConnect = other.fastOpenConnect;
    withoutCookie = other.withoutCookie;
    algorithm = other.algorithm;
    initialWindow = other.initialWindow;
    maxPacingRate = other.maxPacingRate;
    initialReceiveWindow = other.initialReceiveWindow;
    alwaysQuick = other.alwaysQuick;
    dontFragment = other.dontFragment;
    discovery = other.discovery;
    firstPort = other.firstPort;
    lastPort = other.lastPort;
  }

  /** {@return the same settings, to be changed apart} */
  public SocketSettings copy() {
    return new SocketSettings(this);
  }
}
