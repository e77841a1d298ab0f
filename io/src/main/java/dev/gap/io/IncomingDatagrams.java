package dev.gap.io;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.PacketBatch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/**
 * Datagrams that have come in by {@code recvmmsg}, among them runs that the kernel has put together (UDP_GRO, Linux 5.0),
 * until they have been taken apart.
 */
final class IncomingDatagrams {
  private static final int MESSAGES = 32;
  private static final int MESSAGE_BYTES = 1 << 16;

  private final LinuxCalls calls;
  private final SocketAddresses addresses;
  private final MemorySegment names;
  private final MemorySegment data;
  private final MessageArray messages;
  private int count;
  private int current;
  private int offset;
  private @Nullable InetSocketAddress peer;

  IncomingDatagrams(LinuxCalls calls, SocketAddresses addresses) {
    this.calls = calls;
    this.addresses = addresses;
    names = calls.allocate(MESSAGES * SocketAddresses.BYTES);
    data = calls.allocate(MESSAGES * MESSAGE_BYTES);
    messages = new MessageArray(calls, MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
      messages.setData(i, data, (long) i * MESSAGE_BYTES, MESSAGE_BYTES);
      expect(i);
    }
  }

  private void expect(int message) {
    messages.setName(message, names, message * SocketAddresses.BYTES, addresses.nameBytes());
    messages.expectSegment(message);
  }

  /** {@return whether some wait to be moved on} */
  boolean hasMore() {
    return current < count;
  }

  /**
   * Adds to {@code in} until it is full or there are none.
   *
   * @return 0, or the error of the system that says why there are none
   */
  int receive(int descriptor, PacketBatch in) {
    while (!in.isFull()) {
      if (!hasMore()) {
        int error = fill(descriptor);
        if (error != 0) return error;
      }
      moveTo(in);
    }
    return 0;
  }

  private int fill(int descriptor) {
    for (int i = 0; i < count; i++)
      expect(i);
    count = 0;
    current = 0;
    int result = calls.receive(descriptor, messages.from(0), MESSAGES);
    if (result < 0) return -result;
    count = result;
    return result == 0 ? LinuxCalls.EAGAIN : 0;
  }

  private void moveTo(PacketBatch in) {
    while (hasMore() && !in.isFull()) {
      InetSocketAddress from = peer;
      if (from == null) peer = from = addresses.read(names, current * SocketAddresses.BYTES);
      int length = messages.length(current);
      int segment = messages.segment(current);
      int end = segment == 0 ? length : Math.min(length, offset + segment);
      byte[] to = in.next();
      int kept = Math.min(end - offset, to.length);
      MemorySegment.copy(data, JAVA_BYTE, (long) current * MESSAGE_BYTES + offset, to, 0, kept);
      in.commit(kept, from);
      offset = end;
      if (end == length) {
        current++;
        offset = 0;
        peer = null;
      }
    }
  }
}
