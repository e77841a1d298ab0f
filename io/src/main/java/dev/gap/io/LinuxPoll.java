package dev.gap.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Waits for packets of several ports at once, to the microsecond where the system can. All but {@link #wakeup} belongs to
 * one thread. The ports are not closed with it.
 */
public final class LinuxPoll implements Closeable {
  private final LinuxCalls calls = new LinuxCalls();
  private final int count;
  private final MemorySegment polls;
  private final MemorySegment wakeupPoll;
  private final byte[] value = new byte[Long.BYTES];
  private final int wakeup;
  private final Object wakeupLock = new Object();
  private final LinuxCalls wakeupCalls = new LinuxCalls();
  private final byte[] one = new byte[Long.BYTES];
  private boolean exact;
  private boolean open = true;

  /** For {@code ports}, in that order. */
  public LinuxPoll(List<LinuxTunPort> ports) throws IOException {
    this(ports.stream().mapToInt(LinuxTunPort::descriptor).toArray());
  }

  LinuxPoll(int... descriptors) throws IOException {
    count = descriptors.length;
    wakeup = calls.eventfd();
    if (wakeup < 0) throw new IOException("no eventfd: error " + -wakeup);
    polls = calls.allocate((count + 1) * LinuxCalls.POLL_BYTES);
    for (int i = 0; i < count; i++)
      LinuxCalls.wantReadable(polls, i, descriptors[i]);
    LinuxCalls.wantReadable(polls, count, wakeup);
    wakeupPoll = polls.asSlice(count * LinuxCalls.POLL_BYTES);
    ByteBuffer.wrap(one).order(ByteOrder.nativeOrder()).putLong(1);
  }

  /** Waits for another descriptor in place of the one at {@code index}. */
  void replace(int index, int descriptor) {
    LinuxCalls.wantReadable(polls, index, descriptor);
  }

  /** Has the calling thread run before others, as far as this process may: a link does not slow down when there is work. */
  public void hurry() {
    calls.becomeRealTime();
  }

  /** Waits until a packet has come at any port, {@link #wakeup} was called, or {@code nanos} have passed. */
  public void await(long nanos) throws IOException {
    await(polls, count + 1, nanos);
  }

  /** Waits until {@link #wakeup} was called or {@code nanos} have passed, whatever comes at the ports. */
  void pause(long nanos) throws IOException {
    await(wakeupPoll, 1, nanos);
  }

  private void await(MemorySegment wanted, int number, long nanos) throws IOException {
    if (!exact) {
      calls.wantExactTimers();
      exact = true;
    }
    int ready = calls.poll(wanted, number, nanos);
    if (ready < 0 && ready != -LinuxCalls.EINTR) throw new IOException("cannot poll: error " + -ready);
    if (ready > 0 && LinuxCalls.isReadable(wanted, number - 1)) calls.read(wakeup, value, value.length);
  }

  /** {@return whether the last {@link #await} found something at the port with that index} */
  public boolean isReady(int port) {
    return LinuxCalls.isReadable(polls, port);
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
