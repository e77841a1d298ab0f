package dev.gap.tcp.engine;

import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpState;

/**
 * An application at one end of a connection: it writes so many bytes in pieces, reads in pieces, pauses, and ends as its
 * plan says. What byte stands where follows from the ports, so that each side knows what the other must have written.
 */
final class SimulatedSocket {
  /** How it ends. */
  enum Ending {
    /** All that is to be written, then the end of the stream; all that comes until its end, then close. */
    POLITE,
    /** Closes after all was written, no matter what still comes. */
    CLOSES_EARLY,
    /** Resets at some time. */
    ABORTS
  }

  /**
   * What an application does.
   *
   * @param total bytes to write
   * @param writePiece and {@code readPiece}: the most at once
   * @param pauseChance after each piece
   * @param pauseNanos the longest
   * @param readsFromNanos how long it does not read at the beginning
   * @param endPauseNanos between the last byte and the end
   * @param tinkers whether it changes options in mid-life
   */
  record Plan(long total, int writePiece, int readPiece, double pauseChance, long pauseNanos, long readsFromNanos,
      long endPauseNanos, boolean tinkers, Ending ending) {}

  private static final long NEVER = Long.MAX_VALUE;

  final SimulatedHost host;
  final TcpConnection connection;
  final Plan plan;
  private final SplittableRandom random;
  private final long writeKey;
  private final long readKey;
  private final byte[] scratch;
  private final long abortsAt;
  long written;
  long read;
  boolean ended;
  boolean finished;
  boolean closed;
  private long writesAt;
  private long readsAt;
  private long endsAt = NEVER;
  private long wakesAt;
  @Nullable
  String wrong;

  SimulatedSocket(SimulatedHost host, TcpConnection connection, Plan plan, SplittableRandom random) {
    this.host = host;
    this.connection = connection;
    this.plan = plan;
    this.random = random;
    int near = connection.localPort();
    int far = connection.remotePort();
    writeKey = key(near, far);
    readKey = key(far, near);
    scratch = new byte[Math.max(plan.writePiece, plan.readPiece)];
    long now = host.network.now();
    writesAt = now;
    readsAt = now + plan.readsFromNanos;
    abortsAt = plan.ending == Ending.ABORTS ? now + random.nextLong(5 * SimulatedNetwork.SECOND) : NEVER;
  }

  private static long key(int from, int to) {
    return ((long) from << 16 | to) * 0xD6E8FEB86659FD93L;
  }

  private static byte at(long key, long position) {
    return (byte) (((key + position) * 0x9E3779B97F4A7C15L) >>> 56);
  }

  /** {@return when it wants to go on without being told of anything} */
  long wakesAt() {
    return closed ? NEVER : wakesAt;
  }

  /** Goes on as far as it can. */
  void act(long now) {
    if (closed) return;
    goOn(now);
    wakesAt = abortsAt;
    if (writesAt > now) wakesAt = Math.min(wakesAt, writesAt);
    if (readsAt > now) wakesAt = Math.min(wakesAt, readsAt);
    if (endsAt > now) wakesAt = Math.min(wakesAt, endsAt);
  }

  private void goOn(long now) {
    if (now >= abortsAt) {
      connection.abort();
      close(now);
      return;
    }
    boolean did = false;
    boolean open = connection.state() != TcpState.SYN_SENT && connection.state() != TcpState.SYN_RECEIVED;
    if (plan.tinkers && open && random.nextInt(50) == 0) {
      tinker(now);
      did = true;
    }
    while (now >= writesAt && write(now))
      did = true;
    while (now >= readsAt && read(now))
      did = true;
    if (connection.isInputEnded() && connection.readable() == 0 && now >= readsAt) ended = true;
    if (end(now)) return;
    if (did) host.engine.settle(connection, now);
  }

