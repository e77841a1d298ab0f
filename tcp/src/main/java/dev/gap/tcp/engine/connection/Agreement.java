package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;

/**
 * What the two SYNs have settled.
 *
 * @param peerMss what the peer said, or the default of RFC 9293 section 3.7.1
 * @param sendScale how far the peer's windows are to be shifted, -1 if nobody scales
 * @param receiveScale how far ours are
 */
public record Agreement(int peerMss, boolean sack, boolean timestamps, int sendScale, int receiveScale,
    TcpConfig.EcnKind ecn) {
  private static final int MOST_SCALE = 14;

  /**
   * {@return what a SYN or SYN-ACK of the peer settles, given what this side offers}
   *
   * @param ecn what is agreed upon, which the flags tell
   */
  public static Agreement of(Segment syn, TcpConfig.Features offered, int receiveScale, TcpConfig.EcnKind ecn,
      int defaultMss,
      int minMss) {
    int mss = syn.mss() == 0 ? defaultMss : Math.max(syn.mss(), minMss);
    boolean scales = offered.windowScaling() && syn.windowScale() >= 0;
    return new Agreement(mss, offered.sack() && syn.sackPermitted(), offered.timestamps() && syn.hasTimestamps(),
        scales ? Math.min(MOST_SCALE, syn.windowScale()) : -1, scales ? receiveScale : 0, ecn);
  }

  /** {@return whether this side offers timestamps: beside signatures they would leave no room for SACK blocks} */
  static boolean offersStamps(TcpConfig config, Frame frame) {
    return config.features().timestamps()
        && (frame.key() == null || config.habits().order() == Options.Order.FREEBSD);
  }

  /** {@return what this side offers, with which all segments are framed} */
  static TcpConfig.Features offered(TcpConfig config, Frame frame) {
    return offersStamps(config, frame) ? config.features() : config.features().withoutTimestamps();
  }

  /** {@return bytes of options in every segment, but for a signature} */
  int optionBytes() {
    return timestamps ? 12 : 0;
  }
}
