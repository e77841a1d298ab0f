package dev.gap.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Talks to the control socket of a running process. */
final class ControlClient {
  private ControlClient() {}

  /** {@return whether a process answers there} */
  static boolean isAlive(Path path) {
    if (!Files.exists(path)) return false;
    try {
      ask(path, "ping");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * {@return the answer to a line}
   *
   * @throws IOException if nobody is there
   */
  static String ask(Path path, String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
      channel.shutdownOutput();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(4096);
      while (channel.read(buffer) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      return answer.toString(UTF_8).strip();
    }
  }
}
