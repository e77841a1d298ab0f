package dev.gap.mtcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * Notices that the machine would now reach a peer from another address than before: a second after a change of network the
 * peer is told, instead of when the next keepalive is due. It asks the routing table by connecting a UDP socket, which
 * sends nothing.
 */
final class LocalAddressWatch {
  private static final long INTERVAL_MILLIS = 1000;

  private final Runnable onChange;
  private volatile @Nullable InetSocketAddress peer;
  private volatile boolean closed;
  private @Nullable InetAddress last;

  private LocalAddressWatch(Runnable onChange) {
    this.onChange = onChange;
  }

  static LocalAddressWatch start(Runnable onChange) {
    LocalAddressWatch watch = new LocalAddressWatch(onChange);
    Thread.ofVirtual().name("local-address-watch").start(watch::run);
    return watch;
  }

  /** Watches the way to {@code newPeer}; an endpoint that dials several watches the latest. */
  void watch(InetSocketAddress newPeer) {
    peer = newPeer;
  }

  void close() {
    closed = true;
  }

  private void run() {
    while (!closed) {
      InetSocketAddress target = peer;
      if (target != null) check(target);
      try {
        Thread.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void check(InetSocketAddress target) {
    InetAddress now = addressTowards(target);
    // while there is no way at all, the last one is remembered
    if (now == null || now.equals(last)) return;
    boolean first = last == null;
    last = now;
    if (!first) onChange.run();
  }

  private static @Nullable InetAddress addressTowards(InetSocketAddress target) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(target);
      return socket.getLocalAddress();
    } catch (IOException | UncheckedIOException e) {
      return null;
    }
  }
}
