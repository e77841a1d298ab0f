package dev.gap.mtcp.engine.secure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.PacketEngine;

/** The keys of one session: those in use, those before them, and when new ones are due. */
final class KeyRing {
  private static final int MOST_OLDER = 8;
  private static final long PREVIOUS_LASTS = TimeUnit.SECONDS.toNanos(10);
  /** A single request is lost with one datagram in ten: the keys were spent then, and nothing sent for three seconds. */
  private static final int MOST_REQUESTS = 8;
  private static final long REQUEST_AGAIN = TimeUnit.MILLISECONDS.toNanos(300);

  /** Keys before the present ones: they receive for a while, and prove a right to the session for longer. */
  private record Older(Epoch epoch, long untilNanos) {}

  private final SessionConfig.Limits limits;
  private final ArrayDeque<Older> older = new ArrayDeque<>();
  private @Nullable Epoch current;
  private @Nullable Epoch proven;
  private boolean wanted;
  private int requests;
  private long requestedNanos;

  KeyRing(SessionConfig.Limits limits) {
    this.limits = limits;
  }

  /** {@return the keys in use, or the last ones, or null before any} */
  @Nullable
  Epoch current() {
    return current;
  }

  /** Goes on under new keys. */
  void adopt(Epoch epoch, long nowNanos) {
    if (current != null) older.addFirst(new Older(current, nowNanos + PREVIOUS_LASTS));
    current = epoch;
    wanted = false;
    requests = 0;
  }

  /** Something has come under {@code epoch}. {@return whether it is the newest datagram under the keys in use} */
  boolean onReceived(Epoch epoch) {
    proven = epoch;
    return epoch == current && epoch.wasNewest();
  }

  /** The peer has taken a proof of {@code prior}: it has these, whether or not anything has come under them. */
  void onProofTaken(Epoch prior) {
    if (proven == null) proven = prior;
  }

  /** {@return whether the peer is known to have the keys in use} */
  boolean isConfirmed() {
    return proven != null && proven == current;
  }

  /** {@return the last keys under which something has come, or whose proof was taken, or null} Those the peer has for sure. */
  @Nullable
  Epoch proven() {
    return proven;
  }

  /** {@return the keys by which a right to this session is to be proved, or null if there are none} */
  @Nullable
  Epoch lastProof() {
    return proven != null ? proven : current;
  }

  void eraseExpired(long nowNanos) {
    for (Older o : older) {
      if (o.untilNanos - nowNanos <= 0) o.epoch.erase();
    }
  }

  /** {@return when {@link #eraseExpired} has something to do, if that is not already past, or never} */
  long expiry(long nowNanos) {
    Older latest = older.peekFirst();
    return latest == null || latest.untilNanos - nowNanos <= 0 ? PacketEngine.NEVER : latest.untilNanos;
  }

  /** {@return the oldest keys, if there are more than can still be proved with, or null} */
  @Nullable
  Epoch pollForgotten() {
    return older.size() > MOST_OLDER ? older.removeLast().epoch : null;
  }

  /** {@return all keys, the present ones first} */
  List<Epoch> all() {
    List<Epoch> all = new ArrayList<>();
    if (current != null) all.add(current);
    older.forEach(o -> all.add(o.epoch));
    return all;
  }

  /** {@return the keys to seal with, or null while there are none} */
  @Nullable
  Epoch sealing(long nowNanos) {
    return canSeal(nowNanos) ? current : null;
  }

  boolean canSeal(long nowNanos) {
    return current != null && !current.isSpent() && nowNanos - current.createdNanos() < limits.keysLast().toNanos();
  }

  /** The server asks its client for new keys. */
  void want() {
    wanted = true;
  }

  /** {@return whether a client is to ask for new keys} */
  boolean areDue(long nowNanos) {
    return current == null || !canSeal(nowNanos) || wanted || current.isWorn() || nowNanos - rekeyDue() >= 0;
  }

  /** {@return when a client asks for new keys, if nothing happens before} */
  long rekeyDue() {
    if (current == null) return PacketEngine.NEVER;
    double jitter = 1 + 0.1 * ((current.localId() & 0xFF) / 127.5 - 1);
    return current.createdNanos() + (long) (limits.rekeyAfter().toNanos() * jitter);
  }

  /** {@return whether a server is to ask its client for new keys now: some times, until it has them} */
  boolean pollRequest(long nowNanos) {
    if (current == null || requests == MOST_REQUESTS) return false;
    boolean due = nowNanos - requestDue() >= 0 || (requests == 0 && current.isWorn());
    if (!due) return false;
    requests++;
    requestedNanos = nowNanos;
    return true;
  }

  /** {@return when a server asks for what its client does by itself well before, or asks again, or never} */
  long requestDue() {
    if (current == null || requests == MOST_REQUESTS) return PacketEngine.NEVER;
    if (requests > 0) return requestedNanos + REQUEST_AGAIN;
    return current.createdNanos() + (limits.rekeyAfter().toNanos() + limits.keysLast().toNanos()) / 2;
  }
}
