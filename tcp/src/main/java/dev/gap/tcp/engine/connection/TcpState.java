package dev.gap.tcp.engine.connection;

/** The states of RFC 9293 section 3.3.2. */
public enum TcpState {
  CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT;

  /** {@return whether both ends know each other's numbers} */
  public boolean isSynchronized() {
    return switch (this) {
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED -> false;
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> true;
    };
  }

  /** {@return whether data may still be written} */
  public boolean maySend() {
    return this == ESTABLISHED || this == CLOSE_WAIT;
  }

  /** {@return whether data may still come} */
  public boolean mayReceive() {
    return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
  }
}
