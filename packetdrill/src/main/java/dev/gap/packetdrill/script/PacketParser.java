package dev.gap.packetdrill.script;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.script.PacketLine.IpMarks;
import dev.gap.packetdrill.script.PacketLine.Sequence;
import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.script.PacketLine.TosCheck;

/** Parses packet lines, from the direction on. */
final class PacketParser {
  private static final long U32 = 0xffff_ffffL;
  private static final Set<String> OTHER_PROTOCOLS = Set.of("udp", "udplite", "sctp", "gre", "GREv0", "ipv4", "ipv6",
      "mpls", "psp");

  private final Lexer in;
  private final Symbols symbols;
  private final OptionParser options;

  PacketParser(Lexer in, Symbols symbols) {
    this.in = in;
    this.symbols = symbols;
    options = new OptionParser(in, symbols);
  }

  PacketLine packet() throws ScriptException {
    boolean inbound = in.accept("<");
    if (!inbound) in.expect(">");
    IpMarks marks = marks();
    Sequence echoed = in.next("[") ? echoed() : null;
    String word = in.peekWord();
    if (OTHER_PROTOCOLS.contains(word)) throw in.unsupported(word);
    if (in.acceptWord("icmp")) return icmp(inbound, marks, echoed);
    if (echoed != null) throw in.syntax("expected icmp");
    PacketLine line = tcp(inbound, marks);
    if (in.accept("/")) throw in.unsupported("encapsulation in " + in.peekWord());
    if (in.next("{")) throw in.unsupported("a packet mutation");
    return line;
  }

  /** What may stand in brackets or parentheses before the flags. */
  private IpMarks marks() throws ScriptException {
    IpMarks marks = IpMarks.NONE;
    while (in.next("(") || in.next("[")) {
      int start = in.offset();
      String close = in.accept("(") ? ")" : "]";
      if (close.equals("]")) in.expect("[");
      if (in.atDigit() || OTHER_PROTOCOLS.contains(in.peekWord()) || in.peekWord().equals("raw")) {
        in.reset(start);
        return marks;
      }
      do {
        marks = mark(marks);
      } while (in.accept(","));
      in.expect(close);
    }
    return marks;
  }

  private IpMarks mark(IpMarks marks) throws ScriptException {
    String name = in.word("a mark of the IP header");
    return switch (name) {
      case "noecn" -> new IpMarks(TosCheck.ECN, 0, marks.ttl(), marks.flowLabel());
      case "ect1" -> new IpMarks(TosCheck.ECN, 1, marks.ttl(), marks.flowLabel());
      case "ect0" -> new IpMarks(TosCheck.ECN, 2, marks.ttl(), marks.flowLabel());
      case "ce" -> new IpMarks(TosCheck.ECN, 3, marks.ttl(), marks.flowLabel());
      case "ect01" -> new IpMarks(TosCheck.ECT0_OR_ECT1, 0, marks.ttl(), marks.flowLabel());
      case "tos", "class" -> new IpMarks(TosCheck.ALL, (int) in.integer("a traffic class", 255), marks.ttl(),
          marks.flowLabel());
      case "ttl", "hlim" -> new IpMarks(marks.check(), marks.tos(), (int) in.integer("a hop limit", 255),
          marks.flowLabel());
      case "flowlabel" -> new IpMarks(marks.check(), marks.tos(), marks.ttl(),
          (int) in.integer("a flow label", 0xf_ffff));
      default -> throw in.syntax("expected noecn, ect0, ect1, ect01, ce, tos, ttl, class or flowlabel");
    };
  }

  private Sequence echoed() throws ScriptException {
    in.expect("[");
    if (!in.atDigit()) throw in.unsupported("an ICMP message about " + in.peekWord());
    Sequence sequence = sequence();
    in.expect("]");
    return sequence;
  }

  private PacketLine icmp(boolean inbound, IpMarks marks, @Nullable Sequence before) throws ScriptException {
    String type = in.word("an ICMP type");
    String code = "";
    String next = in.peekWord();
    if (in.atWord() && !next.equals("mtu") && !next.equals("id")) code = symbols.word(in.word("an ICMP code"));
    long mtu = in.acceptWord("mtu") ? in.integer("an MTU", U32) : -1;
    int id = in.acceptWord("id") ? (int) in.integer("an identifier", 0xffff) : 0;
    Sequence echoed = in.next("[") ? echoed() : before;
    return new PacketLine.Icmp(inbound, marks, type, code, mtu, id, echoed);
  }

  private PacketLine tcp(boolean inbound, IpMarks marks) throws ScriptException {
    PacketLine.Ports ports = ports();
    TcpFlags flags = flags();
    Sequence sequence = sequence(inbound);
    long ack = 0;
    if (in.acceptWord("ack")) {
      ack = in.integer("an acknowledgment number", U32);
      in.accept("!");
    }
    int window = -1;
    if (in.acceptWord("win")) window = in.accept("*") ? -1 : (int) in.integer("a window", 0xffff);
    int urgent = in.acceptWord("urg") ? (int) in.integer("an urgent pointer", 0xffff) : 0;
    if (inbound && window < 0) window = 0;
    if (in.next("<...>") && inbound) throw in.syntax("<...> can only be expected, not sent");
    return new PacketLine.Tcp(inbound, marks, ports, flags, sequence, ack, window, urgent, options.options());
  }

  private PacketLine.@Nullable Ports ports() throws ScriptException {
    int start = in.offset();
    if (!in.atDigit()) return null;
    String digits = in.peekWord();
    if (digits.chars().allMatch(Character::isDigit)) {
      int source = (int) in.integer("a port", 0xffff);
      if (in.accept(">")) return new PacketLine.Ports(source, (int) in.integer("a port", 0xffff));
    }
    in.reset(start);
    return null;
  }

  private TcpFlags flags() throws ScriptException {
    in.skip();
    int start = in.offset();
    String text = in.until(" \t\r\n");
    if (text.isEmpty()) throw in.syntax("expected TCP flags");
    int bits = 0;
    int ace = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '7') {
        ace = c - '0';
        continue;
      }
      int bit = "FSRP.UEWA".indexOf(c);
      if (bit < 0 && (c != '-' || text.length() > 1)) {
        in.reset(start);
        throw in.syntax("expected TCP flags of S F R P . U E W A");
      }
      if (bit >= 0) bits |= 1 << bit;
    }
    if (ace >= 0) {
      bits |= ((ace & 4) != 0 ? TcpFlags.AE : 0) | ((ace & 2) != 0 ? TcpFlags.CWR : 0)
          | ((ace & 1) != 0 ? TcpFlags.ECE : 0);
    }
    return new TcpFlags(bits, ace);
  }

  /** A range of sequence numbers, or {@code ...(length)} in what is expected, wherever it may be. */
  private Sequence sequence(boolean inbound) throws ScriptException {
    if (!inbound && in.accept("...")) return new Sequence(Sequence.ANYWHERE, length(), false);
    return sequence();
  }

  private int length() throws ScriptException {
    in.expect("(");
    int length = (int) in.integer("a length", 0xffff);
    in.expect(")");
    return length;
  }

  private Sequence sequence() throws ScriptException {
    long start = in.integer("a sequence number", U32);
    in.expect(":");
    long end = in.integer("a sequence number", U32);
    int length = length();
    if ((start + length & U32) != end) throw in.syntax(start + " + " + length + " is not " + end);
    return new Sequence(start, length, in.accept("!"));
  }
}
