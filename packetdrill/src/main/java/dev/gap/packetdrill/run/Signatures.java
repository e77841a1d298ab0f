package dev.gap.packetdrill.run;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import dev.gap.packetdrill.wire.Md5;
import dev.gap.packetdrill.wire.Packet;

/** Signatures of RFC 2385: made for what the peer sends, and checked in what the stack sends. */
final class Signatures {
  static final int BYTES = 16;

  private Signatures() {}

  /** {@return a packet with its signature in the place of the one that it has} */
  static Packet.Tcp sign(Packet.Tcp packet, String secret) throws RunException {
    if (secret.isEmpty()) throw new RunException.Unsupported("a signature without --tcp_md5_secret");
    return with(packet, new Packet.Option(WireOptions.MD5_SIGNATURE, digest(packet, secret)));
  }

  /** {@return a signature for a script to look at: without content if it is valid, since its bytes tell nothing more} */
  static Packet.Option judged(Packet.Option signature, Packet.Tcp live, String secret) {
    boolean valid = Arrays.equals(signature.content(), digest(live, secret));
    return valid ? new Packet.Option(WireOptions.MD5_SIGNATURE, new byte[0]) : signature;
  }

  private static byte[] digest(Packet.Tcp packet, String secret) {
    return Md5.digest(packet, secret.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Packet.Tcp with(Packet.Tcp packet, Packet.Option signature) {
    List<Packet.Option> options = packet.options().stream()
        .map(option -> option.kind() == WireOptions.MD5_SIGNATURE ? signature : option).toList();
    return new Packet.Tcp(packet.ip(), packet.sourcePort(), packet.destinationPort(), packet.sequence(), packet.ack(),
        packet.flags(), packet.reserved(), packet.window(), packet.urgent(), options, packet.payload());
  }
}
