package dev.gap.mtcp.engine.secure;

import java.security.InvalidKeyException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/** Who proves what in a handshake, besides knowing the pre-shared key. */
public sealed interface Identity {
  /** Nothing more: whoever holds the key can play either side. Noise's pattern NNpsk0. */
  record None() implements Identity {}

  /** A client with a static key, which pins its server's. Noise's pattern IKpsk1. */
  record Client(byte[] privateKey, byte[] serverKey) implements Identity {
    public Client {
      checkPublic(serverKey);
      checkLength(privateKey);
    }
  }

  /**
   * A server with a static key and a list of users.
   *
   * @param publicKey of {@code privateKey}: it is wanted for every INIT, and takes an eighth of a millisecond to find
   * @param users names by the hexadecimal digits of public keys
   */
  record Server(byte[] privateKey, byte[] publicKey, Map<String, String> users) implements Identity {
    public Server {
      checkLength(privateKey);
      checkLength(publicKey);
      users = Map.copyOf(users);
    }

    /**
     * {@return a server for these users}
     *
     * @param byName public keys by name
     * @throws IllegalArgumentException if a key is of small order or two users have the same
     */
    public static Server of(byte[] privateKey, Map<String, byte[]> byName) {
      Map<String, String> users = new HashMap<>();
      byName.forEach((name, key) -> {
        checkPublic(key);
        String other = users.put(HexFormat.of().formatHex(key), name);
        if (other != null) throw new IllegalArgumentException(name + " and " + other + " have the same key");
      });
      checkLength(privateKey);
      return new Server(privateKey, X25519.publicKey(privateKey), users);
    }

    @Nullable
    String userOf(byte[] publicKey) {
      return users.get(HexFormat.of().formatHex(publicKey));
    }
  }

  private static void checkLength(byte[] key) {
    if (Objects.requireNonNull(key).length != X25519.BYTES) throw new IllegalArgumentException("a key has 32 bytes");
  }

  private static void checkPublic(byte[] key) {
    checkLength(key);
    byte[] any = new byte[X25519.BYTES];
    any[0] = 64;
    try {
      X25519.agree(any, key);
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("this is no public key: a point of small order", e);
    }
  }
}
