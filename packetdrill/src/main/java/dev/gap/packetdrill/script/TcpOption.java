package dev.gap.packetdrill.script;

import java.util.List;
import java.util.stream.Collectors;

/** An option of a TCP header as a script writes it. Numbers are in the script's terms. */
public sealed interface TcpOption {
  /** In place of a timestamp: whatever it is. */
  long ANY = -1;

  /** Padding at the end. */
  record EndOfList() implements TcpOption {
    @Override
    public String toString() {
      return "eol";
    }
  }

  /** Padding. */
  record NoOperation() implements TcpOption {
    @Override
    public String toString() {
      return "nop";
    }
  }

  /** Maximum segment size. */
  record Mss(int bytes) implements TcpOption {
    @Override
    public String toString() {
      return "mss " + bytes;
    }
  }

  /** Window scale. */
  record WindowScale(int shift) implements TcpOption {
    @Override
    public String toString() {
      return "wscale " + shift;
    }
  }

  /** SACK permitted. */
  record SackPermitted() implements TcpOption {
    @Override
    public String toString() {
      return "sackOK";
    }
  }

  /** A range of sequence numbers received. */
  record Block(long left, long right) {}

  /** Selective acknowledgment. */
  record Sack(List<Block> blocks) implements TcpOption {
    public Sack {
      blocks = List.copyOf(blocks);
    }

    @Override
    public String toString() {
      return blocks.stream().map(b -> " " + b.left + ":" + b.right).collect(Collectors.joining("", "sack", ""));
    }
  }

  /**
   * Timestamps; either may be {@link #ANY}.
   *
   * @param absolute whether the echo is not to be translated: written with an exclamation mark
   */
  record Timestamps(long value, long echo, boolean absolute) implements TcpOption {
    @Override
    public String toString() {
      return "TS val " + (value == ANY ? "..." : value) + " ecr " + (echo == ANY ? "..." : echo);
    }
  }

  /**
   * Fast Open.
   *
   * @param cookie in hexadecimal, empty in a request, or a word for whatever cookie the stack gives out
   * @param experimental whether it has the form of an experimental option
   */
  record FastOpen(String cookie, boolean experimental) implements TcpOption {
    /** {@return whether the cookie is a word instead of bytes} */
    public boolean symbolic() {
      return !cookie.matches("([0-9a-fA-F]{2})*");
    }

    @Override
    public String toString() {
      return (experimental ? "FOEXP" : "FO") + (cookie.isEmpty() ? "" : " " + cookie);
    }
  }

  /** Counters of Accurate ECN: order 0 if E0B comes first, order 1 if E1B does. */
  record AccEcn(boolean e0First, List<Integer> counters) implements TcpOption {
    public AccEcn {
      counters = List.copyOf(counters);
    }

    @Override
    public String toString() {
      String[] names = e0First ? new String[]{" e0b ", " ceb ", " e1b "} : new String[]{" e1b ", " ceb ", " e0b "};
      StringBuilder out = new StringBuilder("ECN");
      for (int i = 0; i < counters.size(); i++)
        out.append(names[i]).append(counters.get(i));
      return out.toString();
    }
  }

  /**
   * An MD5 signature, RFC 2385.
   *
   * @param valid whether it is the one that the shared secret makes
   */
  record Signature(boolean valid) implements TcpOption {
    @Override
    public String toString() {
      return valid ? "md5 valid" : "md5 invalid";
    }
  }

  /** An option whose content is given byte by byte. */
  record Raw(int kind, String hex) implements TcpOption {
    @Override
    public String toString() {
      return kind == 19 ? "md5 " + hex : "kind " + kind + " " + hex;
    }
  }
}
