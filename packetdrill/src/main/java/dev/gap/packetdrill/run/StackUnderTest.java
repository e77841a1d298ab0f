package dev.gap.packetdrill.run;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A TCP stack as scripts see it: one host with one interface, whose addresses and settings are those of a
 * {@link Profile}. It reads no clock: times are nanoseconds that never run backwards. No call blocks; what would is
 * answered with {@link SysResult.WouldBlock}, and the runner makes blocking calls of that. Descriptors are the stack's
 * own numbers; the runner maps a script's to them.
 *
 * <p>
 * After every call that takes a time the runner polls for packets until there are none.
 */
public interface StackUnderTest {
  /** What {@link #nextTimeoutNanos} answers when nothing is to happen. */
  long NEVER = Long.MAX_VALUE;

  /** Makes stacks. */
  @FunctionalInterface
  interface Factory {
    /** {@return a stack on a host that has just started} */
    StackUnderTest create(Profile profile, long nowNanos);
  }

  /** Which directions of a connection to shut down. */
  enum How {
    READ, WRITE, BOTH
  }

  /** What ioctl can ask. */
  enum Query {
    /** How many bytes can be read: SIOCINQ, FIONREAD. */
    UNREAD,
    /** How many bytes are not acknowledged: SIOCOUTQ, TIOCOUTQ, FIONWRITE. */
    UNACKNOWLEDGED,
    /** How many bytes were not sent yet: SIOCOUTQNSD. */
    UNSENT,
    /** Whether the next byte is the one after urgent data: SIOCATMARK. */
    AT_MARK
  }

  // packets and time

  /** Takes in a packet, from its IP header on. */
  void receive(byte[] packet, long nowNanos);

  /** {@return the next packet to send, from its IP header on, or null if there is none} */
  byte @Nullable [] poll(long nowNanos);

  /** {@return when {@link #onTimeout} is to be called if nothing else happens before, or {@link #NEVER}} */
  long nextTimeoutNanos();

  /** Does what is due at {@code nowNanos}; harmless when nothing is. */
  void onTimeout(long nowNanos);

  // settings

  /** Goes on with other settings; addresses and MTU of the interface may have changed too. */
  void configure(Profile profile, long nowNanos);

  /** Forgets what was learned about peers and paths: Fast Open cookies, path MTUs, metrics. */
  void forget(long nowNanos);

  /** {@return the Fast Open cookie the stack hands to {@code client}, null if it has none} */
  byte @Nullable [] fastOpenCookie(InetAddress client, InetAddress server);

  // sockets

  /** Makes a stream socket of IPv4 or IPv6: {@link SysResult.Done} with its descriptor. */
  SysResult socket(boolean v6);

  /** Binds a socket. */
  SysResult bind(int fd, InetSocketAddress local, long nowNanos);

  /** Starts or keeps listening. */
  SysResult listen(int fd, int backlog, long nowNanos);

  /** Takes a connection from the accept queue: {@link SysResult.Accepted}. */
  SysResult accept(int fd, long nowNanos);

  /**
   * Starts connecting: {@link SysResult.WouldBlock} if the handshake is under way, {@link SysResult.Done} where
   * TCP_FASTOPEN_CONNECT defers it, EALREADY or EISCONN when called again.
   */
  SysResult connect(int fd, InetSocketAddress remote, long nowNanos);

  /** {@return how connecting goes: done, failed (which clears the error), or would block} */
  SysResult connectResult(int fd, long nowNanos);

  /** Connects to AF_UNSPEC: aborts, and leaves the socket as if new. */
  SysResult disconnect(int fd, long nowNanos);

  /**
   * Queues as many of {@code data}'s bytes as there is room for: {@link SysResult.Done} with their number.
   *
   * @param to where to connect to if not connected: given with {@link MsgFlag#FASTOPEN}, and in sendto generally;
   *          without a cookie Linux answers EINPROGRESS
   */
  SysResult send(int fd, byte[] data, Set<MsgFlag> flags, @Nullable InetSocketAddress to, long nowNanos);

  /** Reads at most {@code length} bytes: {@link SysResult.Received}. */
  SysResult recv(int fd, int length, Set<MsgFlag> flags, long nowNanos);

  /** Shuts down a connection. */
  SysResult shutdown(int fd, How how, long nowNanos);

  /** Closes a socket; may answer {@link SysResult.WouldBlock} while SO_LINGER waits, and is then asked again. */
  SysResult close(int fd, long nowNanos);

  /** Sets an option. ENOPROTOOPT for one the stack does not know. */
  SysResult setOption(int fd, SocketOption option, OptionValue value, long nowNanos);

  /** Gets an option: {@link SysResult.Option}. Getting SO_ERROR clears it. */
  SysResult getOption(int fd, SocketOption option, long nowNanos);

  /** Answers an ioctl: {@link SysResult.Done} with a number. */
  SysResult query(int fd, Query query, long nowNanos);

  /** {@return the address a socket is bound to, null if none} */
  @Nullable
  InetSocketAddress localAddress(int fd);

  /** {@return the address a socket is connected to, null if none} */
  @Nullable
  InetSocketAddress remoteAddress(int fd);

  /** {@return what poll would tell} */
  Readiness readiness(int fd, long nowNanos);

  /** {@return the fields of TCP_INFO by the names in struct tcp_info, such as tcpi_snd_cwnd; empty without connection} */
  Map<String, Long> tcpInfo(int fd, long nowNanos);
}
