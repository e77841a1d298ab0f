package dev.gap.tcp.engine.wire;

import org.jspecify.annotations.Nullable;

/**
 * The options of a segment to send. Mutable, for one segment after another. How they are ordered and padded is the host's
 * habit: every stack has its own, and middleboxes know the common ones.
 */
public final class Options {
  public static final int END = 0;
  public static final int NOP = 1;
  public static final int MSS = 2;
  public static final int WINDOW_SCALE = 3;
  public static final int SACK_PERMITTED = 4;
  public static final int SACK = 5;
  public static final int TIMESTAMPS = 8;
  public static final int MD5_SIGNATURE = 19;
  public static final int USER_TIMEOUT = 28;
  public static final int FAST_OPEN = 34;
  /** Accurate ECN, RFC 9768 section 3.2.3: with the bytes of ECT(0) first, or those of ECT(1). */
  public static final int ACCURATE_ECN_0 = 172;
  public static final int ACCURATE_ECN_1 = 174;
  public static final int EXPERIMENTAL = 254;
  public static final int FAST_OPEN_MAGIC = 0xf989;
  /** The most bytes of options. */
  public static final int MAX_BYTES = 40;
  private static final byte[] NONE = {};

  /** In which order options stand. */
  public enum Order {
    /** A signature; mss, sackOK, TS, or nop, nop before either alone; nop, wscale. */
    LINUX,
    /** mss, nop, wscale, sackOK, TS, a signature; the end of the list pads. */
    FREEBSD
  }

  private int mss;
  private int windowScale = -1;
  private boolean sackPermitted;
  private boolean timestamps;
  private int timestamp;
  private int echo;
  private int userTimeout;
  private int accurateFields;
  private int ect1Bytes;
  private int ceBytes;
  private int ect0Bytes;
  private int sackCount;
  private int mostSacks = Segment.MAX_SACKS;
  private final int[] sacks = new int[2 * Segment.MAX_SACKS];
  private byte @Nullable [] cookie;
  private boolean cookieExperimental;
  private boolean signed;
  private int signatureAt;
  private byte[] to = NONE;
  private int base;
  private int at;

  /** Leaves none. */
  public Options clear() {
    mss = 0;
    windowScale = -1;
    sackPermitted = false;
    timestamps = false;
    userTimeout = 0;
    accurateFields = 0;
    sackCount = 0;
    mostSacks = Segment.MAX_SACKS;
    cookie = null;
    signed = false;
    return this;
  }

  public Options mss(int bytes) {
    mss = bytes;
    return this;
  }

  public Options windowScale(int shift) {
    windowScale = shift;
    return this;
  }

  public Options sackPermitted() {
    sackPermitted = true;
    return this;
  }

  public Options timestamps(int value, int echoed) {
    timestamps = true;
    timestamp = value;
    echo = echoed;
    return this;
  }

  /** A user timeout as RFC 5482 section 2 has it: seconds, or minutes with the highest bit; 0 for none. */
  public Options userTimeout(int field) {
    userTimeout = field;
    return this;
  }

  /** Leaves room for a signature, which {@link SegmentWriter} makes: to be called before {@link #sack}. */
  public Options signed() {
    signed = true;
    return this;
  }

  /** {@return how many blocks there is room for beside others} */
  public static int sackRoom(boolean timestamps, boolean signed) {
    if (!signed) return timestamps ? Segment.MAX_SACKS - 1 : Segment.MAX_SACKS;
    return timestamps ? 0 : 2;
  }

  /** {@return what so many blocks of SACK take with their padding} */
  public static int sackBytes(int blocks) {
    return blocks == 0 ? 0 : 4 + 8 * blocks;
  }

  /** {@return what the option of Accurate ECN takes with its padding} */
  public static int accurateBytes(int fields) {
    return fields == 0 ? 0 : (2 + 3 * fields + 3) / 4 * 4;
  }

  /** Accurate ECN with one to three counters of bytes, in this order. */
  public Options accurateEcn(int fields, int ect1, int ce, int ect0) {
    accurateFields = fields;
    ect1Bytes = ect1;
    ceBytes = ce;
    ect0Bytes = ect0;
    return this;
  }

  /** Further blocks of SACK are left out. */
  public Options sacksAtMost(int blocks) {
    mostSacks = blocks;
    return this;
  }

