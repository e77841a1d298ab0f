package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Md5Key;

/** How large segments may be: RFC 9293 section 3.7.1, RFC 1191, and by what gets through, RFC 4821. */
final class SegmentSize {
  private static final int TCP_HEADER = 20;
  /** Smaller ones are not believed in: what a peer or a router says would cost more in headers than it is worth. */
  private static final int LEAST = 48;
  private static final long LASTS_NANOS = TcpConfig.Sizes.PATH_MTU_LASTS.toNanos();

  private final TcpConfig.Sizes sizes;
  private final int ipHeader;
  private final MtuSearch search;
  private int linkMtu;
  private int pathMtu;
  /** Since when the path is known to be smaller than the interface. */
  private long smallSince = Long.MIN_VALUE;
  private int peerMss;
  private int optionBytes;
  private int signatureBytes;
  private int userMss;

  SegmentSize(TcpConfig.Sizes sizes, int ipHeader, int pathMtu) {
    this.sizes = sizes;
    this.ipHeader = ipHeader;
    this.pathMtu = pathMtu;
    linkMtu = sizes.mtu();
    search = new MtuSearch(sizes.probing(), sizes.minMss(), ipHeader != 20);
    peerMss = ipHeader == 20 ? sizes.defaultMss() : sizes.defaultMss6();
  }

  /** The application wants no larger ones: TCP_MAXSEG. */
  void setUserMss(int bytes) { userMss = bytes; }

  int userMss() {
    return userMss;
  }

  /** Every segment carries a signature. */
  void setSigned() {
    signatureBytes = Md5Key.ALIGNED_BYTES;
  }

  /** {@return bytes of options in every segment} */
  int optionBytes() {
    return optionBytes + signatureBytes;
  }

  void agree(Agreement agreement) {
    peerMss = agreement.peerMss();
    optionBytes = agreement.optionBytes();
    search.begin(headers(), most());
  }

  private int headers() {
    return ipHeader + TCP_HEADER + optionBytes();
  }

  /** {@return the largest packets that path, peer and application are said to take} */
  private int most() {
    int most = Math.min(pathMtu, peerMss + ipHeader + TCP_HEADER);
    return userMss > 0 ? Math.min(most, userMss + ipHeader + TCP_HEADER) : most;
  }

  MtuSearch search() {
    return search;
  }

  /** {@return bytes of payload of a segment that is to find out whether it gets through, 0 for none} */
  int probe(int otherOptions, long now) {
    int size = search.next(most(), pathMtu < linkMtu, now);
    return size == 0 ? 0 : Math.max(0, size - headers() - otherOptions);
  }

  /** A segment that is to find out whether it gets through has gone out. */
  void onProbeSent(int payload, int otherOptions) {
    search.onSent(payload + headers() + otherOptions);
  }

  int pathMtu() {
    return pathMtu;
  }

  int peerMss() {
    return peerMss;
  }

  /** {@return what to tell the peer} */
  int advertised() {
    int most = Math.max(least(), Math.min(linkMtu, pathMtu) - ipHeader - TCP_HEADER);
    int mss = sizes.advertisedMss() > 0 ? Math.min(sizes.advertisedMss(), most) : most;
    return userMss > 0 ? Math.min(userMss, mss) : mss;
  }

  /** {@return the least to believe in: no more than goes through the interface, which may be smaller itself} */
  private int least() {
    return Math.clamp(linkMtu - ipHeader - TCP_HEADER, 1, LEAST);
  }

  /** {@return whether a router's word makes segments smaller} */
  boolean onTooBig(int mtu, long now) {
    int least = ipHeader == 20 ? sizes.minPathMtu() : 1280;
    int believed = Math.max(mtu, Math.min(least, pathMtu));
    if (believed >= pathMtu) return false;
    pathMtu = believed;
    smallSince = now;
    search.onTooBig(believed);
    return true;
  }

  /** The interface lets other sizes through than before, and with it the path, unless a router has said something. */
  void onLink(int mtu) {
    pathMtu = pathMtu == linkMtu ? mtu : Math.min(pathMtu, mtu);
    linkMtu = mtu;
  }

  /** There is something to send: after ten minutes the path may have become larger, RFC 1191 section 6.3, RFC 8201 section 4. */
  void onSending(long now) {
    if (pathMtu >= linkMtu) return;
    // what was known before this connection began counts from now on
    if (smallSince == Long.MIN_VALUE) smallSince = now;
    if (now - smallSince < LASTS_NANOS) return;
    pathMtu = linkMtu;
    smallSince = Long.MIN_VALUE;
  }

  /** Large segments seem to vanish, and all has arrived as far as {@code acknowledged}. */
  void onBlackHole(long acknowledged) {
    search.onBlackHole(headers(), acknowledged);
  }

  /** {@return bytes of payload of a full segment, to a peer whose largest window was {@code largestWindow}} */
  int mss(long largestWindow) {
    int most = Math.min(pathMtu - ipHeader - TCP_HEADER, peerMss);
    if (userMss > 0) most = Math.min(most, userMss);
    most = Math.max(most, least());
    int mss = most - optionBytes();
    long half = largestWindow > 536 ? largestWindow / 2 : largestWindow;
    if (half > 0 && mss > half) mss = (int) Math.max(half, 68 - ipHeader - TCP_HEADER);
    if (search.used() != MtuSearch.ANY) mss = Math.min(mss, search.used() - headers());
    return Math.max(mss, 1);
  }
}
