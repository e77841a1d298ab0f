package dev.gap.packetdrill.wire;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The digest of the MD5 signature option, RFC 2385 section 2. */
public final class Md5 {
  private static final int TCP_HEADER = 20;

  private Md5() {}

  /**
   * {@return the digest over pseudo-header, header without options and checksum, data and secret}
   *
   * @param packet with a signature of the right size among its options: its bytes do not count, its length does
   */
  public static byte[] digest(Packet.Tcp packet, byte[] secret) {
    byte[] segment = PacketEncoder.tcp(packet);
    byte[] source = packet.ip().source().getAddress();
    byte[] destination = packet.ip().destination().getAddress();
    ByteBuffer pseudo = ByteBuffer.allocate(40).put(source).put(destination);
    if (packet.ip().v6()) pseudo.putInt(segment.length).putInt(PacketEncoder.TCP);
    else pseudo.putShort((short) PacketEncoder.TCP).putShort((short) segment.length);
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(Arrays.copyOf(pseudo.array(), pseudo.position()));
      // the encoder leaves the checksum zero
      md5.update(segment, 0, TCP_HEADER);
      md5.update(packet.payload());
      return md5.digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("MD5", e);
    }
  }
}
