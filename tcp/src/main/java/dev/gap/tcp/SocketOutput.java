package dev.gap.tcp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** What goes out through a {@link TcpSocket}. */
final class SocketOutput extends OutputStream {
  private final TcpSocket socket;
  private final SocketCore core;

  SocketOutput(TcpSocket socket, SocketCore core) {
    this.socket = socket;
    this.core = core;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[]{(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    core.write(from, offset, length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
