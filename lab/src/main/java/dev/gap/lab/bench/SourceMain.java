package dev.gap.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A {@link Source} behind kernel TCP, as a process of its own: {@code PORT FILE}. */
final class SourceMain {
  private SourceMain() {}

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[1]);
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(Integer.parseInt(arguments[0])));
      while (true) {
        SocketChannel client = listener.accept();
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread.ofPlatform().daemon().start(() -> serve(client, file));
      }
    }
  }

  private static void serve(SocketChannel client, Path file) {
    try {
      Source.serve(new Stream(client, Channels.newInputStream(client), Channels.newOutputStream(client)), file);
    } catch (IOException e) {
      System.err.println("client: " + e.getMessage());
    }
  }

  /** These two, so that a file goes from the kernel to the kernel. */
  private record Stream(SocketChannel channel, InputStream in, OutputStream out) implements Duplex {
    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
