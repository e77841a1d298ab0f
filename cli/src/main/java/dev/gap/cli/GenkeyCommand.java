package dev.gap.cli;

import java.security.SecureRandom;
import java.util.Base64;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.gap.mtcp.engine.secure.SharedKey;
import dev.gap.mtcp.engine.secure.X25519;

/** {@code gap genkey}. */
@Command(name = "genkey", mixinStandardHelpOptions = true, description = "Print a new random key, to be given to both sides.")
final class GenkeyCommand implements Runnable {
  private static final int BYTES = 32;

  @Option(names = "--static", description = "Print a key pair instead, for a server or one of its users: sk2: is the"
      + " private key, for static-key; pk2: the public one, for server-key or the users file.")
  private boolean pair;

  @Override
  public void run() {
    if (!pair) {
      System.out.println(generate());
      return;
    }
    byte[] mine = X25519.privateKey(new SecureRandom());
    System.out.println(ProfileSettings.PRIVATE_PREFIX + encode(mine));
    System.out.println(ProfileSettings.PUBLIC_PREFIX + encode(X25519.publicKey(mine)));
  }

  static String generate() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return SharedKey.PREFIX + encode(key);
  }

  private static String encode(byte[] key) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
  }
}
