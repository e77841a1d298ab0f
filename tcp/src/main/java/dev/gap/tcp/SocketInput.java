package dev.gap.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.Objects;

/** What comes in through a {@link TcpSocket}. */
final class SocketInput extends InputStream {
  private final TcpSocket socket;
  private final SocketCore core;

  SocketInput(TcpSocket socket, SocketCore core) {
    this.socket = socket;
    this.core = core;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (socket.isClosed()) throw new SocketException("Socket closed");
    return socket.isInputShutdown() ? -1 : core.read(to, offset, length, socket.getSoTimeout());
  }

  @Override
  public int available() {
    return socket.isClosed() || socket.isInputShutdown() ? 0 : core.available();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
