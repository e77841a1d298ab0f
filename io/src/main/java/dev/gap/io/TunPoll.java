package dev.gap.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Waits for packets of several TUN devices at once, to the microsecond where the system can. All but {@link #wakeup}
 * belongs to one thread. The ports are not closed with it.
 */
public final class TunPoll implements Closeable {
  private final LinuxTunCalls calls = new LinuxTunCalls();
  private final int count;
  private final MemorySegment polls;
  private final byte[] number = new byte[Long.BYTES];
  private final int wakeup;
  private final Object wakeupLock = new Object();
  private final LinuxTunCalls wakeupCalls = new LinuxTunCalls();
  private final byte[] one = new byte[Long.BYTES];
  private boolean exact;
  private boolean open = true;

  /** For {@code ports}, in that order. */
  public TunPoll(List<LinuxTunPort> ports) throws IOException {
    this(ports.stream().mapToInt(LinuxTunPort::descriptor).toArray());
  }

  TunPoll(int... descriptors) throws IOException {
    count = descriptors.length;
    wakeup = calls.eventfd();
    if (wakeup < 0) throw new IOException("no eventfd: error " + -wakeup);
    polls = calls.allocate((count + 1) * LinuxTunCalls.POLL_BYTES);
    for (int i = 0; i < count; i++)
      LinuxTunCalls.wantReadable(polls, i, descriptors[i]);
    LinuxTunCalls.wantReadable(polls, count, wakeup);
    ByteBuffer.wrap(one).order(ByteOrder.nativeOrder()).putLong(1);
  }

  /** Has the calling thread run before others, as far as this process may: a link does not slow down when there is work. */
  public void hurry() {
    calls.becomeRealTime();
  }

  /** Waits until a packet has come at any port, {@link #wakeup} was called, or {@code nanos} have passed. */
  public void await(long nanos) throws IOException {
    if (!exact) {
      calls.wantExactTimers();
      exact = true;
    }
    int ready = calls.poll(polls, count + 1, nanos);
    if (ready < 0 && ready != -LinuxTunCalls.EINTR) throw new IOException("cannot poll: error " + -ready);
    if (ready > 0 && LinuxTunCalls.isReadable(polls, count)) {
      calls.read(wakeup, number, number.length);
    }
  }

  /** {@return whether the last {@link #await} found something at the port with that index} */
  public boolean isReady(int port) {
    return LinuxTunCalls.isReadable(polls, port);
  }

  /** Ends a present or the next {@link #await}. */
  public void wakeup() {
    synchronized (wakeupLock) {
      if (!open) return;
      wakeupCalls.write(wakeup, one, one.length);
    }
  }

  @Override
  public void close() {
    synchronized (wakeupLock) {
      if (open) wakeupCalls.close(wakeup);
      open = false;
    }
  }
}
