package dev.gap.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * The system calls that TUN devices and UDP sockets need, as the kernel has them: what fails answers the error number,
 * negated. An instance belongs to one thread.
 */
final class LinuxCalls {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EINVAL = 22;
  static final int ENOTSOCK = 88;
  static final int EMSGSIZE = 90;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ENOBUFS = 105;

  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOL_IP = 0;
  static final int SOL_SOCKET = 1;
  static final int SOL_UDP = 17;
  static final int SOL_IPV6 = 41;
  static final int UDP_SEGMENT = 103;
  static final int UDP_GRO = 104;

  /** {@code struct pollfd}: descriptor, wanted events, events. */
  static final long POLL_BYTES = 8;

  private static final int O_RDWR_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
  private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
  private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final short POLLIN = 1;
  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final int SCHED_RR = 2;
  private static final int PR_SET_TIMERSLACK = 29;
  private static final long IFREQ_BYTES = 40;
  private static final long IFREQ_FLAGS = 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPEN = handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
  private static final MethodHandle IOCTL_ADDRESS = handle("ioctl",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
  private static final MethodHandle IOCTL_NUMBER = handle("ioctl",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), 2);
  private static final MethodHandle PRCTL = handle("prctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), 1);
  private static final MethodHandle SET_SCHEDULER = handle("sched_setscheduler",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle READ = heapHandle("read",
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE = heapHandle("write",
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle PPOLL = handle("ppoll",
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
  private static final MethodHandle EVENTFD = handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SOCKET = handle("socket",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND = handle("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle GETSOCKNAME = handle("getsockname",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SETSOCKOPT = handle("setsockopt",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SENDMMSG = handle("sendmmsg",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle RECVMMSG = handle("recvmmsg",
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment state = arena.allocate(STATE);
  /** A {@code struct timespec}, or one number. */
  private final MemorySegment scratch = arena.allocate(16, 8);

  @SuppressWarnings("restricted") // what this class is for
  private static MethodHandle handle(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO);
  }

  @SuppressWarnings("restricted") // what this class is for
  private static MethodHandle handle(String name, FunctionDescriptor type, int firstVariadic) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO,
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  /**
   * A call that may be given memory of the heap, which the garbage collector does not move meanwhile: it must not block.
   * That spares a copy of each packet.
   */
  @SuppressWarnings("restricted") // what this class is for
  private static MethodHandle heapHandle(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO, Linker.Option.critical(true));
  }

  /** {@return memory as long-lived as this} */
  MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, 8);
  }

  int open(String path) {
    try (Arena shortly = Arena.ofConfined()) {
      return answer((int) OPEN.invokeExact(state, shortly.allocateFrom(path), O_RDWR_NONBLOCK_CLOEXEC));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** The result of {@link #makeTun}: a negated error, or 0 and a name. */
  record Named(int error, String name) {}

  Named makeTun(int fd, String name, int flags) {
    try (Arena shortly = Arena.ofConfined()) {
      MemorySegment request = shortly.allocate(IFREQ_BYTES, 8);
      request.setString(0, name);
      request.set(JAVA_SHORT, IFREQ_FLAGS, (short) flags);
      int result = answer((int) IOCTL_ADDRESS.invokeExact(state, fd, TUNSETIFF, request));
      return new Named(result, result < 0 ? name : request.getString(0));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int setOffload(int fd, long features) {
    try {
      return answer((int) IOCTL_NUMBER.invokeExact(state, fd, TUNSETOFFLOAD, features));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Has this thread's waits end as exactly as they can, not 50 microseconds late. */
  void wantExactTimers() {
    try {
      int ignored = (int) PRCTL.invokeExact(state, PR_SET_TIMERSLACK, 1L);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Has this thread run before all that are not of real time, of which it becomes one. */
  int becomeRealTime() {
    try (Arena shortly = Arena.ofConfined()) {
      MemorySegment priority = shortly.allocateFrom(JAVA_INT, 1);
      // of the calling thread: to Linux each is a process
      return answer((int) SET_SCHEDULER.invokeExact(state, 0, SCHED_RR, priority));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Reads from a descriptor that does not block. */
  int read(int fd, byte[] into, int length) {
    try {
      return answer((long) READ.invokeExact(state, fd, MemorySegment.ofArray(into), (long) length));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Writes to a descriptor that does not block. */
  int write(int fd, byte[] from, int length) {
    try {
      return answer((long) WRITE.invokeExact(state, fd, MemorySegment.ofArray(from), (long) length));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Asks the {@code index}th entry of {@code polls} to wait for something to read from {@code fd}. */
  static void wantReadable(MemorySegment polls, int index, int fd) {
    polls.set(JAVA_INT, index * POLL_BYTES, fd);
    polls.set(JAVA_SHORT, index * POLL_BYTES + 4, POLLIN);
  }

  static boolean isReadable(MemorySegment polls, int index) {
    return polls.get(JAVA_SHORT, index * POLL_BYTES + 6) != 0;
  }

  int poll(MemorySegment polls, int count, long nanos) {
    long wait = Math.max(0, nanos);
    scratch.set(ValueLayout.JAVA_LONG, 0, wait / 1_000_000_000);
    scratch.set(ValueLayout.JAVA_LONG, 8, wait % 1_000_000_000);
    try {
      return answer((int) PPOLL.invokeExact(state, polls, (long) count, scratch, MemorySegment.NULL));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int eventfd() {
    try {
      return answer((int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK_CLOEXEC));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** A UDP socket of an address family. */
  int socket(int family) {
    try {
      return answer((int) SOCKET.invokeExact(state, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int bind(int fd, MemorySegment name, int nameBytes) {
    try {
      return answer((int) BIND.invokeExact(state, fd, name, nameBytes));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Writes the address that a socket is bound to into {@code name}. */
  int socketName(int fd, MemorySegment name) {
    try {
      scratch.set(JAVA_INT, 0, (int) name.byteSize());
      return answer((int) GETSOCKNAME.invokeExact(state, fd, name, scratch));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  int setOption(int fd, int level, int option, int value) {
    try {
      scratch.set(JAVA_INT, 0, value);
      return answer((int) SETSOCKOPT.invokeExact(state, fd, level, option, scratch, Integer.BYTES));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Sends the first {@code count} of {@code messages}. {@return how many were sent, or why the first was not} */
  int send(int fd, MemorySegment messages, int count) {
    try {
      return answer((int) SENDMMSG.invokeExact(state, fd, messages, count, MSG_DONTWAIT));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /** Receives up to {@code count} messages. {@return how many there were} */
  int receive(int fd, MemorySegment messages, int count) {
    try {
      return answer((int) RECVMMSG.invokeExact(state, fd, messages, count, MSG_DONTWAIT, MemorySegment.NULL));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  void close(int fd) {
    try {
      int ignored = (int) CLOSE.invokeExact(state, fd);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private int answer(long result) {
    return result < 0 ? -(int) ERRNO_VALUE.get(state, 0L) : (int) result;
  }

  private static IllegalStateException impossible(Throwable e) {
    return new IllegalStateException("a system call throws nothing", e);
  }
}
