package dev.gap.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** What comes in through a {@link TcpSocket}. */
final class SocketInput extends InputStream {
  private final TcpSocket socket;

  SocketInput(TcpSocket socket) {
    this.socket = socket;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    SocketCore core = socket.connected();
    return socket.isInputShutdown() ? -1 : core.read(to, offset, length, false, socket.getSoTimeout());
  }

  @Override
  public int available() throws IOException {
    return socket.isClosed() || socket.isInputShutdown() ? 0 : socket.connected().available();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
