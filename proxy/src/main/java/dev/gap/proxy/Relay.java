package dev.gap.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/**
 * Carries bytes both ways between a client's socket and an upstream one until both directions have ended. Each direction
 * ends by itself: an end of stream is passed on as one, a reset as a reset.
 */
final class Relay {
  private static final int BUFFER_BYTES = 32 << 10;
  private static final int FAREWELL_BYTES = 1 << 20;
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** Decides, before anything is carried back, whether anything is. */
  interface Gate {
    /** Always open. */
    Gate OPEN = () -> true;

    /**
     * {@return whether to carry on; if not, the client has been told why}
     *
     * @throws IOException if the client is to be reset
     */
    boolean pass() throws IOException;
  }

  private final Socket client;
  private final Socket upstream;
  private volatile boolean refused;

  Relay(Socket client, Socket upstream) {
    this.client = client;
    this.upstream = upstream;
  }

  /** Runs until it is over; both sockets are closed then. {@return whether both directions ended in order} */
  boolean run(Gate gate) {
    Thread forward = Thread.ofVirtual().name("relay-forward").start(() -> copy(client, upstream));
    boolean inOrder = back(gate);
    try {
      if (refused) forward.join(FAREWELL);
      else forward.join();
    } catch (InterruptedException e) {
      abort(client);
      Thread.currentThread().interrupt();
    }
    // a socket that was aborted is closed already
    inOrder &= !client.isClosed() && !upstream.isClosed();
    close(client);
    close(upstream);
    return inOrder;
  }

  private boolean back(Gate gate) {
    try {
      if (gate.pass()) return copy(upstream, client);
      refused = true;
      client.shutdownOutput();
      abort(upstream);
    } catch (IOException e) {
      abort(client);
      abort(upstream);
    }
    return false;
  }

  private boolean copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer))
        out.write(buffer, 0, n);
      to.shutdownOutput();
      return true;
    } catch (IOException e) {
      if (refused) {
        drain(client);
      } else {
        abort(from);
        abort(to);
      }
      return false;
    }
  }

  /** Ends a connection so that the client gets what it was sent last: unread input would turn the close into a reset. */
  static void endGently(Socket socket) {
    try {
      socket.shutdownOutput();
      drain(socket);
    } catch (IOException e) {
      // the client has gone already
    }
    close(socket);
  }

  private static void drain(Socket socket) {
    try {
      socket.setSoTimeout(Math.toIntExact(FAREWELL.toMillis()));
      InputStream in = socket.getInputStream();
      byte[] scrap = new byte[8 << 10];
      int left = FAREWELL_BYTES;
      for (int n = in.read(scrap); n >= 0 && left > 0; n = in.read(scrap))
        left -= n;
    } catch (IOException e) {
      // it has gone, or does not close: either way there is no more to wait for
    }
  }

  /** Resets a connection. */
  static void abort(Socket socket) {
    try {
      if (!socket.isClosed()) socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // it is over already, which is what was wanted
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing is left to be done about it
    }
  }
}
