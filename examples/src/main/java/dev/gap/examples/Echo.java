package dev.gap.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;

import dev.gap.mtcp.MtcpConfig;
import dev.gap.mtcp.MtcpServerSocket;
import dev.gap.mtcp.MtcpSocketFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * An echo server and its client over mTCP, in one process. But for the three names that begin with Mtcp this is the program
 * one would write with {@code java.net}.
 */
public final class Echo {
  private Echo() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    MtcpConfig config = MtcpConfig.withKey("a passphrase that both sides share");
    try (MtcpServerSocket listener = new MtcpServerSocket(config, 0);
        MtcpSocketFactory factory = new MtcpSocketFactory(config)) {
      Thread.ofVirtual().start(() -> serve(listener));
      try (Socket socket = factory.createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
        socket.getOutputStream().write("hello, mTCP\n".getBytes(UTF_8));
        socket.shutdownOutput();
        BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        System.out.println(answer.readLine());
      }
    }
  }

  private static void serve(MtcpServerSocket listener) {
    try (Socket socket = listener.accept()) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      System.err.println("echo: " + e.getMessage());
    }
  }
}
