package dev.gap.mtcp.engine.secure;

import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * One set of traffic keys: two receiver IDs, a cipher and a packet number for each direction, a replay window. Sealed
 * datagrams differ in their packet number, which only grows.
 */
public final class Epoch {
  /** Bytes before the ciphertext. */
  public static final int HEADER = 8;
  /** What sealing adds to the plaintext. */
  public static final int OVERHEAD = HEADER + Aead.TAG_BYTES;
  private static final long MOST_FAILURES = 1L << 35;

  private final int localId;
  private final int remoteId;
  private final Suite suite;
  private final RootKeys root;
  private final boolean client;
  private final HeaderMask outMask;
  private final long rekeyAt;
  private final byte[] resume;
  private final byte[] logged;
  private final ReplayWindow replay = new ReplayWindow();
  private final long createdNanos;
  private final byte[] sealSecret;
  private final byte[] openSecret;
  // made when first needed: a handshake that comes to nothing needs none
  private @Nullable PacketCipher sealing;
  private @Nullable PacketCipher opening;
  private boolean erased;
  private long nextPacket;
  private long failures;
  private boolean newest;

  /** @param secrets three times 32 bytes: client to server, server to client, resume */
  Epoch(Suite suite, RootKeys root, boolean client, int localId, int remoteId, byte[] secrets, long mostPackets,
      long createdNanos) {
    this.suite = suite;
    this.root = root;
    this.client = client;
    this.localId = localId;
    this.remoteId = remoteId;
    this.createdNanos = createdNanos;
    logged = secrets;
    sealSecret = Arrays.copyOfRange(secrets, client ? 0 : 32, client ? 32 : 64);
    openSecret = Arrays.copyOfRange(secrets, client ? 32 : 0, client ? 64 : 32);
    resume = Arrays.copyOfRange(secrets, 64, 96);
    outMask = root.mask(client);
    rekeyAt = Math.min(suite.rekeyAt(), mostPackets);
  }

  /** {@return the receiver ID that the peer puts on datagrams for here} */
  public int localId() {
    return localId;
  }

  int remoteId() {
    return remoteId;
  }

  /** {@return when the keys were agreed on} */
  public long createdNanos() {
    return createdNanos;
  }

  /** {@return whether so much was sealed that new keys are due} */
  public boolean isWorn() {
    return nextPacket >= rekeyAt;
  }

  /** {@return whether nothing may be sealed any more} */
  public boolean isSpent() {
    return erased || nextPacket >= 2 * rekeyAt;
  }

  /**
   * {@return a line for a key log: client's and server's receiver ID, suite, then for each direction, to the server first, key,
   * initialization vector and header mask's key} Only before {@link #forgetSecrets}.
   */
  String keyLogLine() {
    HexFormat hex = HexFormat.of();
    int clientId = client ? localId : remoteId;
    int serverId = client ? remoteId : localId;
    StringBuilder line = new StringBuilder("MTCP2 ").append(hex.toHexDigits(clientId)).append(' ')
        .append(hex.toHexDigits(serverId)).append(' ').append(suite);
    for (int i = 0; i < 2; i++) {
      byte[] traffic = Arrays.copyOfRange(logged, 32 * i, 32 * (i + 1));
      line.append(' ').append(hex.formatHex(PacketCipher.keyOf(traffic))).append(' ')
          .append(hex.formatHex(PacketCipher.ivOf(traffic))).append(' ').append(hex.formatHex(root.maskKey(i == 0)));
      Aead.erase(traffic);
    }
    return line.toString();
  }

  void forgetSecrets() {
    Aead.erase(logged);
  }

  /**
   * Seals a plaintext into a datagram.
   *
   * @return its length in bytes
   */
  public int seal(byte[] plain, int offset, int length, byte[] out) {
    if (isSpent()) throw new IllegalStateException("these keys are spent");
    if (sealing == null) {
      sealing = PacketCipher.sealing(suite, sealSecret);
      Aead.erase(sealSecret);
    }
    long header = (long) remoteId << 32 | nextPacket;
    Bytes.putLong(out, 0, header);
    int end = sealing.seal((int) nextPacket++, plain, offset, length, out, HEADER);
    Bytes.putLong(out, 0, header ^ outMask.of(out, end));
    return end;
  }

  /**
   * Opens a datagram whose header is already unmasked.
   *
   * @return the length of the plaintext in {@code out}, or -1 if it is not authentic or not fresh
   */
  public int open(byte[] datagram, int length, byte[] out, int outOffset) {
    long number = Bytes.getInt(datagram, 4) & 0xFFFFFFFFL;
    if (erased || !replay.isFresh(number)) return -1;
    if (opening == null) {
      opening = PacketCipher.opening(suite, openSecret);
      Aead.erase(openSecret);
    }
    int plain = opening.open((int) number, datagram, HEADER, length, out, outOffset);
    if (plain < 0) {
      if (++failures >= MOST_FAILURES) erase();
      return -1;
    }
    newest = replay.mark(number);
    return plain;
  }

  /** {@return whether the datagram opened last has the highest packet number yet} */
  public boolean wasNewest() {
    return newest;
  }

  /** Forgets the traffic keys; what proves a right to the session stays. */
  public void erase() {
    erased = true;
    Aead.erase(sealSecret);
    Aead.erase(openSecret);
    sealing = null;
    opening = null;
  }

  /** {@return what proves, in a handshake with the ephemeral key {@code e}, to have been in this one} */
  byte[] proof(byte[] e) {
    byte[] whole = Hkdf.hmac(resume, "mtcp2 prior".getBytes(US_ASCII), e);
    return Arrays.copyOf(whole, Handshake.PROOF_BYTES);
  }
}
