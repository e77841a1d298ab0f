package dev.gap.lab.bench;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams at an even pace, numbered and timed by a clock that both ends share: {@code send ADDRESS PORT COUNT BYTES
 * MICROSECONDS}, or {@code receive PORT}, which prints what it saw when nothing has come for a second.
 */
final class BlastMain {
  private static final int SILENCE_MILLIS = 1000;
  private static final int PATIENCE_MILLIS = 10_000;

  private BlastMain() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("send")) {
      send(InetAddress.getByName(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
    } else {
      receive(Integer.parseInt(arguments[1]));
    }
  }

  private static void send(InetAddress address, int port, int count, int bytes, int micros) throws IOException {
    byte[] payload = new byte[bytes];
    try (DatagramSocket socket = new DatagramSocket()) {
      long begin = System.nanoTime();
      for (int i = 0; i < count; i++) {
        long due = begin + i * 1000L * micros;
        for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime())
          LockSupport.parkNanos(due - now);
        ByteBuffer.wrap(payload).putLong(System.nanoTime()).putInt(i);
        socket.send(new DatagramPacket(payload, bytes, address, port));
      }
    }
  }

  private static void receive(int port) throws IOException {
    Sightings sightings = new Sightings();
    try (DatagramSocket socket = new DatagramSocket(port)) {
      socket.setReceiveBufferSize(4 << 20);
      socket.setSoTimeout(PATIENCE_MILLIS);
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      while (true) {
        socket.receive(packet);
        long now = System.nanoTime();
        ByteBuffer payload = ByteBuffer.wrap(packet.getData());
        sightings.add(now, now - payload.getLong(), payload.getInt(), packet.getLength());
        socket.setSoTimeout(SILENCE_MILLIS);
      }
    } catch (SocketTimeoutException e) {
      System.out.println(sightings.seen().line());
    }
  }
}
