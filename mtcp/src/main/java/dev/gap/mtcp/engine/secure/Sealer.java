package dev.gap.mtcp.engine.secure;

import java.net.InetSocketAddress;

import dev.gap.transport.PacketBatch;

/**
 * What a session sends, sealed. A plaintext that the path does not carry whole goes in parts, which are control messages and wait
 * with the others.
 */
final class Sealer {
  private final ControlQueue control;
  private final Fragments fragments;

  /** @param control messages that wait to be sealed */
  Sealer(ControlQueue control, Fragments fragments) {
    this.control = control;
    this.fragments = fragments;
  }

  /**
   * Seals the control messages that wait, as far as there is room.
   *
   * @param size of the largest datagram that the path to {@code peer} carries
   */
  void sealControl(Epoch epoch, PacketBatch out, int size, InetSocketAddress peer) {
    while (!out.isFull() && !epoch.isSpent()) {
      ControlQueue.Message m = control.poll();
      if (m == null) return;
      byte[] plain = m.plain();
      // a PING may be a probe of what the path carries
      boolean fits = m.type() == Control.PING || plain.length + Epoch.OVERHEAD <= size;
      if (fits) out.commit(epoch.seal(plain, 0, plain.length, out.next()), m.to());
      else split(plain, 0, plain.length, size, peer);
    }
  }

  /** Seals the plaintext of a segment, for which there is room, or queues its parts. */
  void sealSegment(Epoch epoch, byte[] bytes, int offset, int length, PacketBatch out, int size,
      InetSocketAddress peer) {
    if (epoch.isSpent()) return;
    if (length + Epoch.OVERHEAD > size) split(bytes, offset, length, size, peer);
    else out.commit(epoch.seal(bytes, offset, length, out.next()), peer);
  }

  private void split(byte[] plain, int offset, int length, int size, InetSocketAddress peer) {
    for (byte[] part : fragments.split(plain, offset, length, size - Epoch.OVERHEAD))
      control.add(part, peer);
  }
}
