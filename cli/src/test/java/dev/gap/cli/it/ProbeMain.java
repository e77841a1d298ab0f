package dev.gap.cli.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One connection through the proxy, closely watched: sends a file, ends its direction, and keeps what comes back. Prints
 * {@code reply} with the code of SOCKS5 and {@code end} with how the answer ended: {@code eof}, {@code reset} or
 * {@code timeout}.
 */
final class ProbeMain {
  private static final int PATIENCE_MILLIS = 20_000;

  private ProbeMain() {}

  /** Arguments: port of the proxy, host, port, file to send, file to receive into. */
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress proxy = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    Path send = Path.of(arguments[3]);
    Path receive = Path.of(arguments[4]);
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      int reply = SocksClient.connect(socket, proxy, arguments[1], Integer.parseInt(arguments[2]));
      System.out.println("reply " + reply);
      System.out.println("end " + talk(socket, send, receive));
    }
  }

  private static String talk(Socket socket, Path send, Path receive) throws IOException {
    try (OutputStream kept = Files.newOutputStream(receive)) {
      Files.copy(send, socket.getOutputStream());
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      in.transferTo(kept);
      return "eof";
    } catch (SocketTimeoutException e) {
      return "timeout";
    } catch (SocketException e) {
      return "reset (" + e.getMessage() + ")";
    }
  }
}
