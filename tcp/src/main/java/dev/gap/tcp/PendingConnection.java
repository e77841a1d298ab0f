package dev.gap.tcp;

import java.net.InetSocketAddress;

import dev.gap.tcp.engine.connection.HalfOpen;
import dev.gap.tcp.engine.stack.TcpEngine.Decision;

/**
 * A SYN that was not answered yet. It may be held until an upstream has answered: the peer repeats its SYN meanwhile. One
 * that is accepted comes out of {@link TcpServerSocket#accept} when its handshake is done.
 */
public final class PendingConnection {
  private final StackLoop loop;
  private final HalfOpen half;

  PendingConnection(StackLoop loop, HalfOpen half) {
    this.loop = loop;
    this.half = half;
  }

  /** {@return who wants to connect} */
  public InetSocketAddress remote() {
    return new InetSocketAddress(half.remote().toInetAddress(), half.remotePort());
  }

  /** {@return where to} */
  public InetSocketAddress local() {
    return new InetSocketAddress(half.local().toInetAddress(), half.localPort());
  }

  /** Answers with SYN-ACK. */
  public void accept() {
    decide(Decision.ACCEPT);
  }

  /** Answers with RST: connection refused. */
  public void refuse() {
    decide(Decision.REFUSE);
  }

  /** Does not answer. */
  public void drop() {
    decide(Decision.DROP);
  }

  private void decide(Decision decision) {
    loop.lock().lock();
    try {
      loop.engine().decide(half, decision, loop.now());
      loop.attend();
    } finally {
      loop.lock().unlock();
    }
  }

  @Override
  public String toString() {
    return "PendingConnection[" + remote() + " -> " + local() + "]";
  }
}
