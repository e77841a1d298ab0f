package dev.gap.cli.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** A server that cannot answer before its client has ended its direction: it reads all there is, and says its SHA-256. */
final class SumMain {
  static final int PORT = 8090;

  private SumMain() {}

  public static void main(String[] arguments) throws IOException {
    try (ServerSocket listener = new ServerSocket(PORT)) {
      System.out.println("ready");
      while (true) {
        try (Socket client = listener.accept()) {
          answer(client);
        } catch (IOException e) {
          System.err.println("client: " + e.getMessage());
        }
      }
    }
  }

  private static void answer(Socket client) throws IOException {
    MessageDigest digest = Site.sha256();
    InputStream in = client.getInputStream();
    byte[] buffer = new byte[64 << 10];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer))
      digest.update(buffer, 0, n);
    client.getOutputStream().write(HexFormat.of().formatHex(digest.digest()).getBytes(US_ASCII));
  }
}
