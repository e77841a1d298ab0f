package dev.gap.packetdrill.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.gap.packetdrill.script.PacketLine;
import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.script.TcpOption;
import dev.gap.packetdrill.wire.Packet;

/** Compares segments that went out with what a script expects, in the order in which the original compares. */
final class Outbound {
  /** What must be the same in segments that are put together, besides addresses and numbers that follow. */
  private static final int COMMON_FLAGS = TcpFlags.SYN | TcpFlags.RST | TcpFlags.ACK | TcpFlags.URG | TcpFlags.ECE
      | TcpFlags.AE;

  private final RunConfig config;

  Outbound(RunConfig config) {
    this.config = config;
  }

  /** {@return a segment with its numbers in the script's terms} */
  Packet.Tcp translate(Packet.Tcp live, PacketLine.Tcp line, ScriptSocket socket) {
    boolean syn = (live.flags() & TcpFlags.SYN) != 0;
    List<Packet.Option> options = new ArrayList<>();
    Optional<TcpOption.Timestamps> expected = WireOptions.timestamps(line.options().options());
    for (Packet.Option option : live.options()) {
      options.add(switch (WireOptions.decode(option)) {
        case TcpOption.Timestamps(long value, long echo, boolean _) -> {
          if (expected.isPresent() && expected.get().value() != TcpOption.ANY) {
            socket.learnTimestamp(expected.get().value(), value);
          }
          yield WireOptions.encode(new TcpOption.Timestamps(socket.timestampToScript(value), echo, false));
        }
        case TcpOption.Sack(List<TcpOption.Block> blocks) -> WireOptions.encode(new TcpOption.Sack(blocks.stream()
            .map(b -> new TcpOption.Block(socket.remoteToScript(b.left(), syn), socket.remoteToScript(b.right(), syn)))
            .toList()));
        case TcpOption.Raw(int kind, String _) when kind == WireOptions.MD5_SIGNATURE
            && !config.md5Secret().isEmpty() ->
          Signatures.judged(option, live, config.md5Secret());
        case TcpOption other -> option;
      });
    }
    long sequence = line.sequence().absolute() ? live.sequence() : socket.toScript(live.sequence(), syn);
    long ack = (live.flags() & TcpFlags.ACK) != 0 ? socket.remoteToScript(live.ack(), syn) : live.ack();
    return new Packet.Tcp(live.ip(), live.sourcePort(), live.destinationPort(), sequence, ack, live.flags(),
        live.reserved(), live.window(), live.urgent(), options, live.payload());
  }

  /** {@return whether {@code next} may be put together with {@code before}: equal segments, only the last shorter} */
  static boolean continues(Packet.Tcp before, Packet.Tcp next, int missing) {
    return next.sequence() == (before.sequence() + before.payload().length & 0xffff_ffffL) && next.ack() == before.ack()
        && next.window() == before.window() && next.urgent() == before.urgent()
        && (next.flags() & COMMON_FLAGS) == (before.flags() & COMMON_FLAGS)
        && next.optionLength() == before.optionLength()
        && (next.payload().length == before.payload().length || next.payload().length >= missing);
  }

  /** {@return one segment of several that follow each other} */
  static Packet.Tcp together(List<Packet.Tcp> parts) {
    Packet.Tcp first = parts.getFirst();
    Packet.Tcp last = parts.getLast();
    int length = parts.stream().mapToInt(p -> p.payload().length).sum();
    byte[] payload = Arrays.copyOf(first.payload(), length);
    int at = first.payload().length;
    for (Packet.Tcp part : parts.subList(1, parts.size())) {
      System.arraycopy(part.payload(), 0, payload, at, part.payload().length);
      at += part.payload().length;
    }
    return new Packet.Tcp(first.ip(), first.sourcePort(), first.destinationPort(), first.sequence(), first.ack(),
        first.flags() | last.flags(), first.reserved(), first.window(), first.urgent(), first.options(), payload);
  }

  /** Throws if {@code actual} is not what the script expects. */
  void check(PacketLine.Tcp line, Packet.Tcp actual, ScriptSocket socket) throws RunException.Mismatch {
    Optional<String> difference = flags(line, actual).or(() -> numbers(line, actual))
        .or(() -> options(line, actual, socket)).or(() -> ip(line, actual)).or(() -> payload(actual, line, socket));
    if (difference.isPresent()) throw mismatch(line, List.of(actual), difference.get());
  }

  /** {@return what to say of packets that differ} */
  static RunException.Mismatch mismatch(PacketLine line, List<Packet.Tcp> actual, String difference) {
    String seen = String.join(" and ", actual.stream().map(PacketText::of).toList());
    return new RunException.Mismatch(PacketText.of(line), "saw " + seen + " (" + difference + ")");
  }

