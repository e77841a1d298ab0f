package dev.gap.tcp.engine.stack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Fragment;
import dev.gap.transport.PacketEngine;

/**
 * Puts fragments of IP packets together: RFC 791 section 3.2, RFC 8200 section 4.5. Fragments that overlap are an attack: all
 * of their packet is dropped, what is yet to come included (RFC 5722), in IPv4 too. What is not whole after a minute is
 * forgotten, and its sender told so if its beginning has come; and the oldest is forgotten when there is too much of it.
 */
final class Reassembler {
  /** RFC 8200 section 4.5; RFC 1122 section 3.3.2 has 60 to 120 seconds for IPv4. */
  static final long PATIENCE_NANOS = 60_000_000_000L;
  static final int MOST_PACKETS = 256;
  static final int MOST_BYTES = 1 << 20;
  /** What a piece costs besides its bytes, and the first one's its header. */
  private static final int PIECE_COST = 64;
  private static final int NO_ECN = 1;
  private static final int MARKED = 8;

  private record Key(Address source, Address destination, int protocol, int id) {}

  private record Piece(int offset, byte[] data) {
    int end() {
      return offset + data.length;
    }
  }

  private static final class Packet {
    final long deadline;
    final List<Piece> pieces = new ArrayList<>();
    byte @Nullable [] front;
    /** Whether the sender may be told that it did not become whole. */
    boolean answerable;
    int total = -1;
    int received;
    int cost;
    /** Which values of the two bits of ECN have come: a bit for each. */
    int ecn;
    boolean dropped;

    Packet(long deadline) {
      this.deadline = deadline;
    }
  }

  private final Map<Key, Packet> packets = new LinkedHashMap<>();
  private int bytes;

  /** {@return how many packets are not whole} */
  int size() {
    return packets.size();
  }

  /** {@return what they take} */
  int bytes() {
    return bytes;
  }

  /** {@return when {@link #onTimeout} is due} */
  long deadline() {
    // all wait equally long: the first is the oldest
    return packets.isEmpty() ? PacketEngine.NEVER : packets.values().iterator().next().deadline;
  }

  /**
   * Forgets what has waited too long.
   *
   * @param tell takes first fragments of what is forgotten, as they came, where their senders are to hear of it
   */
  void onTimeout(long now, Consumer<byte[]> tell) {
    Iterator<Packet> oldest = packets.values().iterator();
    while (oldest.hasNext()) {
      Packet packet = oldest.next();
      if (packet.deadline > now) return;
      bytes -= packet.cost;
      oldest.remove();
      byte[] front = packet.front;
      if (front != null && packet.answerable) tell.accept(first(front, packet.pieces.getFirst().data));
    }
  }

  private static byte[] first(byte[] front, byte[] data) {
    byte[] first = Arrays.copyOf(front, front.length + data.length);
    System.arraycopy(data, 0, first, front.length, data.length);
    return first;
  }

  /** Takes a fragment. {@return the packet that is whole now, or null} */
  byte @Nullable [] add(Fragment fragment, long now) {
    // RFC 6946: a fragment that is all there is has nothing to do with others
    if (fragment.offset() == 0 && !fragment.hasMore()) {
      return Fragment.whole(fragment.front(), fragment.ecn(), List.of(fragment.data()), fragment.length());
    }
    Key key = new Key(fragment.source(), fragment.destination(), fragment.isV6() ? -1 : fragment.protocol(),
        fragment.id());
    Packet packet = packets.get(key);
    if (packet == null) {
      packet = new Packet(now + PATIENCE_NANOS);
      packets.put(key, packet);
    }
    if (packet.dropped) return null;
    if (!insert(packet, fragment)) {
      drop(packet);
      return null;
    }
    if (packet.received != packet.total) {
      makeRoom(packet);
      return null;
    }
    packets.remove(key);
    bytes -= packet.cost;
    return whole(packet);
  }

  /** {@return whether it fits to what is there} */
  private boolean insert(Packet packet, Fragment fragment) {
    int from = fragment.offset();
    int to = from + fragment.length();
    List<Piece> pieces = packet.pieces;
    int at = pieces.size();
    while (at > 0 && pieces.get(at - 1).offset >= from)
      at--;
    // RFC 8200 section 4.5: an exact copy may be ignored
    boolean copy = at < pieces.size() && pieces.get(at).offset == from && pieces.get(at).end() == to;
    if (copy && fragment.hasMore() == (packet.total != to)) return true;
    if (at > 0 && pieces.get(at - 1).end() > from) return false;
    if (at < pieces.size() && pieces.get(at).offset < to) return false;
    if (!fragment.hasMore()) {
      if (packet.total >= 0 || at < pieces.size()) return false;
      packet.total = to;
    } else if (packet.total >= 0 && to >= packet.total) {
      return false;
    }
    int cost = fragment.length() + PIECE_COST;
    if (from == 0) {
      byte[] front = fragment.front();
      packet.front = front;
      packet.answerable = fragment.mayBeAnswered();
      cost += front.length;
    }
    pieces.add(at, new Piece(from, fragment.data()));
    packet.ecn |= 1 << fragment.ecn();
    packet.received += fragment.length();
    packet.cost += cost;
    bytes += cost;
    return true;
  }

  private void drop(Packet packet) {
    bytes -= packet.cost;
    packet.cost = 0;
    packet.pieces.clear();
    packet.front = null;
    packet.dropped = true;
  }

  private void makeRoom(Packet kept) {
    Iterator<Packet> oldest = packets.values().iterator();
    while (oldest.hasNext() && (packets.size() > MOST_PACKETS || bytes > MOST_BYTES)) {
      Packet packet = oldest.next();
      if (packet == kept) continue;
      bytes -= packet.cost;
      oldest.remove();
    }
  }

  /** RFC 3168 section 5.3: marked is the whole if any part is; that some parts could not be is a mistake. */
  private static byte @Nullable [] whole(Packet packet) {
    byte[] front = packet.front;
    boolean marked = (packet.ecn & MARKED) != 0;
    if (front == null || (marked && (packet.ecn & NO_ECN) != 0)) return null;
    List<byte[]> parts = packet.pieces.stream().map(Piece::data).toList();
    boolean v6 = front[0] >>> 4 == 6;
    int first = (v6 ? front[1] >>> 4 : front[1]) & 3;
    byte[] whole = Fragment.whole(front, marked ? 3 : first, parts, packet.total);
    return whole.length == 0 ? null : whole;
  }
}
