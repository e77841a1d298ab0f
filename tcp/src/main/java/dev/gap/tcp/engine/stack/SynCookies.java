package dev.gap.tcp.engine.stack;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.connection.Agreement;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Segment;

/**
 * SYN cookies, RFC 4987 section 3.6: what a handshake has to remember stands in the numbers that the peer will repeat, so
 * that a flood of SYNs takes no memory. The initial sequence number is a keyed hash of the connection and the minute,
 * with the peer's MSS; where there are timestamps, their lowest bits hold the other options.
 */
final class SynCookies {
  private static final int[] MSS = {536, 1220, 1360, 1440, 1460, 4312, 8960, 65495};
  private static final int MSS_BITS = 3;
  private static final int HASH_MASK = (1 << (32 - MSS_BITS)) - 1;
  private static final long PERIOD_NANOS = 64_000_000_000L;
  private static final int PERIODS = 2;
  private static final int OPTION_BITS = 6;
  private static final int NO_SCALE = 15;
  private static final int SACK = 16;
  private static final int ECN = 32;

  private final SipHash hash;

  SynCookies(SipHash hash) {
    this.hash = hash;
  }

  /** {@return the initial sequence number that answers {@code syn}} */
  int issue(Address local, int localPort, Address remote, int remotePort, int sequence, int peerMss, long now) {
    int index = 0;
    for (int i = 0; i < MSS.length; i++) {
      if (MSS[i] <= peerMss) index = i;
    }
    return index << (32 - MSS_BITS) | hash(local, localPort, remote, remotePort, sequence, index, now / PERIOD_NANOS);
  }

  /** {@return the MSS in a cookie, 0 if it is none of ours or too old} */
  int check(Address local, int localPort, Address remote, int remotePort, int sequence, int cookie, long now) {
    int index = cookie >>> (32 - MSS_BITS);
    for (int i = 0; i < PERIODS; i++) {
      int right = hash(local, localPort, remote, remotePort, sequence, index, now / PERIOD_NANOS - i);
      if ((cookie & HASH_MASK) == right) return MSS[index];
    }
    return 0;
  }

  private int hash(Address local, int localPort, Address remote, int remotePort, int sequence, int index, long period) {
    long ports = (long) localPort << 16 | remotePort;
    long rest = (long) sequence << 32 | (long) index << 28 | (period & 0xfff_ffff);
    return (int) hash.hash(48, local.high(), local.low(), remote.high(), remote.low(), ports, rest) & HASH_MASK;
  }

  /** {@return a timestamp not later than {@code value} whose lowest bits hold the options} */
  static int stamp(int value, Agreement agreement) {
    int bits = (agreement.sendScale() < 0 ? NO_SCALE : agreement.sendScale()) | (agreement.sack() ? SACK : 0)
        | (agreement.ecn() == TcpConfig.EcnKind.CLASSIC ? ECN : 0);
    int stamped = value >>> OPTION_BITS << OPTION_BITS | bits;
    return stamped - value > 0 ? stamped - (1 << OPTION_BITS) : stamped;
  }

  /** {@return what the third segment lets be known of the SYN} */
  static Agreement recall(Segment ack, int mss, int receiveScale) {
    if (!ack.hasTimestamps()) return new Agreement(mss, false, false, -1, 0, TcpConfig.EcnKind.NONE);
    int bits = ack.timestampEcho();
    int scale = bits & NO_SCALE;
    boolean scales = scale != NO_SCALE;
    return new Agreement(mss, (bits & SACK) != 0, true, scales ? scale : -1, scales ? receiveScale : 0,
        (bits & ECN) != 0 ? TcpConfig.EcnKind.CLASSIC : TcpConfig.EcnKind.NONE);
  }
}
