package dev.gap.mtcp.engine.secure;

import java.util.Arrays;

import dev.gap.mtcp.engine.CloseReason;

/** Control messages of a session: connection ID 0, a type, a body (docs/protocol.md, "Control"). Type 0, PAD, is skipped. */
final class Control {
  static final int PING = 1;
  static final int PONG = 2;
  static final int PATH_CHALLENGE = 3;
  static final int PATH_RESPONSE = 4;
  static final int CLOSE = 5;
  static final int REKEY_REQUEST = 6;
  static final int RESET = 7;
  /** A datagram of an application: unreliable, unordered. */
  static final int DATAGRAM = 8;
  /** Part of a plaintext that is larger than the path has become: ID (4), index (1), count (1), bytes. */
  static final int FRAGMENT = 9;

  /** Connection ID and type. */
  static final int HEADER = 9;
  static final int TOKEN_BYTES = 8;
  static final int CHALLENGE_BYTES = 16;
  /** Why a connection is reset, if not because it is unknown: there are too many. */
  static final int FULL = 1;

  private Control() {}

  static byte[] message(int type, byte[] body) {
    byte[] message = new byte[HEADER + body.length];
    message[HEADER - 1] = (byte) type;
    System.arraycopy(body, 0, message, HEADER, body.length);
    return message;
  }

  static byte[] message(int type) {
    return message(type, new byte[0]);
  }

  static byte[] message(int type, long body) {
    byte[] message = new byte[HEADER + Long.BYTES];
    message[HEADER - 1] = (byte) type;
    Bytes.putLong(message, HEADER, body);
    return message;
  }

  static CloseReason resetReason(byte[] bytes, int body, int bodyLength) {
    boolean full = bodyLength > Long.BYTES && bytes[body + Long.BYTES] == FULL;
    return full ? CloseReason.REFUSED : CloseReason.RESET_BY_PEER;
  }

  static byte[] reset(long id, boolean full) {
    byte[] message = message(RESET, id);
    if (!full) return message;
    byte[] withReason = Arrays.copyOf(message, message.length + 1);
    withReason[message.length] = FULL;
    return withReason;
  }

  /** {@return a PING of a given size, the last of its bytes zeros} */
  static byte[] probe(long token, int plainBytes) {
    byte[] message = new byte[plainBytes];
    message[HEADER - 1] = PING;
    Bytes.putLong(message, HEADER, token);
    return message;
  }
}
