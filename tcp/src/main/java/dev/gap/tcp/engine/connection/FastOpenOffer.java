package dev.gap.tcp.engine.connection;

import org.jspecify.annotations.Nullable;

/** What a client's SYN does about TCP Fast Open, RFC 7413. */
public final class FastOpenOffer {
  private static final byte[] NONE = {};

  private byte @Nullable [] cookie;
  private boolean asks;
  private boolean experimental;
  private boolean withoutCookie;
  private int mss;
  private int sent;
  private byte @Nullable [] granted;
  private byte[] fresh = NONE;
  private boolean taken;
  private boolean failed;

  /** The SYN asks for a cookie. */
  public void ask(boolean asExperiment) {
    asks = true;
    experimental = asExperiment;
  }

  /** The SYN carries data and this cookie; none at all if it is null. */
  public void use(byte @Nullable [] known, boolean asExperiment, int peerMss) {
    cookie = known;
    withoutCookie = known == null;
    experimental = asExperiment;
    mss = peerMss;
  }

  /** {@return whether the SYN asks for a cookie} */
  public boolean asks() {
    return asks;
  }

  byte @Nullable [] cookie() {
    return cookie;
  }

  /** {@return whether the option has the form of the experiment, RFC 7413 section 4.1.1} */
  public boolean isExperimental() {
    return experimental;
  }

  /** {@return whether the SYN carries data but no cookie, and none was asked for} */
  public boolean isWithoutCookie() {
    return withoutCookie;
  }

  boolean carriesData() {
    return cookie != null || withoutCookie;
  }

  /** {@return the MSS the peer told when it gave the cookie, 0 if it is not known} */
  int mss() {
    return mss;
  }

  void onSent(int bytes) {
    sent = bytes;
  }

  /** {@return bytes of data in the SYN} */
  public int sent() {
    return sent;
  }

  void onGranted(byte[] cookieOfPeer, boolean asExperiment) {
    granted = cookieOfPeer;
    experimental = asExperiment;
  }

  /** The SYN-ACK of this side is to give a cookie, empty for none. */
  void give(byte[] cookieForPeer, boolean asExperiment) {
    fresh = cookieForPeer;
    experimental = asExperiment;
  }

  /** {@return the cookie that the SYN-ACK of this side gives, empty for none} */
  byte[] given() {
    return fresh;
  }

  /** {@return a cookie that the peer has just given, null if none} */
  public byte @Nullable [] granted() {
    return granted;
  }

  /** The data of a SYN was taken, by the peer or from it. */
  public void onTaken() {
    taken = true;
  }

  /** {@return whether the peer took all data of the SYN} */
  public boolean isTaken() { return taken; }

  void onFailed() {
    failed = true;
  }

  /** {@return whether a SYN with data or cookie went unanswered} */
  public boolean hasFailed() {
    return failed;
  }
}
