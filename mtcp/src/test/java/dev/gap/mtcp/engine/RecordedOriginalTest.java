package dev.gap.mtcp.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import dev.gap.mtcp.engine.HandDriven.Sent;
import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.transport.PacketBatch;

import static dev.gap.mtcp.engine.HandDriven.FAR;
import static dev.gap.mtcp.engine.HandDriven.NEAR;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** The engine in the place of the original's local or server, its peer the original as recorded. */
final class RecordedOriginalTest {
  private static final int SERVER_PORT = 2286;
  private static final int BODY = 300_000;
  /** ATYP 1, 127.0.0.1, port 8081. */
  private static final byte[] SOCKS_ADDRESS = {1, 127, 0, 0, 1, 8081 >>> 8, (byte) 8081};
  /** The seed to the letter: no rate but the window, so that what was acknowledged then has been sent now. */
  private static final RatePolicy UNLIMITED = new RatePolicy.None();

  /** An acknowledgment is never later than this. */
  private static final long ACK_PATIENCE = 4_000_000;

  /** A recorded segment, in the clear and as it was. */
  private record Recorded(long nanos, boolean fromServer, TestSegment segment, byte[] datagram) {
    boolean takesNumber() {
      return segment.has(SegmentHeader.CNT | SegmentHeader.FIN) || segment.data().length > 0;
    }
  }

  @Test
  void acceptsTheOriginalLocalAndReadsItsRequest() throws IOException {
    HandDriven server = new HandDriven(EndpointConfig.acceptingUpTo(4));
    Arrivals arrivals = new Arrivals();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    List<Connection> accepted = new ArrayList<>();
    long before = 0;
    for (Recorded r : recorded("/original-far.pcap", false)) {
      arrivals.check(server.runUntil(r.nanos));
      if (r.nanos - before > ACK_PATIENCE)
        assertThat(arrivals.told).as("the last acknowledgment before %d ns", r.nanos).isEqualTo(arrivals.next);
      before = r.nanos;
      arrivals.add(r);
      arrivals.check(give(server, r));
      for (Connection c = server.endpoint.accept(); c != null; c = server.endpoint.accept())
        accepted.add(c);
      for (Connection c : accepted)
        readAll(c, stream);
    }

    assertThat(accepted).hasSize(1);
    assertThat(arrivals.told).isEqualTo(arrivals.next);
    assertThat(server.endpoint.connectionCount()).isEqualTo(1);
    assertThat(accepted.getFirst().isGapPeer()).isFalse();
    assertThat(accepted.getFirst().isInputFinished()).isTrue();
    assertThat(accepted.getFirst().closeReason()).isNull();
    assertThat(stream.toByteArray()).startsWith(SOCKS_ADDRESS);
    assertThat(stream.toString(ISO_8859_1).substring(SOCKS_ADDRESS.length)).startsWith("GET ").endsWith("\r\n\r\n");
    assertThat(server.endpoint.stats().snapshot().malformed()).isZero();
  }

  @Test
  void servesTheOriginalLocalToTheEnd() throws IOException {
    byte[] answer = answer();
    HandDriven server = new HandDriven(EndpointConfig.acceptingUpTo(4).withRate(UNLIMITED));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Arrivals arrivals = new Arrivals();
    Connection connection = null;
    boolean answered = false;
    for (Recorded r : recorded("/original-far.pcap", false)) {
      arrivals.check(server.runUntil(r.nanos));
      arrivals.add(r);
      arrivals.check(give(server, r));
      if (connection == null)
        connection = server.endpoint.accept();
      readAll(Objects.requireNonNull(connection), stream);
      if (!answered && stream.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        answered = true;
        // cut where the original cut it, so that its peer's acknowledgments mean the same
        arrivals.check(write(server, connection, answer, 0, answerCut(), r.nanos));
        arrivals.check(write(server, connection, answer, answerCut(), answer.length, r.nanos));
      }
      if (connection.isInputFinished() && connection.closeReason() == null) {
        connection.shutdownOutput();
        server.endpoint.update(connection, r.nanos);
        arrivals.check(server.poll(r.nanos));
      }
    }

    assertThat(Objects.requireNonNull(connection).closeReason()).isEqualTo(CloseReason.FINISHED);
    assertThat(server.endpoint.connectionCount()).isZero();
  }

