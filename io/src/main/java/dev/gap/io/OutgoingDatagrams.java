package dev.gap.io;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

import dev.gap.transport.PacketBatch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/**
 * Datagrams on their way out: neighbours for one peer and of one length (the last may be shorter) become one message,
 * which the kernel or the device cuts (UDP_SEGMENT, Linux 4.18), and all messages go in one {@code sendmmsg}. What the
 * kernel will not cut is sent datagram by datagram.
 */
final class OutgoingDatagrams {
  private static final int MESSAGES = 64;
  private static final int DATA_BYTES = 128 << 10;
  /** UDP_MAX_SEGMENTS of all kernels. */
  private static final int MOST_SEGMENTS = 64;
  /** The longest payload over IPv4. */
  private static final int MOST_BYTES = 65_507;

  private final LinuxCalls calls;
  private final SocketAddresses addresses;
  private final MemorySegment names;
  private final MemorySegment data;
  private final MessageArray messages;
  private final MessageArray single;
  private final int[] starts = new int[MESSAGES];
  private final int[] lengths = new int[MESSAGES];
  private final int[] segmentBytes = new int[MESSAGES];
  private final InetSocketAddress[] peers = new InetSocketAddress[MESSAGES];
  private int count;
  private int used;
  /** Whether the last message may grow. */
  private boolean open;
  /** Segments of this length and longer are not given to be cut. */
  private int cutBelow;
  private long refused;

  /** @param cut whether messages may be given to be cut */
  OutgoingDatagrams(LinuxCalls calls, SocketAddresses addresses, boolean cut) {
    this.calls = calls;
    this.addresses = addresses;
    names = calls.allocate(MESSAGES * SocketAddresses.BYTES);
    data = calls.allocate(DATA_BYTES);
    messages = new MessageArray(calls, MESSAGES);
    single = new MessageArray(calls, 1);
    cutBelow = cut ? Integer.MAX_VALUE : 0;
  }

  /** {@return how many datagrams the network has refused} */
  long refused() {
    return refused;
  }

  /** Sends all of {@code out}. {@return whether the socket still lives; if not, some were lost} */
  boolean send(int descriptor, PacketBatch out) {
    boolean alive = true;
    for (int i = 0; i < out.size() && alive; i++) {
      if (!hasRoom(out.length(i))) alive = flush(descriptor);
      add(out.bytes(i), out.length(i), out.peer(i));
    }
    return flush(descriptor) && alive;
  }

  private boolean hasRoom(int length) {
    return count < MESSAGES && length <= DATA_BYTES - used;
  }

  private void add(byte[] bytes, int length, InetSocketAddress peer) {
    if (length > MOST_BYTES || !(grows(length, peer) || begin(length, peer))) {
      refused++;
      return;
    }
    int message = count - 1;
    MemorySegment.copy(bytes, 0, data, JAVA_BYTE, used, length);
    used += length;
    lengths[message] += length;
    open = length == segmentBytes[message] && length < cutBelow && length > 0;
  }

  private boolean grows(int length, InetSocketAddress peer) {
    if (!open) return false;
    int message = count - 1;
    int segment = segmentBytes[message];
    return length > 0 && length <= segment && lengths[message] + length <= MOST_BYTES
        && lengths[message] < MOST_SEGMENTS * segment && peer.equals(peers[message]);
  }

  private boolean begin(int length, InetSocketAddress peer) {
    open = false;
    if (!addresses.write(peer, names, count * SocketAddresses.BYTES)) return false;
    starts[count] = used;
    lengths[count] = 0;
    segmentBytes[count] = length;
    peers[count] = peer;
    count++;
    return true;
  }

  private boolean flush(int descriptor) {
    for (int i = 0; i < count; i++) {
      messages.setName(i, names, i * SocketAddresses.BYTES, addresses.nameBytes());
      messages.setData(i, data, starts[i], lengths[i]);
      messages.setSegment(i, lengths[i] > segmentBytes[i] ? segmentBytes[i] : 0);
    }
    boolean alive = true;
    for (int done = 0; done < count && alive;) {
      int result = calls.send(descriptor, messages.from(done), count - done);
      if (result > 0) done += result;
      else if (result != -LinuxCalls.EINTR) alive = onRefused(descriptor, done++, -result);
    }
    count = 0;
    used = 0;
    open = false;
    return alive;
  }

  /** {@return whether the socket still lives} */
  private boolean onRefused(int descriptor, int message, int error) {
    if (LinuxUdpPort.isDead(error)) return false;
    int segment = segmentBytes[message];
    boolean run = lengths[message] > segment;
    if (run && isAgainstCutting(error, segment)) return sendOneByOne(descriptor, message);
    // network unreachable, buffers full: lost, as any datagram may be
    refused += run ? (lengths[message] + segment - 1) / segment : 1;
    return true;
  }

  /** Notes what the kernel will not cut: anything at all on some devices (EIO), or segments longer than the link takes. */
  private boolean isAgainstCutting(int error, int segment) {
    switch (error) {
      case LinuxCalls.EIO -> cutBelow = 0;
      case LinuxCalls.EINVAL, LinuxCalls.EMSGSIZE -> cutBelow = Math.min(cutBelow, segment);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean sendOneByOne(int descriptor, int message) {
    single.setName(0, names, message * SocketAddresses.BYTES, addresses.nameBytes());
    single.setSegment(0, 0);
    int end = starts[message] + lengths[message];
    for (int at = starts[message]; at < end; at += segmentBytes[message]) {
      single.setData(0, data, at, Math.min(segmentBytes[message], end - at));
      int result = calls.send(descriptor, single.from(0), 1);
      if (LinuxUdpPort.isDead(-result)) return false;
      if (result < 0) refused++;
    }
    return true;
  }
}
