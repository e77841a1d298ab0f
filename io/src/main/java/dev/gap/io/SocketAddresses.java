package dev.gap.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * Addresses as the kernel has them: {@code struct sockaddr_in} and {@code sockaddr_in6}. The peers of late are remembered
 * in both directions, so that datagrams to and from them cost no allocation.
 */
final class SocketAddresses {
  /** The longest: {@code sockaddr_in6}, rounded up. */
  static final long BYTES = 32;

  private static final int BYTES_V4 = 16;
  private static final int BYTES_V6 = 28;
  private static final long PORT = 2;
  private static final long ADDRESS_V4 = 4;
  private static final long ADDRESS_V6 = 8;
  private static final long SCOPE_V6 = 24;
  private static final int MAPPED = 10;
  private static final int SLOTS = 256;
  private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final int family;
  private final MemorySegment sent;
  private final @Nullable InetSocketAddress[] sentTo = new InetSocketAddress[SLOTS];
  private final MemorySegment heard;
  private final @Nullable InetSocketAddress[] heardFrom = new InetSocketAddress[SLOTS];

  /** @param family of the socket: one of IPv6 speaks to IPv4 as well */
  SocketAddresses(LinuxCalls calls, int family) {
    this.family = family;
    sent = calls.allocate(SLOTS * BYTES);
    heard = calls.allocate(SLOTS * BYTES);
  }

  /** {@return how many bytes a name of this family has} */
  int nameBytes() {
    return family == LinuxCalls.AF_INET ? BYTES_V4 : BYTES_V6;
  }

  /** Writes {@code address} to {@code at}. {@return whether this family has it} */
  boolean write(InetSocketAddress address, MemorySegment to, long at) {
    int slot = slot(address.hashCode());
    if (!address.equals(sentTo[slot])) {
      MemorySegment name = sent.asSlice(slot * BYTES, BYTES);
      sentTo[slot] = null;
      if (!encode(address, name)) return false;
      sentTo[slot] = address;
    }
    MemorySegment.copy(sent, slot * BYTES, to, at, BYTES);
    return true;
  }

  private boolean encode(InetSocketAddress address, MemorySegment name) {
    InetAddress host = address.getAddress();
    if (host == null || (family == LinuxCalls.AF_INET && host instanceof Inet6Address)) return false;
    byte[] bytes = host.getAddress();
    name.fill((byte) 0);
    name.set(JAVA_SHORT, 0, (short) family);
    name.set(NETWORK_SHORT, PORT, (short) address.getPort());
    if (family == LinuxCalls.AF_INET) {
      MemorySegment.copy(bytes, 0, name, JAVA_BYTE, ADDRESS_V4, bytes.length);
    } else if (host instanceof Inet6Address six) {
      MemorySegment.copy(bytes, 0, name, JAVA_BYTE, ADDRESS_V6, bytes.length);
      name.set(JAVA_INT, SCOPE_V6, six.getScopeId());
    } else if (!host.isAnyLocalAddress()) {
      name.set(JAVA_SHORT, ADDRESS_V6 + MAPPED, (short) -1);
      MemorySegment.copy(bytes, 0, name, JAVA_BYTE, ADDRESS_V6 + MAPPED + 2, bytes.length);
    }
    return true;
  }

  /** {@return the address that stands at {@code at}} */
  InetSocketAddress read(MemorySegment from, long at) {
    long first = from.get(LONG, at);
    long second = from.get(LONG, at + 8);
    long third = family == LinuxCalls.AF_INET ? 0 : from.get(LONG, at + 16);
    int scope = family == LinuxCalls.AF_INET ? 0 : from.get(JAVA_INT, at + SCOPE_V6);
    int slot = slot(Long.hashCode(first * 31 + second) ^ Long.hashCode(third));
    long name = slot * BYTES;
    InetSocketAddress known = heardFrom[slot];
    if (known != null && heard.get(LONG, name) == first && heard.get(LONG, name + 8) == second
        && heard.get(LONG, name + 16) == third && heard.get(JAVA_INT, name + SCOPE_V6) == scope) {
      return known;
    }
    InetSocketAddress address = decode(from, at);
    heard.set(LONG, name, first);
    heard.set(LONG, name + 8, second);
    heard.set(LONG, name + 16, third);
    heard.set(JAVA_INT, name + SCOPE_V6, scope);
    heardFrom[slot] = address;
    return address;
  }

  private InetSocketAddress decode(MemorySegment from, long at) {
    int port = Short.toUnsignedInt(from.get(NETWORK_SHORT, at + PORT));
    byte[] bytes = new byte[family == LinuxCalls.AF_INET ? 4 : 16];
    MemorySegment.copy(from, JAVA_BYTE, at + (family == LinuxCalls.AF_INET ? ADDRESS_V4 : ADDRESS_V6), bytes, 0,
        bytes.length);
    try {
      InetAddress host = InetAddress.getByAddress(bytes);
      int scope = host instanceof Inet4Address ? 0 : from.get(JAVA_INT, at + SCOPE_V6);
      return new InetSocketAddress(scope == 0 ? host : Inet6Address.getByAddress(null, bytes, scope), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + Arrays.toString(bytes), e);
    }
  }

  private static int slot(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed >>> Integer.numberOfLeadingZeros(SLOTS - 1);
  }
}
