package dev.gap.tcp.engine.stack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.FastOpenOffer;
import dev.gap.tcp.engine.wire.Address;

/** Cookies of TCP Fast Open, RFC 7413 section 4.1: those given to clients, and those got from servers. */
public final class FastOpenCookies {
  private static final int BYTES = 8;
  private static final int MOST = 4096;
  private static final byte[] NONE = {};

  /**
   * What a server gave.
   *
   * @param mss that it told then
   */
  public record Known(byte[] cookie, int mss, boolean experimental) {}

  private final Map<Address, Known> known = new LinkedHashMap<>();
  /** Until when servers are left alone that did not take it, RFC 7413 section 4.1.3.1. */
  private final Map<Address, Long> resting = new LinkedHashMap<>();
  private SipHash[] keys;

  FastOpenCookies(SipHash key) {
    keys = new SipHash[]{key};
  }

  /** Sets the key, and perhaps the one before it, whose cookies still count (section 4.1.2). */
  public void setKeys(SipHash... newKeys) {
    keys = newKeys.clone();
  }

  /**
   * {@return the cookie for a client, as Linux makes it, so that servers of both kinds can share a key; without a server,
   * as FreeBSD does}
   */
  public byte[] issue(Address client, @Nullable Address server) {
    return issue(keys[0], client, server);
  }

  private static byte[] issue(SipHash key, Address client, @Nullable Address server) {
    long hash = server == null ? hash(key, client) : hash(key, client, server);
    return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(hash).array();
  }

  private static long hash(SipHash key, Address client) {
    return client.isV4()
        ? key.hash(4, little((int) client.low()) & 0xffff_ffffL)
        : key.hash(16, Long.reverseBytes(client.high()), Long.reverseBytes(client.low()));
  }

  private static long hash(SipHash key, Address client, Address server) {
    return client.isV4()
        ? key.hash(8, (little((int) client.low()) & 0xffff_ffffL) | (long) little((int) server.low()) << 32)
        : key.hash(32, Long.reverseBytes(client.high()), Long.reverseBytes(client.low()),
            Long.reverseBytes(server.high()), Long.reverseBytes(server.low()));
  }

  private static int little(int bits) {
    return Integer.reverseBytes(bits);
  }

  /** {@return with which key the cookie of a client was made: 0 for the present, -1 for none} */
  int check(byte[] cookie, Address client, @Nullable Address server) {
    for (int i = 0; i < keys.length; i++) {
      if (MessageDigest.isEqual(cookie, issue(keys[i], client, server))) return i;
    }
    return -1;
  }

  /** {@return the cookie of a server, null if there is none} */
  @Nullable
  Known of(Address server) {
    Known entry = known.get(server);
    return entry == null || entry.cookie.length == 0 ? null : entry;
  }

  /** {@return the MSS that a server told last, 0 if it is not known} */
  int mssOf(Address server) {
    Known entry = known.get(server);
    return entry == null ? 0 : entry.mss;
  }

  /** {@return whether the next wish for a cookie is to have the form of the experiment, which old servers know} */
  boolean triesExperimental(Address server) {
    Known entry = known.get(server);
    return entry != null && entry.cookie.length == 0 && entry.experimental;
  }

  /** {@return whether a server is to be left alone: it has not taken Fast Open a short while ago} */
  boolean isResting(Address server, long now) {
    Long until = resting.get(server);
    if (until == null) return false;
    if (until > now) return true;
    resting.remove(server);
    return false;
  }

  /** Leaves a server alone for a while if its answer to a SYN was a refusal: no cookie, data not taken, no answer. */
  void heed(Address server, FastOpenOffer offer, Duration rest, long now) {
    boolean data = offer.sent() > 0 && !offer.isTaken();
    boolean refused = offer.hasFailed() || (offer.granted() == null && (data || offer.asks()));
    if (!refused || rest.isZero()) return;
    resting.put(server, now + rest.toNanos());
    if (resting.size() > MOST) resting.remove(resting.keySet().iterator().next());
  }

  /** A server has answered a SYN: with a cookie perhaps, and an MSS. */
  void learn(Address server, FastOpenOffer offer, int mss) {
    byte[] granted = offer.granted();
    Known old = known.get(server);
    if (offer.isWithoutCookie()) {
      // a cookie that was not asked for is not believed in
      put(server, old == null ? new Known(NONE, mss, false) : new Known(old.cookie, mss, old.experimental));
      return;
    }
    byte[] cookie = granted != null ? granted : old == null ? NONE : old.cookie;
    boolean experimental = granted != null && offer.isExperimental();
    if (granted == null && cookie.length > 0 && old != null) experimental = old.experimental;
    // who has not answered one form is asked in the other, once
    if (cookie.length == 0) experimental = old == null && !offer.isExperimental();
    if (cookie.length == 0 && (!offer.asks() || offer.hasFailed())) return;
    put(server, new Known(cookie, mss, experimental));
  }

  private void put(Address server, Known entry) {
    known.remove(server);
    known.put(server, entry);
    if (known.size() > MOST) known.remove(known.keySet().iterator().next());
  }

  void forget() {
    known.clear();
    resting.clear();
  }
}
