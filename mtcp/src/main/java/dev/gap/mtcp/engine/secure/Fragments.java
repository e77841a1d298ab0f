package dev.gap.mtcp.engine.secure;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Plaintexts that are larger than a path has become, in parts. Segments are numbered when they are cut: one that was cut for
 * a larger path has to get through as it is.
 */
final class Fragments {
  private static final int HEADER = 6;
  private static final int MOST_PARTS = 4;
  private static final int AT_ONCE = 64;

  private final int[] ids = new int[AT_ONCE];
  private final byte[] @Nullable [][] parts = new byte[AT_ONCE][][];
  private int nextId;

  /** {@return a control message for each part of a plaintext, none longer than {@code most} bytes} */
  byte[][] split(byte[] plain, int offset, int length, int most) {
    int room = most - Control.HEADER - HEADER;
    int count = Math.ceilDiv(length, room);
    byte[][] messages = new byte[count][];
    for (int i = 0; i < count; i++) {
      int n = Math.min(room, length - i * room);
      byte[] message = new byte[Control.HEADER + HEADER + n];
      message[Control.HEADER - 1] = Control.FRAGMENT;
      Bytes.putInt(message, Control.HEADER, nextId);
      message[Control.HEADER + 4] = (byte) i;
      message[Control.HEADER + 5] = (byte) count;
      System.arraycopy(plain, offset + i * room, message, Control.HEADER + HEADER, n);
      messages[i] = message;
    }
    nextId++;
    return messages;
  }

  /** Takes in a part. {@return the whole, once all have come, or null} Unfinished ones give way to newer ones. */
  byte @Nullable [] join(byte[] bytes, int offset, int length) {
    if (length <= HEADER) return null;
    int id = Bytes.getInt(bytes, offset);
    int index = bytes[offset + 4];
    int count = bytes[offset + 5];
    if (count < 2 || count > MOST_PARTS || index < 0 || index >= count) return null;
    int slot = id & (AT_ONCE - 1);
    byte[][] known = parts[slot];
    if (known == null || ids[slot] != id || known.length != count) {
      known = new byte[count][];
      parts[slot] = known;
      ids[slot] = id;
    }
    known[index] = Arrays.copyOfRange(bytes, offset + HEADER, offset + length);
    for (byte[] part : known) {
      if (part == null) return null;
    }
    parts[slot] = null;
    return Handshake.join(known);
  }
}
