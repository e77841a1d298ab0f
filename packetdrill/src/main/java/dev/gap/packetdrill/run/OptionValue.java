package dev.gap.packetdrill.run;

import java.util.HexFormat;

/** The value of a socket option. */
public sealed interface OptionValue {
  /** A number, a truth value as 0 or 1, an error as its number on Linux. */
  record Amount(long value) implements OptionValue {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A name, such as that of a congestion control. */
  record Text(String value) implements OptionValue {
    @Override
    public String toString() {
      return '"' + value + '"';
    }
  }

  /** Bytes, such as a Fast Open key. */
  record Bytes(byte[] value) implements OptionValue {
    @Override
    public String toString() {
      return HexFormat.of().formatHex(value);
    }
  }

  /** What SO_LINGER is about. */
  record Linger(boolean on, int seconds) implements OptionValue {
    @Override
    public String toString() {
      return "{onoff=" + (on ? 1 : 0) + ", linger=" + seconds + "}";
    }
  }
}
