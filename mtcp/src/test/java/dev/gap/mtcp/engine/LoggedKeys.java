package dev.gap.mtcp.engine;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/** One direction of a line of a key log: seals and opens datagrams of profile 2 without the engine. */
@SuppressWarnings("InsecureCryptoUsage") // one block, each time another: ECB is the block cipher itself
record LoggedKeys(int receiverId, boolean gcm, byte[] key, byte[] iv, byte[] maskKey) {
  private static final int HEADER = 8;
  private static final int TAG = 16;

  /** What a datagram holds. */
  record Opened(int packetNumber, byte[] plain) {}

  static LoggedKeys of(String line, boolean toServer) {
    String[] words = line.split(" ", -1);
    HexFormat hex = HexFormat.of();
    int at = toServer ? 4 : 7;
    return new LoggedKeys(HexFormat.fromHexDigits(words[toServer ? 2 : 1]), words[3].equals("AES_256_GCM"),
        hex.parseHex(words[at]), hex.parseHex(words[at + 1]), hex.parseHex(words[at + 2]));
  }

  byte[] seal(int packetNumber, byte[] plain) {
    try {
      byte[] header = ByteBuffer.allocate(HEADER).putInt(receiverId).putInt(packetNumber).array();
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, packetNumber, header).doFinal(plain);
      byte[] datagram = ByteBuffer.allocate(HEADER + sealed.length).put(header).put(sealed).array();
      mask(datagram);
      return datagram;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** {@return what is in a datagram, or null if it is not for this receiver ID} */
  @Nullable
  Opened open(byte[] sealed) {
    byte[] datagram = sealed.clone();
    try {
      mask(datagram);
      ByteBuffer header = ByteBuffer.wrap(datagram);
      if (header.getInt() != receiverId) return null;
      int packetNumber = header.getInt();
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, packetNumber, Arrays.copyOf(datagram, HEADER));
      return new Opened(packetNumber, cipher.doFinal(datagram, HEADER, datagram.length - HEADER));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private Cipher cipher(int mode, int packetNumber, byte[] header) throws GeneralSecurityException {
    ByteBuffer nonce = ByteBuffer.wrap(iv.clone());
    nonce.putInt(8, nonce.getInt(8) ^ packetNumber);
    AlgorithmParameterSpec parameters = gcm
        ? new GCMParameterSpec(8 * TAG, nonce.array())
        : new IvParameterSpec(nonce.array());
    Cipher cipher = Cipher.getInstance(gcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
    cipher.init(mode, new SecretKeySpec(key, gcm ? "AES" : "ChaCha20"), parameters);
    cipher.updateAAD(header);
    return cipher;
  }

  private void mask(byte[] datagram) throws GeneralSecurityException {
    Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
    aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(maskKey, "AES"));
    byte[] mask = aes.doFinal(datagram, datagram.length - TAG, TAG);
    for (int i = 0; i < HEADER; i++)
      datagram[i] ^= mask[i];
  }
}
