package dev.gap.io;

import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * An array of {@code struct mmsghdr}, each with one {@code iovec} and room for one control message that carries the length
 * of segments. The layout is that of Linux on 64 bits.
 */
final class MessageArray {
  // struct mmsghdr
  private static final long BYTES = 64;
  private static final long NAME = 0;
  private static final long NAME_LENGTH = 8;
  private static final long VECTORS = 16;
  private static final long VECTOR_COUNT = 24;
  private static final long CONTROL = 32;
  private static final long CONTROL_LENGTH = 40;
  private static final long RECEIVED = 56;
  // struct iovec
  private static final long VECTOR_BYTES = 16;
  private static final long VECTOR_LENGTH = 8;
  // struct cmsghdr and what follows it
  private static final long CONTROL_BYTES = 24;
  private static final long LEVEL = 8;
  private static final long TYPE = 12;
  private static final long VALUE = 16;

  private final MemorySegment headers;
  private final MemorySegment vectors;
  private final MemorySegment controls;

  MessageArray(LinuxCalls calls, int count) {
    headers = calls.allocate(count * BYTES);
    vectors = calls.allocate(count * VECTOR_BYTES);
    controls = calls.allocate(count * CONTROL_BYTES);
    for (int i = 0; i < count; i++) {
      headers.set(ADDRESS, i * BYTES + VECTORS, vectors.asSlice(i * VECTOR_BYTES));
      headers.set(JAVA_LONG, i * BYTES + VECTOR_COUNT, 1);
      headers.set(ADDRESS, i * BYTES + CONTROL, controls.asSlice(i * CONTROL_BYTES));
    }
  }

  /** {@return the messages from {@code index} on} */
  MemorySegment from(int index) {
    return index == 0 ? headers : headers.asSlice(index * BYTES);
  }

  /** Points to where the peer's address stands, or is to be written. */
  void setName(int index, MemorySegment names, long at, int bytes) {
    headers.set(JAVA_LONG, index * BYTES + NAME, names.address() + at);
    headers.set(JAVA_INT, index * BYTES + NAME_LENGTH, bytes);
  }

  /** Points to the payload, or to where it is to be written. */
  void setData(int index, MemorySegment data, long at, int bytes) {
    vectors.set(JAVA_LONG, index * VECTOR_BYTES, data.address() + at);
    vectors.set(JAVA_LONG, index * VECTOR_BYTES + VECTOR_LENGTH, bytes);
  }

  /** Has a message to be sent cut every {@code bytes}; 0: not at all. */
  void setSegment(int index, int bytes) {
    headers.set(JAVA_LONG, index * BYTES + CONTROL_LENGTH, bytes == 0 ? 0 : CONTROL_BYTES);
    if (bytes == 0) return;
    long control = index * CONTROL_BYTES;
    controls.set(JAVA_LONG, control, VALUE + Short.BYTES);
    controls.set(JAVA_INT, control + LEVEL, LinuxCalls.SOL_UDP);
    controls.set(JAVA_INT, control + TYPE, LinuxCalls.UDP_SEGMENT);
    controls.set(JAVA_SHORT, control + VALUE, (short) bytes);
  }

  /** Makes room for what the kernel says of a message to be received. */
  void expectSegment(int index) {
    headers.set(JAVA_LONG, index * BYTES + CONTROL_LENGTH, CONTROL_BYTES);
  }

  /** {@return how long the segments are that were put together in a message received, or 0 if it is one datagram} */
  int segment(int index) {
    long control = index * CONTROL_BYTES;
    if (headers.get(JAVA_LONG, index * BYTES + CONTROL_LENGTH) < VALUE + Integer.BYTES) return 0;
    boolean says = controls.get(JAVA_INT, control + LEVEL) == LinuxCalls.SOL_UDP
        && controls.get(JAVA_INT, control + TYPE) == LinuxCalls.UDP_GRO;
    return says ? controls.get(JAVA_INT, control + VALUE) : 0;
  }

  /** {@return the bytes of a message received} */
  int length(int index) {
    return headers.get(JAVA_INT, index * BYTES + RECEIVED);
  }
}