  private boolean write(long now) {
    long left = plan.total - written;
    int room = connection.writable();
    if (left == 0 || room == 0) return false;
    int length = (int) Math.min(left, 1 + random.nextInt(plan.writePiece));
    for (int i = 0; i < Math.min(length, room); i++)
      scratch[i] = at(writeKey, written + i);
    int part = connection.write(scratch, 0, length, random.nextInt(8) == 0, now);
    if (part != Math.min(length, room)) wrong = "%d of %d written, room for %d".formatted(part, length, room);
    written += part;
    if (plan.tinkers && part > 0 && random.nextInt(20) == 0) connection.markUrgent();
    if (plan.tinkers && part > 0 && written % 3 == 0) connection.endRecord();
    if (random.nextDouble() < plan.pauseChance) writesAt = now + random.nextLong(1 + plan.pauseNanos);
    return part > 0;
  }

  private boolean read(long now) {
    int there = connection.readable();
    if (there == 0) return false;
    int length = 1 + random.nextInt(plan.readPiece);
    if (random.nextInt(4) == 0) {
      int seen = connection.read(scratch, 0, length, true, now);
      compare(seen);
    }
    int part = connection.read(scratch, 0, length, false, now);
    if (part == 0) wrong = "nothing read of " + there;
    compare(part);
    read += part;
    if (random.nextDouble() < plan.pauseChance) readsAt = now + random.nextLong(1 + plan.pauseNanos);
    return part > 0;
  }

  private void compare(int length) {
    for (int i = 0; i < length && wrong == null; i++) {
      if (scratch[i] != at(readKey, read + i))
        wrong = "byte %d of the stream is not what was written".formatted(read + i);
    }
  }

  private void tinker(long now) {
    switch (random.nextInt(7)) {
      case 0 -> connection.options().setNoDelay(random.nextBoolean());
      case 1 -> connection.options().setCork(random.nextBoolean());
      case 2 -> connection.options().setQuick(random.nextBoolean());
      case 3 -> connection.options().setBuffers(4000 + random.nextInt(200_000), 4000 + random.nextInt(200_000));
      case 4 -> connection.options().setMaxSegment(200 + random.nextInt(1200));
      case 5 -> connection.options().setKeepalive(true, now);
      default -> connection.options().setAlgorithm(RandomConfig.any(random, TcpConfig.Algorithm.values()));
    }
  }

  /** {@return whether it is over for the application} */
  private boolean end(long now) {
    if (connection.state() == TcpState.CLOSED) {
      if (now < readsAt) return false;
      close(now);
      return true;
    }
    if (written < plan.total) return false;
    if (endsAt == NEVER) endsAt = now + (plan.endPauseNanos == 0 ? 0 : random.nextLong(plan.endPauseNanos));
    if (now < endsAt) return false;
    if (plan.ending == Ending.CLOSES_EARLY) {
      close(now);
      return true;
    }
    boolean handshakes = connection.state() == TcpState.SYN_SENT;
    if (!finished && !handshakes) {
      finished = true;
      connection.shutdownOutput(now);
      host.engine.settle(connection, now);
    }
    if (!finished || !ended) return false;
    close(now);
    return true;
  }

  private void close(long now) {
    closed = true;
    connection.close(now);
    host.engine.settle(connection, now);
  }

  boolean isPolite() { return plan.ending == Ending.POLITE; }

  @Override
  public String toString() {
    var info = connection.info(host.network.now());
    return "%s %d>%d %s %s: %d of %d written, %d read%s%s%s, buffered %d, held %d, una %d, next %d, window %d, received %d, open %d, %s, %s"
        .formatted(host.name, connection.localPort(), connection.remotePort(), connection.state(), connection.error(),
            written, plan.total, read, ended ? " to the end" : "", finished ? ", finished" : "",
            closed ? ", closed" : "",
            connection.sender().buffered(), connection.receiver().heldBytes(), connection.sender().una(),
            connection.sender().next(), connection.sender().window(), connection.receiver().next(),
            connection.receiver().window(), info, plan);
  }
}