  /** Adds a block if there is room for it beside timestamps and signature. */
  public Options sack(int start, int end) {
    if (sackCount >= Math.min(mostSacks, sackRoom(timestamps, signed))) return this;
    sacks[2 * sackCount] = start;
    sacks[2 * sackCount + 1] = end;
    sackCount++;
    return this;
  }

  /** A Fast Open cookie, or with no bytes the wish for one. */
  public Options fastOpen(byte[] bytes, boolean experimental) {
    cookie = bytes;
    cookieExperimental = experimental;
    return this;
  }

  /** Writes them, padded to a multiple of four. {@return where they end} */
  int write(byte[] bytes, int from, Order order) {
    to = bytes;
    base = from;
    at = from;
    switch (order) {
      case LINUX -> linux();
      case FREEBSD -> freeBsd();
    }
    to = NONE;
    return at;
  }

  /** {@return where the bytes of the signature are to be put, after {@link #write}; -1 if there is none} */
  int signatureAt() {
    return signed ? signatureAt : -1;
  }

  private void linux() {
    signature();
    if (mss > 0) mss();
    if (timestamps) {
      if (sackPermitted) permission();
      else nops(2);
      stamps();
    }
    counters();
    if (sackPermitted && !timestamps) {
      nops(2);
      permission();
    }
    if (windowScale >= 0) {
      nops(1);
      scale();
    }
    patience();
    cookie();
    while ((at - base) % 4 != 0)
      nops(1);
    blocks();
  }

  private void freeBsd() {
    if (mss > 0) mss();
    if (windowScale >= 0) {
      nops(1);
      scale();
    }
    if (sackPermitted) permission();
    if (timestamps) {
      boolean aligned = sackPermitted;
      if (!aligned) nops(2);
      stamps();
    }
    signature();
    counters();
    patience();
    blocks();
    cookie();
    while ((at - base) % 4 != 0)
      put(END);
  }

  private void mss() {
    put(MSS);
    put(4);
    put16(mss);
  }

  private void scale() {
    put(WINDOW_SCALE);
    put(3);
    put(windowScale);
  }

  private void permission() {
    put(SACK_PERMITTED);
    put(2);
  }

  private void stamps() {
    put(TIMESTAMPS);
    put(10);
    put32(timestamp);
    put32(echo);
  }

  /** Aligned so that the digest is: what Linux and FreeBSD do alike. */
  private void signature() {
    if (!signed) return;
    while (at == base || (at - base) % 4 != 2)
      nops(1);
    put(MD5_SIGNATURE);
    put(Md5Key.OPTION_BYTES);
    signatureAt = at;
    at += Md5Key.OPTION_BYTES - 2;
  }

  private void patience() {
    // there is not room for it beside all others
    if (userTimeout == 0 || signed) return;
    put(USER_TIMEOUT);
    put(4);
    put16(userTimeout);
  }

  private void counters() {
    if (accurateFields == 0) return;
    put(ACCURATE_ECN_1);
    put(2 + 3 * accurateFields);
    put24(ect1Bytes);
    if (accurateFields > 1) put24(ceBytes);
    if (accurateFields > 2) put24(ect0Bytes);
    nops(accurateBytes(accurateFields) - 2 - 3 * accurateFields);
  }

  private void blocks() {
    if (sackCount == 0) return;
    nops(2);
    put(SACK);
    put(2 + 8 * sackCount);
    for (int i = 0; i < 2 * sackCount; i++)
      put32(sacks[i]);
  }

  private void cookie() {
    byte[] bytes = cookie;
    if (bytes == null || signed) return;
    if (cookieExperimental) {
      put(EXPERIMENTAL);
      put(4 + bytes.length);
      put16(FAST_OPEN_MAGIC);
    } else {
      put(FAST_OPEN);
      put(2 + bytes.length);
    }
    System.arraycopy(bytes, 0, to, at, bytes.length);
    at += bytes.length;
  }

  private void nops(int count) {
    for (int i = 0; i < count; i++)
      put(NOP);
  }

  private void put(int value) {
    to[at++] = (byte) value;
  }

  private void put16(int value) {
    Bits.put16(to, at, value);
    at += 2;
  }

  private void put24(int value) {
    put(value >>> 16);
    put16(value & 0xffff);
  }

  private void put32(int value) {
    Bits.put32(to, at, value);
    at += 4;
  }
}
