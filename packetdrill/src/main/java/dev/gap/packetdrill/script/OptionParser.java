package dev.gap.packetdrill.script;

import java.util.ArrayList;
import java.util.List;

/** Parses what stands between the angle brackets of a TCP line. */
final class OptionParser {
  private static final long U32 = 0xffff_ffffL;

  private final Lexer in;
  private final Symbols symbols;

  OptionParser(Lexer in, Symbols symbols) {
    this.in = in;
    this.symbols = symbols;
  }

  PacketLine.OptionList options() throws ScriptException {
    if (!in.accept("<")) return new PacketLine.OptionList(false, List.of());
    List<TcpOption> options = new ArrayList<>();
    boolean any = false;
    if (in.accept(">")) return new PacketLine.OptionList(false, options);
    do {
      if (in.accept("...")) any = true;
      else options.add(option());
    } while (in.accept(","));
    in.expect(">");
    return new PacketLine.OptionList(any, options);
  }

  private TcpOption option() throws ScriptException {
    int start = in.offset();
    String name = in.word("a TCP option");
    return switch (name) {
      case "eol" -> new TcpOption.EndOfList();
      case "nop" -> new TcpOption.NoOperation();
      case "mss" -> new TcpOption.Mss((int) in.integer("an MSS", 0xffff));
      case "wscale" -> new TcpOption.WindowScale((int) in.integer("a shift", 255));
      case "sackOK" -> new TcpOption.SackPermitted();
      case "sack" -> sack();
      case "TS" -> timestamps();
      case "FO" -> new TcpOption.FastOpen(cookie(), false);
      case "FOEXP" -> new TcpOption.FastOpen(cookie(), true);
      case "ECN" -> accurateEcn();
      case "md5" -> md5();
      case "kind" -> new TcpOption.Raw((int) in.integer("a kind", 255), hex());
      case "mp_capable", "mp_capable_v0", "mp_join_syn", "mp_join_syn_ack", "mp_join_ack", "dss", "dss4", "dss8",
          "add_address", "remove_address", "mp_fail", "mp_fclose", "mp_fastclose", "mp_prio", "mp_reset" ->
        throw in
            .unsupported("Multipath TCP");
      default -> {
        in.reset(start);
        throw in.syntax("expected a TCP option");
      }
    };
  }

  private String hex() throws ScriptException {
    String word = in.peekWord();
    if (word.isEmpty()) return "";
    return in.word("hexadecimal digits");
  }

  private String cookie() throws ScriptException {
    return symbols.word(hex());
  }

  private TcpOption md5() throws ScriptException {
    String hex = hex();
    if (hex.equals("valid") || hex.equals("invalid")) return new TcpOption.Signature(hex.equals("valid"));
    if (!hex.matches("[0-9a-fA-F]{32}")) throw in.unsupported("the TCP MD5 signature option");
    return new TcpOption.Raw(19, hex);
  }

  private TcpOption sack() throws ScriptException {
    List<TcpOption.Block> blocks = new ArrayList<>();
    while (in.atDigit()) {
      long left = in.integer("a sequence number", U32);
      in.expect(":");
      blocks.add(new TcpOption.Block(left, in.integer("a sequence number", U32)));
    }
    return new TcpOption.Sack(blocks);
  }

  private TcpOption timestamps() throws ScriptException {
    if (in.accept("...")) return new TcpOption.Timestamps(TcpOption.ANY, TcpOption.ANY, false);
    in.expect("val");
    long value = stamp();
    in.expect("ecr");
    long echo = stamp();
    return new TcpOption.Timestamps(value, echo, in.accept("!"));
  }

  private long stamp() throws ScriptException {
    return in.accept("...") || in.accept("*") ? TcpOption.ANY : in.integer("a timestamp", U32);
  }

  private TcpOption accurateEcn() throws ScriptException {
    boolean e0First = in.peekWord().equals("e0b");
    List<Integer> counters = new ArrayList<>();
    List<String> order = e0First ? List.of("e0b", "ceb", "e1b") : List.of("e1b", "ceb", "e0b");
    for (String name : order)
      if (in.acceptWord(name)) counters.add((int) in.integer("a counter", 0xff_ffff));
    return new TcpOption.AccEcn(e0First, counters);
  }
}
