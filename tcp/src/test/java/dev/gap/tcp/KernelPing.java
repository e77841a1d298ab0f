package dev.gap.tcp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** Echo requests by a kernel, as the program {@code ping} has them sent, which not every system has. */
final class KernelPing {
  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int DATAGRAM = 2;
  private static final int ICMP = 1;
  private static final int ICMP6 = 58;
  private static final int ECHO = 8;
  private static final int ECHO6 = 128;
  private static final int HEADER = 8;
  private static final int SOCKET_LEVEL = 1;
  private static final int RECEIVE_TIMEOUT = 20;
  private static final long PATIENCE_SECONDS = 10;

  private KernelPing() {}

  /** Sends data from a namespace. {@return what comes back; throws if nothing does} */
  static byte[] echo(Namespace from, InetAddress to, byte[] data) throws IOException {
    // who may open such sockets: root
    from.sysctl("net/ipv4/ping_group_range", "0 0");
    return from.call(() -> exchange(to, data));
  }

  private static byte[] exchange(InetAddress to, byte[] data) throws IOException {
    boolean v6 = to.getAddress().length > 4;
    try (Arena arena = Arena.ofConfined()) {
      int socket = call("socket", v6 ? INET6 : INET, DATAGRAM, v6 ? ICMP6 : ICMP);
      try {
        MemorySegment timeout = arena.allocate(16);
        timeout.set(JAVA_LONG, 0, PATIENCE_SECONDS);
        call("setsockopt", socket, SOCKET_LEVEL, RECEIVE_TIMEOUT, timeout, 16);
        MemorySegment address = address(arena, to.getAddress());
        call("connect", socket, address, (int) address.byteSize());
        // identifier and checksum are the kernel's
        byte[] message = ByteBuffer.allocate(HEADER + data.length).put((byte) (v6 ? ECHO6 : ECHO)).position(HEADER)
            .put(data).array();
        call("send", socket, arena.allocateFrom(JAVA_BYTE, message), (long) message.length, 0);
        MemorySegment answer = arena.allocate(1 << 16);
        int length = call("recv", socket, answer, answer.byteSize(), 0);
        return Arrays.copyOfRange(answer.toArray(JAVA_BYTE), HEADER, length);
      } finally {
        call("close", socket);
      }
    }
  }

  private static MemorySegment address(Arena arena, byte[] raw) {
    boolean v6 = raw.length > 4;
    MemorySegment address = arena.allocate(v6 ? 28 : 16, 4);
    address.set(JAVA_SHORT, 0, (short) (v6 ? INET6 : INET));
    MemorySegment.copy(raw, 0, address, JAVA_BYTE, v6 ? 8 : 4, raw.length);
    return address;
  }

  /** Calls a function of the C library that gives a count or a descriptor, and less than zero if it fails. */
  @SuppressWarnings("restricted")
  private static int call(String name, Object... arguments) throws IOException {
    Linker linker = Linker.nativeLinker();
    MemoryLayout[] layouts = Arrays.stream(arguments)
        .map(argument -> argument instanceof MemorySegment ? ADDRESS : argument instanceof Long ? JAVA_LONG : JAVA_INT)
        .toArray(MemoryLayout[]::new);
    MethodHandle function = linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, layouts));
    try {
      int result = (int) function.invokeWithArguments(arguments);
      if (result < 0) throw new IOException(name + " has failed");
      return result;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
