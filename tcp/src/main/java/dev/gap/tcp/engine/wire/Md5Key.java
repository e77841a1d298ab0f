package dev.gap.tcp.engine.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A secret that two hosts share to sign each segment with: the MD5 signature option, RFC 2385. Obsolete (RFC 5925), and what
 * BGP routers speak. The digest is over pseudo-header, TCP header without options and with no checksum, data and secret.
 */
public final class Md5Key {
  /** Bytes of the option, and with what aligns it. */
  static final int OPTION_BYTES = 18;
  public static final int ALIGNED_BYTES = 20;
  private static final int DIGEST_BYTES = 16;
  private static final int CHECKSUM_AT = 16;

  private final byte[] secret;
  private final MessageDigest md5;
  private final byte[] scratch = new byte[40];

  /**
   * @param secret at least one byte; RFC 2385 section 4.5 wants 80 to be possible
   * @throws IllegalArgumentException if it is empty
   */
  public Md5Key(byte[] secret) {
    if (secret.length == 0) throw new IllegalArgumentException("a secret of no bytes");
    this.secret = secret.clone();
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      // every Java platform has it
      throw new IllegalStateException("MD5", e);
    }
  }

  /** {@return whether a segment carries the signature that this secret makes} */
  public boolean matches(Segment segment) {
    int at = segment.signatureAt();
    if (at < 0) return false;
    IpPacket ip = segment.ip();
    byte[] digest = digest(ip.bytes(), ip.source(), ip.destination(), ip.payload(), segment.payload(), ip.end());
    int difference = 0;
    for (int i = 0; i < DIGEST_BYTES; i++)
      difference |= digest[i] ^ ip.bytes()[at + i];
    return difference == 0;
  }

  /** Puts the signature of a segment at {@code at}. */
  void sign(byte[] bytes, Address source, Address destination, int tcp, int payload, int end, int at) {
    System.arraycopy(digest(bytes, source, destination, tcp, payload, end), 0, bytes, at, DIGEST_BYTES);
  }

  private byte[] digest(byte[] bytes, Address source, Address destination, int tcp, int payload, int end) {
    md5.reset();
    md5.update(scratch, 0, pseudoHeader(source, destination, end - tcp));
    System.arraycopy(bytes, tcp, scratch, 0, Segment.HEADER);
    Bits.put16(scratch, CHECKSUM_AT, 0);
    md5.update(scratch, 0, Segment.HEADER);
    md5.update(bytes, payload, end - payload);
    return md5.digest(secret);
  }

  /** {@return how many bytes it has: as in IPv4 (RFC 9293 section 3.1), or IPv6 (RFC 8200 section 8.1)} */
  private int pseudoHeader(Address source, Address destination, int length) {
    source.write(scratch, 0);
    int size = source.isV4() ? 4 : 16;
    destination.write(scratch, size);
    int at = 2 * size;
    if (source.isV4()) {
      Bits.put32(scratch, at, IpPacket.TCP << 16 | length);
      return at + 4;
    }
    Bits.put32(scratch, at, length);
    Bits.put32(scratch, at + 4, IpPacket.TCP);
    return at + 8;
  }
}
