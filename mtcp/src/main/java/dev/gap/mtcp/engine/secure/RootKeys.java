package dev.gap.mtcp.engine.secure;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What follows from the pre-shared key alone: the outer keys of handshakes, the masks of headers, Noise's psk. */
final class RootKeys {
  private static final int BYTES = 32;

  private final byte[] outerToServer;
  private final byte[] outerToClient;
  private final byte[] maskKeyToServer;
  private final byte[] maskKeyToClient;
  private final HeaderMask maskToServer;
  private final HeaderMask maskToClient;
  private final byte[] noisePsk;

  RootKeys(SharedKey key) {
    byte[] root = Hkdf.extract("mTCP/2 root v1".getBytes(US_ASCII), key.bytes());
    outerToServer = Hkdf.expand(root, "mtcp2 outer c2s", BYTES);
    outerToClient = Hkdf.expand(root, "mtcp2 outer s2c", BYTES);
    maskKeyToServer = Hkdf.expand(root, "mtcp2 hp c2s", BYTES);
    maskKeyToClient = Hkdf.expand(root, "mtcp2 hp s2c", BYTES);
    maskToServer = new HeaderMask(maskKeyToServer);
    maskToClient = new HeaderMask(maskKeyToClient);
    noisePsk = Hkdf.expand(root, "mtcp2 noise psk", BYTES);
    Aead.erase(root);
  }

  byte[] outer(boolean toServer) {
    return toServer ? outerToServer : outerToClient;
  }

  HeaderMask mask(boolean toServer) {
    return toServer ? maskToServer : maskToClient;
  }

  byte[] maskKey(boolean toServer) {
    return toServer ? maskKeyToServer : maskKeyToClient;
  }

  byte[] noisePsk() {
    return noisePsk;
  }
}
