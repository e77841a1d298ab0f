package dev.gap.io;

import java.io.Closeable;
import java.io.IOException;

/**
 * A TUN device: IP packets as the kernel sends them, and IP packets for it to receive. All but {@link #wakeup} belong to
 * one thread.
 *
 * <p>
 * With offload every packet is preceded by a {@link VirtioHeader}, in both directions, and may be a whole run of
 * segments of up to 64 KiB that the header tells how to cut, with a checksum yet to be completed.
 */
public interface TunPort extends Closeable {
  /** What {@link #receive} answers if no packet waits. */
  int NOTHING = -1;

  /** The most bytes that {@link #receive} may give: the largest IP packet and its header. */
  int MAX_PACKET_BYTES = 65_535 + VirtioHeader.BYTES;

  /** {@return the device's name} */
  String name();

  /** {@return how many bytes precede the IP packet: 0, or with offload {@link VirtioHeader#BYTES}} */
  int headerBytes();

  /**
   * Takes the next packet that the kernel sends. Does not block.
   *
   * @param packet large enough for the MTU, or with offload {@link #MAX_PACKET_BYTES}: what does not fit is cut off
   * @return how many bytes there are, header included, or {@link #NOTHING}
   */
  int receive(byte[] packet) throws IOException;

  /**
   * Gives the kernel a packet.
   *
   * @return whether it took it: a device that is down, or a packet that is none, is no failure of the port
   */
  boolean send(byte[] packet, int length) throws IOException;

  /** Waits until a packet has come, {@link #wakeup} was called, or {@code nanos} have passed. */
  void await(long nanos) throws IOException;

  /** Ends a present or the next {@link #await}. */
  void wakeup();
}
