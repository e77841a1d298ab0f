package dev.gap.packetdrill.wire;

/** Bytes that are no packet, or one whose checksums or lengths are wrong. */
public final class WireException extends Exception {
  private static final long serialVersionUID = 1;

  /** Says what is wrong with the bytes. */
  public WireException(String message) {
    super(message);
  }
}