  @Test
  void followsTheOriginalServerToTheEndOfItsAnswer() throws IOException {
    List<Recorded> all = recorded("/original-near.pcap");
    HandDriven client = new HandDriven(EndpointConfig.dialing());
    Connection connection = client.endpoint.connect(FAR, all.getFirst().segment.id(), 0);
    Arrivals arrivals = new Arrivals();
    arrivals.check(client.poll(0));
    for (Recorded r : all) {
      if (!r.fromServer && r.segment.data().length > 0 && r.nanos < 1_000_000)
        arrivals.check(write(client, connection, r.segment.data(), 0, r.segment.data().length, r.nanos));
    }
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (Recorded r : all) {
      arrivals.check(client.runUntil(r.nanos));
      if (!r.fromServer)
        continue;
      arrivals.add(r);
      arrivals.check(give(client, r));
      readAll(connection, stream);
      if (stream.size() == answer().length && connection.closeReason() == null) {
        connection.shutdownOutput();
        client.endpoint.update(connection, r.nanos);
        arrivals.check(client.poll(r.nanos));
      }
    }

    String text = stream.toString(ISO_8859_1);
    int bodyAt = text.indexOf("\r\n\r\n") + 4;
    String header = text.substring(0, bodyAt).toLowerCase(Locale.ROOT);
    assertThat(header).matches("(?s)http/1\\.[01] 200 .*").contains("content-length: " + BODY);
    assertThat(stream.size() - bodyAt).isEqualTo(BODY);
    assertThat(Arrays.equals(stream.toByteArray(), answer())).isTrue();
    assertThat(arrivals.gapsTold).as("acknowledgments that told of gaps").isPositive();
    assertThat(connection.isGapPeer()).isFalse();
    assertThat(connection.isOutputAcknowledged()).isTrue();
    assertThat(connection.read(new byte[1], 0, 1)).isEqualTo(-1);
    assertThat(connection.closeReason()).isEqualTo(CloseReason.FINISHED);
    assertThat(client.endpoint.connectionCount()).isZero();
  }

  /** What has reached the engine, and so what every segment that it sends must say. */
  private static final class Arrivals {
    private final TreeSet<Integer> numbers = new TreeSet<>();
    private final Set<Integer> tsVals = new HashSet<>(List.of(0));
    private int next;
    int told;
    int gapsTold;

    void add(Recorded r) {
      tsVals.add(r.segment.tsVal());
      if (r.takesNumber() && r.segment.seq() >= next)
        numbers.add(r.segment.seq());
      while (numbers.remove(next))
        next++;
    }

    void check(List<Sent> sent) {
      for (Sent s : sent) {
        assertThat(s.segment().has(SegmentHeader.RST)).as("RST in %s", s).isFalse();
        assertThat(s.segment().ack()).as("ack of %s", s).isEqualTo(next);
        assertThat(tsVals).as("TsEcr of %s", s).contains(s.segment().tsEcr());
        // room enough in a pure acknowledgment for all gaps that this run has
        if (s.segment().data().length == 0)
          assertThat(s.segment().sack()).as("SACK of %s", s).isEqualTo(expectedSack());
        told = s.segment().ack();
        gapsTold += s.segment().sack().isEmpty() ? 0 : 1;
      }
    }

    private List<Integer> expectedSack() {
      List<Integer> pairs = new ArrayList<>();
      for (int n : numbers) {
        if (pairs.isEmpty() || pairs.getLast() != n - 1) {
          pairs.add(n);
          pairs.add(n);
        } else {
          pairs.set(pairs.size() - 1, n);
        }
      }
      return pairs;
    }
  }

  private static List<Sent> write(HandDriven side, Connection connection, byte[] bytes, int from, int to, long nanos) {
    List<Sent> sent = new ArrayList<>();
    int at = from;
    while (at < to) {
      int taken = connection.write(bytes, at, to - at);
      assertThat(taken).as("bytes taken at %d", at).isPositive();
      at += taken;
      side.endpoint.update(connection, nanos);
      sent.addAll(side.poll(nanos));
    }
    return sent;
  }

  private static void readAll(Connection connection, ByteArrayOutputStream stream) {
    byte[] buffer = new byte[4096];
    for (int n = connection.read(buffer, 0, buffer.length); n > 0; n = connection.read(buffer, 0, buffer.length))
      stream.write(buffer, 0, n);
  }

  private static List<Sent> give(HandDriven side, Recorded r) {
    PacketBatch batch = new PacketBatch(1, SegmentHeader.MAX_DATAGRAM);
    System.arraycopy(r.datagram, 0, batch.next(), 0, r.datagram.length);
    batch.commit(r.datagram.length, r.fromServer ? FAR : NEAR);
    return side.giveSealed(batch, r.nanos);
  }

  /** {@return the whole answer, put together from all segments that the near end has seen} */
  private static byte[] answer() throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    List<Recorded> server = recorded("/original-near.pcap", true);
    int next = 0;
    while (true) {
      int seq = next++;
      var data = server.stream().filter(r -> r.segment.seq() == seq && r.segment.data().length > 0).findFirst();
      if (data.isEmpty())
        return answer.toByteArray();
      answer.writeBytes(data.get().segment.data());
    }
  }

  /** {@return the length of the original's first data segment} */
  private static int answerCut() throws IOException {
    return recorded("/original-near.pcap", true).stream().filter(r -> r.segment.seq() == 0)
        .mapToInt(r -> r.segment.data().length).max().orElseThrow();
  }

  private static List<Recorded> recorded(String file, boolean fromServer) throws IOException {
    return recorded(file).stream().filter(r -> r.fromServer == fromServer).toList();
  }

  private static List<Recorded> recorded(String file) throws IOException {
    SeedProtection protection = new SeedProtection(new SeedKey("gap-proxy"));
    List<Recorded> recorded = new ArrayList<>();
    for (Pcap.Datagram d : Pcap.read(file)) {
      byte[] plain = d.payload().clone();
      assertThat(protection.open(plain, plain.length)).as("%s at %d ns", file, d.nanos()).isTrue();
      boolean fromServer = d.sourcePort() == SERVER_PORT;
      recorded.add(new Recorded(d.nanos(), fromServer, TestSegment.read(plain, plain.length), d.payload()));
    }
    return recorded;
  }
}
