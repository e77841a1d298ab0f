package dev.gap.packetdrill.run;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a descriptor of a script stands for. */
sealed interface Descriptor {
  /** A socket. */
  final class Socket implements Descriptor {
    private final int live;
    private ScriptSocket script;
    private boolean nonBlocking;
    private final ErrorQueue errors = new ErrorQueue();
    private boolean zeroCopy;
    private long sent;
    private long read;

    Socket(int live, ScriptSocket script, boolean nonBlocking) {
      this.live = live;
      this.script = script;
      this.nonBlocking = nonBlocking;
    }

    /** {@return the stack's descriptor} */
    int live() {
      return live;
    }

    ScriptSocket script() {
      return script;
    }

    /** Goes on with a new connection. */
    void renew(ScriptSocket newScript) {
      script = newScript;
      sent = 0;
      read = 0;
    }

    boolean nonBlocking() {
      return nonBlocking;
    }

    void setNonBlocking(boolean on) { nonBlocking = on; }

    ErrorQueue errors() {
      return errors;
    }

    /** {@return whether MSG_ZEROCOPY counts: SO_ZEROCOPY, which listeners hand down} */
    boolean zeroCopy() {
      return zeroCopy;
    }

    void setZeroCopy(boolean on) { zeroCopy = on; }

    /** {@return how many bytes were queued} */
    long sent() {
      return sent;
    }

    void addSent(long bytes) {
      sent += bytes;
    }

    /** {@return how many bytes were read} */
    long read() {
      return read;
    }

    void addRead(long bytes) {
      read += bytes;
    }
  }

  /** A file, which is as long as anyone wants. */
  record File(String path) implements Descriptor {}

  /** An end of a pipe, into which what is read from sockets may go. */
  record Pipe() implements Descriptor {}

  /** An epoll instance. */
  final class Epoll implements Descriptor {
    private final Map<Integer, EpollItem> items = new LinkedHashMap<>();

    Map<Integer, EpollItem> items() {
      return items;
    }
  }
}
