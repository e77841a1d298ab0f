package dev.gap.tcp;

import java.net.SocketOption;
import java.time.Duration;

import dev.gap.tcp.engine.TcpConfig.Algorithm;

/**
 * What can be set on a {@link TcpSocket} or a {@link TcpServerSocket} besides {@link java.net.StandardSocketOptions} and the
 * keepalive times and quick acknowledgments of {@link jdk.net.ExtendedSocketOptions}. Linux has the same, in tcp(7) and
 * ip(7). A server hands its options down to the sockets it accepts.
 */
public final class TcpOptions {
  /** Holds back what does not fill a segment, for a retransmission timeout at most: TCP_CORK. */
  public static final SocketOption<Boolean> CORK = new Name<>("TCP_CORK", Boolean.class);

  /**
   * Ends the connection when data is not acknowledged for so long, or with keepalive nothing is heard: TCP_USER_TIMEOUT, RFC
   * 9293 section 3.9.1.7. Zero, as at first, for the usual number of retries; more than a hundred years are a hundred.
   */
  public static final SocketOption<Duration> USER_TIMEOUT = new Name<>("TCP_USER_TIMEOUT", Duration.class);

  /** The largest segment, 48 to 32767 bytes, told to the peer if set before connecting: TCP_MAXSEG. 0 for what fits. */
  public static final SocketOption<Integer> MAX_SEGMENT = new Name<>("TCP_MAXSEG", Integer.class);

  /** TCP_CONGESTION. */
  public static final SocketOption<Algorithm> CONGESTION_CONTROL = new Name<>("TCP_CONGESTION", Algorithm.class);

  /** Sends no faster, in bytes a second, and evenly (not the first ten segments); 0 for no bound: SO_MAX_PACING_RATE. */
  public static final SocketOption<Long> MAX_PACING_RATE = new Name<>("SO_MAX_PACING_RATE", Long.class);

  /** How many hops a packet may take, 1 to 255: IP_TTL and IPV6_UNICAST_HOPS. */
  public static final SocketOption<Integer> HOP_LIMIT = new Name<>("IP_TTL", Integer.class);

  /** How often a SYN goes out again, 1 to 127; 0 for what the configuration says: TCP_SYNCNT. */
  public static final SocketOption<Integer> SYN_RETRIES = new Name<>("TCP_SYNCNT", Integer.class);

  /**
   * Connecting to a server that has given a cookie (RFC 7413) waits for the first write, and takes it along in the SYN:
   * TCP_FASTOPEN_CONNECT. Errors of connecting come with that write. Other servers are asked for a cookie.
   */
  public static final SocketOption<Boolean> FAST_OPEN_CONNECT = new Name<>("TCP_FASTOPEN_CONNECT", Boolean.class);

  /** Of servers: takes data in SYNs, so many at a time before their handshakes are done (RFC 7413): TCP_FASTOPEN. */
  public static final SocketOption<Integer> FAST_OPEN = new Name<>("TCP_FASTOPEN", Integer.class);

  /** Of servers: a connection is accepted when its first data has come, or so much time has passed: TCP_DEFER_ACCEPT. */
  public static final SocketOption<Duration> DEFER_ACCEPT = new Name<>("TCP_DEFER_ACCEPT", Duration.class);

  /**
   * Signs each segment with the secret that {@link TcpStack#setSignatureKey} shares with the peer, and takes only what it has
   * signed: the MD5 signature option, RFC 2385. To be set before connecting or accepting.
   */
  public static final SocketOption<Boolean> MD5_SIGNATURE = new Name<>("TCP_MD5SIG", Boolean.class);

  private TcpOptions() {}

  private record Name<T>(String name, Class<T> type) implements SocketOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }
}
