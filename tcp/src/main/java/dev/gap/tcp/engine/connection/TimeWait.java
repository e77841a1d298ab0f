package dev.gap.tcp.engine.connection;

import dev.gap.tcp.engine.Habit;
import dev.gap.tcp.engine.TcpConfig;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.Options;
import dev.gap.tcp.engine.wire.Segment;
import dev.gap.tcp.engine.wire.SegmentWriter;
import dev.gap.tcp.engine.wire.SegmentWriter.Frame;
import dev.gap.transport.Seq32;

/** What is left of a connection in TIME-WAIT, RFC 9293 section 3.6.1: just enough to answer what comes late. */
public final class TimeWait extends Flow {
  private final TcpConfig config;
  private final long next;
  private final long received;
  private final int window;
  private final Timestamps stamps;
  private final long begun;
  private long deadline;
  private long answered = Long.MIN_VALUE;
  private boolean due;

  TimeWait(TcpConfig config, Frame frame, long next, long received, int window, Timestamps stamps, long now) {
    super(frame);
    this.config = config;
    this.next = next;
    this.received = received;
    this.window = window;
    this.stamps = stamps;
    begun = now;
    deadline = now + config.timing().timeWait().toNanos();
  }

  /** What a segment leads to. */
  public enum Outcome {
    NOTHING, GONE,
    /** A SYN that cannot be an old one: the port is free for it, RFC 6191 section 2. */
    REOPENED
  }

  /** Takes in a segment, RFC 9293 section 3.10.7.4 and RFC 1337. */
  public Outcome onSegment(Segment segment, long now) {
    boolean older = stamps.on && segment.hasTimestamps() && !segment.has(Flags.RST)
        && !stamps.isAcceptable(segment.timestamp(), now);
    long sequence = Seq32.unwrap(segment.sequence(), received);
    if (segment.has(Flags.SYN) && !segment.has(Flags.RST | Flags.ACK) && !older) {
      boolean newer = stamps.on && segment.hasTimestamps() && Seq32.before(stamps.recent, segment.timestamp());
      if (sequence > received || newer) return Outcome.REOPENED;
    }
    if (config.has(Habit.ANSWERS_IN_TIME_WAIT)) return answering(segment, sequence, now);
    if (segment.has(Flags.RST)) {
      boolean ends = sequence == received && config.timing().timeWaitResets();
      return ends ? Outcome.GONE : Outcome.NOTHING;
    }
    if (segment.has(Flags.ACK) || older) {
      boolean fin = segment.has(Flags.FIN);
      if (fin) deadline = now + config.timing().timeWait().toNanos();
      boolean plain = segment.length() == 0 && sequence == received && !older;
      if (!plain) answer(now, segment.length() > 0);
    } else if (segment.has(Flags.SYN)) {
      answer(now, false);
    }
    return Outcome.NOTHING;
  }

  /** Ignores resets (RFC 1337) and answers all but the acknowledgment that is expected. */
  private Outcome answering(Segment segment, long sequence, long now) {
    if (segment.has(Flags.RST) || !segment.has(Flags.ACK)) return Outcome.NOTHING;
    if (segment.has(Flags.FIN)) deadline = now + config.timing().timeWait().toNanos();
    boolean expected = segment.flags() == Flags.ACK && segment.length() == 0 && sequence == received
        && segment.ack() == (int) next;
    if (!expected) answer(now, true);
    return Outcome.NOTHING;
  }

  private void answer(long now, boolean hasData) {
    long interval = config.abuse().invalidInterval().toNanos();
    if (!hasData && answered != Long.MIN_VALUE && now - answered < interval) return;
    answered = now;
    due = true;
  }

  /** {@return an initial sequence number that no old segment can be taken for} */
  public int nextIss() {
    return (int) next + 65_535 + 2;
  }

  public long begunNanos() {
    return begun;
  }

  /**
   * {@return whether this side may connect anew: RFC 6191 section 3, with timestamps; later if this very port is not
   * {@code wanted}, and if at all}
   */
  public boolean mayReconnect(boolean wanted, long now) {
    if (!stamps.on || wanted) return stamps.on;
    boolean may = switch (config.timing().timeWaitReuse()) {
      case NEVER -> false;
      case LOOPBACK -> frame.local().equals(frame.remote()) || frame.remote().isLoopback();
      case ALWAYS -> true;
    };
    return may && now - begun > config.timing().timeWaitReuseDelay().toNanos();
  }

  @Override
  public long deadline(long now) {
    return deadline;
  }

  /** Puts an acknowledgment into {@code slot} if one is due. {@return whether one was} */
  public boolean poll(PacketSlot slot, SegmentWriter writer, Options options, long now) {
    if (!due) return false;
    due = false;
    options.clear();
    if (stamps.on) options.timestamps(stamps.at(now), stamps.recent);
    writer.begin(slot.bytes(), slot.offset(), frame, 0, (int) next, (int) received, Flags.ACK, window, 0, options);
    slot.finish(writer, 0, 0);
    return true;
  }
}
