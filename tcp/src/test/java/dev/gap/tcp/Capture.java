package dev.gap.tcp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.TwoHosts.Family;

/** What tshark makes of the packets that cross the device, on the kernel's side of it. */
final class Capture implements AutoCloseable {
  private static final List<String> FIELDS = List.of("ip.src", "ipv6.src", "tcp.srcport", "tcp.dstport", "tcp.flags",
      "tcp.len", "ip.dsfield.ecn", "ipv6.tclass.ecn", "tcp.options.mss_val", "tcp.options.wscale.shift",
      "tcp.options.sack_perm", "tcp.options.timestamp.tsval", "tcp.options.sack_le", "tcp.options.tfo.request",
      "tcp.options.tfo.cookie");
  private static final int PROBED_PORT = 1;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * A segment.
   *
   * @param ecn the two bits of the IP header
   * @param fields as {@link #FIELDS} has them
   */
  record Packet(boolean ofStack, int fromPort, int toPort, int flags, int length, int ecn, List<String> fields) {
    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int ECE = 0x40;
    private static final int CWR = 0x80;

    private static Packet parse(String line) {
      List<String> fields = List.of(line.split("\t", -1));
      boolean v6 = fields.get(0).isEmpty();
      Family family = v6 ? Family.IPV6 : Family.IPV4;
      String stack = TwoHosts.stackAt(family, 0).getAddress().getHostAddress();
      return new Packet(sameAddress(fields.get(v6 ? 1 : 0), stack), Integer.parseInt(fields.get(2)),
          Integer.parseInt(fields.get(3)), Integer.decode(fields.get(4)), Integer.parseInt(fields.get(5)),
          Integer.parseInt(fields.get(v6 ? 7 : 6)), fields);
    }

    private static boolean sameAddress(String one, String other) {
      return InetAddress.ofLiteral(one).equals(InetAddress.ofLiteral(other));
    }

    boolean isSyn() { return (flags & (SYN | ACK)) == SYN; }

    boolean isSynAck() { return (flags & (SYN | ACK)) == (SYN | ACK); }

    boolean isFin() { return (flags & FIN) != 0; }

    boolean echoesCongestion() {
      return (flags & ECE) != 0;
    }

    boolean hasReducedWindow() {
      return (flags & CWR) != 0;
    }

    /** {@return the field of that name, empty if the packet has none} */
    String option(String name) {
      return fields.get(FIELDS.indexOf("tcp.options." + name));
    }

    boolean has(String name) {
      return !option(name).isEmpty();
    }
  }

  private final Child tshark;
  private final BlockingQueue<Packet> fresh = new LinkedBlockingQueue<>();
  private final List<Packet> packets = new ArrayList<>();
  private final Future<?> reader;

  private Capture(Child tshark) {
    this.tshark = tshark;
    reader = Background.start(() -> {
      while (true)
        fresh.add(Packet.parse(tshark.line()));
    });
  }

  /** Begins to capture. {@return when it does, really} */
  static Capture start(TwoHosts hosts, Path folder) throws IOException {
    List<String> command = new ArrayList<>(List.of(Child.assumed("tshark"), "-l", "-n", "-i", hosts.device(), "-f",
        "tcp", "-o", "tcp.relative_sequence_numbers:false", "-T", "fields", "-E", "separator=/t", "-E",
        "occurrence=f"));
    for (String field : FIELDS)
      command.addAll(List.of("-e", field));
    Child child = Child.start(hosts.namespace().in(command.toArray(String[]::new)), folder.resolve("tshark.err"));
    Capture capture = new Capture(child);
    long end = System.nanoTime() + PATIENCE_NANOS;
    for (Packet seen = null; seen == null; seen = capture.poll(100)) {
      capture.check(end);
      try {
        hosts.stack().connect(TwoHosts.kernelAt(Family.IPV4, PROBED_PORT)).close();
      } catch (ConnectException e) {
        // nobody is there; all that counts is whether it was seen
      }
    }
    return capture;
  }

  private void check(long end) throws IOException {
    if (reader.isDone()) throw new EOFException("tshark has ended");
    if (System.nanoTime() > end) throw new IOException("not seen: " + packets);
  }

  /** Waits until so many packets like that were seen. {@return all packets so far, but those of the start} */
  List<Packet> await(int count, Predicate<Packet> kind) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (packets.stream().filter(kind).count() < count) {
      check(end);
      fresh.drainTo(packets);
      Packet next = poll(1000);
      if (next != null) packets.add(next);
    }
    return packets.stream().filter(packet -> packet.fromPort != PROBED_PORT && packet.toPort != PROBED_PORT).toList();
  }

  private @Nullable Packet poll(int millis) throws IOException {
    try {
      return fresh.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public void close() throws IOException {
    tshark.close();
  }
}
