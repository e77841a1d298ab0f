package dev.gap.tcp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** What goes out through a {@link TcpSocket}. */
final class SocketOutput extends OutputStream {
  private final TcpSocket socket;

  SocketOutput(TcpSocket socket) {
    this.socket = socket;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[]{(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    socket.write(from, offset, length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
