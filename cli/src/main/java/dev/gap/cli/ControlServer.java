package dev.gap.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The control socket of a running local or server: one line in, lines out. Only the owner of the process can open it.
 */
final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int LONGEST_LINE = 256;
  private static final long CLOSE_PATIENCE_SECONDS = 1;

  private final Path path;
  private final ServerSocketChannel channel;
  /** Of those who answer, and of whoever closes. */
  private final Phaser answering = new Phaser(1);

  private ControlServer(Path path, ServerSocketChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Opens the socket. One that a dead process left behind is replaced.
   *
   * @param answers gives the answer to a line
   * @throws IOException if a living process has it, or it cannot be made
   */
  static ControlServer start(Path path, UnaryOperator<String> answers) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) RuntimeFolder.make(folder);
    if (ControlClient.isAlive(path)) throw new IOException("another process has the control socket " + path);
    Files.deleteIfExists(path);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    ControlServer server = new ControlServer(path, channel);
    Thread.ofPlatform().daemon().name("gap-control").start(() -> server.run(answers));
    return server;
  }

  private void run(UnaryOperator<String> answers) {
    while (channel.isOpen()) {
      try {
        SocketChannel client = channel.accept();
        // each by itself: one that says nothing keeps nobody waiting
        Thread.ofVirtual().name("gap-control-client").start(() -> answer(client, answers));
      } catch (IOException e) {
        if (channel.isOpen()) LOG.debug("the control socket failed: {}", e.getMessage());
      }
    }
  }

  private void answer(SocketChannel client, UnaryOperator<String> answers) {
    try (client) {
      String line = readLine(Channels.newReader(client, UTF_8));
      answering.register();
      try {
        ByteBuffer bytes = ByteBuffer.wrap((answers.apply(line) + "\n").getBytes(UTF_8));
        while (bytes.hasRemaining())
          client.write(bytes);
      } finally {
        answering.arriveAndDeregister();
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("a control connection failed: {}", e.getMessage());
    }
  }

  private static String readLine(Reader in) throws IOException {
    StringBuilder line = new StringBuilder();
    BufferedReader reader = new BufferedReader(in);
    for (int c = reader.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = reader.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /** Closes it, but gives answers under way a second: the one to "stop" would be lost with the process that it ends. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(path);
      answering.awaitAdvanceInterruptibly(answering.arrive(), CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | TimeoutException e) {
      LOG.debug("closing the control socket: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