  private static Optional<String> flags(PacketLine.Tcp line, Packet.Tcp actual) {
    int ecn = TcpFlags.ECE | TcpFlags.CWR | TcpFlags.AE;
    int expected = line.flags().bits();
    boolean same = line.flags().ace() < 0
        ? expected == actual.flags()
        : (expected & ~ecn) == (actual.flags() & ~ecn) && (expected & ecn) == (actual.flags() & ecn);
    if (same && actual.reserved() == 0) return Optional.empty();
    return Optional.of(difference("flags", PacketText.flags(expected),
        PacketText.flags(actual.flags()) + (actual.reserved() == 0 ? "" : " and reserved bits")));
  }

  private static Optional<String> numbers(PacketLine.Tcp line, Packet.Tcp actual) {
    if (!line.sequence().accepts(actual.sequence())) {
      return Optional.of(difference("sequence number", line.sequence().start(), actual.sequence()));
    }
    if (line.ack() != actual.ack()) return Optional.of(difference("acknowledgment number", line.ack(), actual.ack()));
    if (line.window() >= 0 && line.window() != actual.window()) {
      return Optional.of(difference("window", line.window(), actual.window()));
    }
    if (line.urgent() != actual.urgent()) {
      return Optional.of(difference("urgent pointer", line.urgent(), actual.urgent()));
    }
    return Optional.empty();
  }

  private Optional<String> options(PacketLine.Tcp line, Packet.Tcp actual, ScriptSocket socket) {
    if (line.options().any()) return Optional.empty();
    List<TcpOption> expected = line.options().options();
    List<TcpOption> seen = actual.options().stream().map(WireOptions::decode).toList();
    boolean same = expected.size() == seen.size();
    for (int i = 0; same && i < seen.size(); i++)
      same = same(expected.get(i), seen.get(i), socket);
    if (same) return Optional.empty();
    return Optional.of(difference("options", PacketText.options(expected), PacketText.options(seen)));
  }

  private boolean same(TcpOption expected, TcpOption seen, ScriptSocket socket) {
    if (expected instanceof TcpOption.Timestamps e && seen instanceof TcpOption.Timestamps s) {
      long ticks = Math.abs((int) (s.value() - e.value()));
      return e.value() == TcpOption.ANY || ticks * config.timestampTickNanos() <= config.toleranceNanos();
    }
    if (expected instanceof TcpOption.FastOpen e && seen instanceof TcpOption.FastOpen s && e.symbolic()) {
      String known = socket.cookies().putIfAbsent(e.cookie(), s.cookie());
      return e.experimental() == s.experimental() && !s.cookie().isEmpty()
          && (known == null || known.equals(s.cookie()));
    }
    if (expected instanceof TcpOption.FastOpen e && seen instanceof TcpOption.FastOpen s) {
      return e.experimental() == s.experimental() && e.cookie().equalsIgnoreCase(s.cookie());
    }
    if (expected instanceof TcpOption.Signature(boolean valid) && !valid) {
      return seen instanceof TcpOption.Raw raw && raw.kind() == WireOptions.MD5_SIGNATURE;
    }
    return expected.equals(seen);
  }

  private static Optional<String> ip(PacketLine.Tcp line, Packet.Tcp actual) {
    int tos = actual.ip().trafficClass();
    int expected = line.ip().tos();
    boolean same = switch (line.ip().check()) {
      case NONE -> true;
      case ECN -> (tos & 3) == expected;
      case ECT0_OR_ECT1 -> (tos & 3) == 1 || (tos & 3) == 2;
      case ALL -> tos == expected;
    };
    if (!same) return Optional.of(difference("traffic class", expected, tos));
    if (line.ip().ttl() >= 0 && line.ip().ttl() != actual.ip().ttl()) {
      return Optional.of(difference("hop limit", line.ip().ttl(), actual.ip().ttl()));
    }
    return Optional.empty();
  }

  private static Optional<String> payload(Packet.Tcp actual, PacketLine.Tcp line, ScriptSocket socket) {
    if (socket.liveIsn() == null || line.sequence().absolute() || socket.sendsOwnData()) return Optional.empty();
    long position = line.flags().has(TcpFlags.SYN) ? 0 : (int) actual.sequence() - 1L;
    int wrong = Payload.firstWrong(actual.payload(), position);
    return wrong < 0 ? Optional.empty() : Optional.of("byte " + wrong + " is not the one that belongs there");
  }

  private static String difference(String field, Object expected, Object actual) {
    return field + " is " + (actual.toString().isBlank() ? "none" : actual) + ", not "
        + (expected.toString().isBlank() ? "none" : expected);
  }
}
