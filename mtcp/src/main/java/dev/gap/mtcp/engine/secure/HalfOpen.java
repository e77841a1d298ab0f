package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/** A handshake that a server has answered, until the first datagram under its keys shows that the client has the answer. */
final class HalfOpen {
  private static final int MOST_REPEATS = 4;

  private final RootKeys root;
  private final byte[] ephemeral;
  private final byte[] resp;
  private final Epoch epoch;
  private final InetSocketAddress from;
  private final @Nullable String user;
  private final @Nullable Session prior;
  private final long untilNanos;
  private int repeats;

  HalfOpen(ServerHandshake.Opened opened, ServerHandshake.Answer answer, InetSocketAddress from,
      @Nullable Session prior,
      long untilNanos) {
    root = opened.init().root();
    ephemeral = opened.init().ephemeral();
    resp = answer.inner();
    epoch = answer.epoch();
    this.from = from;
    user = opened.user();
    this.prior = prior;
    this.untilNanos = untilNanos;
  }

  Epoch epoch() {
    return epoch;
  }

  @Nullable
  String user() {
    return user;
  }

  /** {@return the session that is to go on under the new keys, or null} */
  @Nullable
  Session prior() {
    return prior;
  }

  long untilNanos() {
    return untilNanos;
  }

  byte[] datagram(RandomGenerator random) {
    return Handshake.sealOuter(root, false, resp, random);
  }

  InetSocketAddress from() {
    return from;
  }

  /** {@return whether the INIT came from {@code address}, where its answer went} */
  boolean isFrom(InetSocketAddress address) {
    return from.equals(address);
  }

  /** {@return whether the same INIT from the same address is to be answered once more} */
  boolean mayRepeat(byte[] e, InetSocketAddress again) {
    return Bytes.same(ephemeral, e) && from.equals(again) && repeats++ < MOST_REPEATS;
  }
}
