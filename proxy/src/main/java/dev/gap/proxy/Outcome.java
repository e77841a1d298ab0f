package dev.gap.proxy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;

/** What became of the connection to a target. The server tells a gap client in the first byte of its stream. */
public enum Outcome {
  /** Connected. */
  CONNECTED(0, 0, "connected"),
  /** Failed in a way that has no name here. */
  FAILED(1, 1, "the connection failed"),
  /** No way to the target's network. */
  NETWORK_UNREACHABLE(3, 3, "network unreachable"),
  /** No way to the target's host. */
  HOST_UNREACHABLE(4, 4, "host unreachable"),
  /** The target refused. */
  REFUSED(5, 5, "connection refused"),
  /** The target did not answer in time. */
  TIMED_OUT(6, 4, "connection timed out"),
  /** The name does not exist, or its servers do not answer. */
  NAME_NOT_FOUND(16, 4, "name not found"),
  /** The server at the other end of mTCP did not answer. Never on the wire. */
  SERVER_SILENT(17, 1, "the gap server does not answer");

  private final int code;
  private final int socksReply;
  private final String text;

  Outcome(int code, int socksReply, String text) {
    this.code = code;
    this.socksReply = socksReply;
    this.text = text;
  }

  /** {@return the byte that stands for it} */
  public int code() {
    return code;
  }

  /** {@return the reply code of SOCKS5 (RFC 1928 section 6)} */
  public int socksReply() {
    return socksReply;
  }

  /** {@return it in words} */
  public String text() {
    return text;
  }

  /** {@return the outcome that a byte stands for; an unknown one is a failure} */
  public static Outcome of(int code) {
    for (Outcome outcome : values()) {
      if (outcome.code == code) return outcome;
    }
    return FAILED;
  }

  /** {@return the outcome that an exception from connecting means} */
  public static Outcome of(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return switch (failure) {
      case UnknownHostException e -> NAME_NOT_FOUND;
      case SocketTimeoutException e -> TIMED_OUT;
      case NoRouteToHostException e -> HOST_UNREACHABLE;
      case ConnectException e when message.contains("refused") -> REFUSED;
      case ConnectException e when message.contains("timed out") -> TIMED_OUT;
      default -> message.contains("network is unreachable")
          ? NETWORK_UNREACHABLE
          : message.contains("unreachable")
              ? HOST_UNREACHABLE
              : FAILED;
    };
  }
}
