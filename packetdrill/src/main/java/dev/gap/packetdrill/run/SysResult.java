package dev.gap.packetdrill.run;

import java.net.InetSocketAddress;

/** What a call to the stack came to. */
public sealed interface SysResult {
  /** It returns a number: 0, bytes sent, a descriptor. */
  record Done(long value) implements SysResult {}

  /** A connection was accepted. */
  record Accepted(int fd, InetSocketAddress peer) implements SysResult {}

  /**
   * Bytes were received, none at the end of the stream.
   *
   * @param outOfBand whether they are urgent data
   */
  record Received(byte[] data, boolean outOfBand) implements SysResult {}

  /** The value of an option. */
  record Option(OptionValue value) implements SysResult {}

  /** It cannot be done now: a blocking call waits, another fails with EAGAIN or EINPROGRESS. */
  record WouldBlock() implements SysResult {}

  /** It failed. */
  record Failed(Errno errno) implements SysResult {}
}
