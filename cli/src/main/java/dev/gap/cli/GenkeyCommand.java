package dev.gap.cli;

import java.security.SecureRandom;
import java.util.Base64;

import picocli.CommandLine.Command;

/** {@code gap genkey}. */
@Command(name = "genkey", mixinStandardHelpOptions = true, description = "Print a new random key, to be given to both sides.")
final class GenkeyCommand implements Runnable {
  private static final int BYTES = 32;

  @Override
  public void run() {
    System.out.println(generate());
  }

  static String generate() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return "mk2:" + Base64.getUrlEncoder().withoutPadding().encodeToString(key);
  }
}
