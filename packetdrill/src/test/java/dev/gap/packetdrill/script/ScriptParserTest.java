package dev.gap.packetdrill.script;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.script.PacketLine.TosCheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScriptParserTest {
  private static Event event(String text) throws ScriptException {
    List<Event> events = ScriptParser.parse("t.pkt", text).events();
    assertThat(events).hasSize(1);
    return events.getFirst();
  }

  private static PacketLine.Tcp tcp(String text) throws ScriptException {
    return (PacketLine.Tcp) event(text).action();
  }

  private static Action.Call call(String text) throws ScriptException {
    return (Action.Call) event(text).action();
  }

  @Test
  void everyKindOfTimeIsUnderstood() throws ScriptException {
    assertThat(event("0.5 > . 1:1(0)").time()).isEqualTo(new EventTime.At(500_000_000));
    assertThat(event("+.001 > . 1:1(0)").time()).isEqualTo(new EventTime.After(1_000_000));
    assertThat(event("1~1.5 > . 1:1(0)").time()).isEqualTo(new EventTime.Between(1_000_000_000, 1_500_000_000));
    assertThat(event("+.1~+.2 > . 1:1(0)").time()).isEqualTo(new EventTime.AfterBetween(100_000_000, 200_000_000));
    assertThat(event("* > . 1:1(0)").time()).isEqualTo(new EventTime.Whenever());
  }

  @ParameterizedTest
  @ValueSource(strings = {"* < . 1:1(0)", "0~1 < . 1:1(0)", "* close(3) = 0", "2~1 > . 1:1(0)"})
  void onlyPacketsGoingOutMayComeAtSomeTime(
      String text) {
    assertThatThrownBy(() -> event(text)).isInstanceOf(ScriptException.Syntax.class);
  }

  @Test
  void aSegmentHasEverythingItCanHave() throws ScriptException {
    PacketLine.Tcp line = tcp("+0 < [ce] SFRP.UEWA 7:17(10) ack 3 win 9 urg 4 <nop,eol>");
    assertThat(line.inbound()).isTrue();
    assertThat(line.ip()).isEqualTo(new PacketLine.IpMarks(TosCheck.ECN, 3, -1, -1));
    assertThat(line.flags().bits()).isEqualTo(511);
    assertThat(line.sequence()).isEqualTo(new PacketLine.Sequence(7, 10, false));
    assertThat(line.ack()).isEqualTo(3);
    assertThat(line.window()).isEqualTo(9);
    assertThat(line.urgent()).isEqualTo(4);
    assertThat(line.options().options()).containsExactly(new TcpOption.NoOperation(), new TcpOption.EndOfList());
  }

  @Test
  void whatIsLeftOutIsNotChecked() throws ScriptException {
    PacketLine.Tcp line = tcp("+0 > - 0:0(0)");
    assertThat(line.flags()).isEqualTo(new TcpFlags(0, -1));
    assertThat(line.window()).isEqualTo(-1);
    assertThat(line.ip().check()).isEqualTo(TosCheck.NONE);
    assertThat(line.options()).isEqualTo(new PacketLine.OptionList(false, List.of()));
    assertThat(tcp("+0 > S 0:0(0) <...>").options().any()).isTrue();
  }

  @Test
  void aDigitAmongTheFlagsIsTheCounterOfAccurateEcn() throws ScriptException {
    assertThat(tcp("+0 > P5. 1:2(1) ack 1").flags())
        .isEqualTo(new TcpFlags(TcpFlags.PSH | TcpFlags.ACK | TcpFlags.AE | TcpFlags.ECE, 5));
    assertThat(tcp("+0 >  2.  1:1(0) ack 1").flags()).isEqualTo(new TcpFlags(TcpFlags.ACK | TcpFlags.CWR, 2));
  }

  @Test
  void marksOfTheIpHeaderStandInAnyBrackets() throws ScriptException {
    assertThat(tcp("+0 >[ect01] . 1:1(0) ack 1").ip().check()).isEqualTo(TosCheck.ECT0_OR_ECT1);
    assertThat(tcp("+0 > (ttl 4) . 1:1(0) ack 1").ip().ttl()).isEqualTo(4);
    assertThat(tcp("+0 > (class 0x28) . 1:1(0) ack 1").ip())
        .isEqualTo(new PacketLine.IpMarks(TosCheck.ALL, 0x28, -1, -1));
    assertThat(tcp("+0 > [tos 0x2,flowlabel 0x5] . 1:1(0) ack 1").ip().flowLabel()).isEqualTo(5);
  }

  @Test
  void portsAndAbsoluteNumbersAreUnderstood() throws ScriptException {
    assertThat(tcp("+0 < 4000 > 8080 S 0:0(0) win 1").ports()).isEqualTo(new PacketLine.Ports(4000, 8080));
    assertThat(tcp("+0 > R. 0:0(0)!      ack    2 win     0").sequence().absolute()).isTrue();
  }

  @Test
  void whatGoesOutMayBeginAnywhere() throws ScriptException {
    PacketLine.Sequence sequence = tcp("+0 > S. ...(0) ack 7").sequence();
    assertThat(sequence.accepts(0) && sequence.accepts(4_000_000_000L)).isTrue();
    assertThat(tcp("+0 > S. 0:0(0) ack 7").sequence().accepts(1)).isFalse();
    assertThatThrownBy(() -> event("+0 < S ...(0) win 7")).isInstanceOf(ScriptException.Syntax.class);
  }

  @Test
  void everyOptionIsUnderstood() throws ScriptException {
    PacketLine.Tcp line = tcp("+0 > . 1:1(0) ack 1 <mss 1460, nop,wscale 7,sackOK,sack 1:2 3:4,TS val 5 ecr 6,eol>");
    assertThat(line.options().options()).containsExactly(new TcpOption.Mss(1460), new TcpOption.NoOperation(),
        new TcpOption.WindowScale(7), new TcpOption.SackPermitted(),
        new TcpOption.Sack(List.of(new TcpOption.Block(1, 2), new TcpOption.Block(3, 4))),
        new TcpOption.Timestamps(5, 6, false), new TcpOption.EndOfList());
    assertThat(tcp("+0 > S 0:0(0) <FO,FOEXP abcd,FO WORD>").options().options()).containsExactly(
        new TcpOption.FastOpen("", false), new TcpOption.FastOpen("abcd", true), new TcpOption.FastOpen("WORD", false));
    assertThat(tcp("+0 > S 0:0(0) <md5 valid,md5 invalid>").options().options())
        .containsExactly(new TcpOption.Signature(true), new TcpOption.Signature(false));
    assertThat(tcp("+0 > S 0:0(0) <TS val ... ecr 0!>").options().options())
        .containsExactly(new TcpOption.Timestamps(TcpOption.ANY, 0, true));
    assertThat(tcp("+0 > S. 0:0(0) <ECN e1b 1 ceb 0 e0b 2,md5 00112233445566778899aabbccddeeff,kind 253 ab>").options()
        .options()).containsExactly(new TcpOption.AccEcn(false, List.of(1, 0, 2)),
            new TcpOption.Raw(19, "00112233445566778899aabbccddeeff"), new TcpOption.Raw(253, "ab"));
  }

  @Test
  void icmpMayNameItsSegmentBeforeOrAfter() throws ScriptException {
    PacketLine.Icmp after = (PacketLine.Icmp) event("+0 <icmp unreachable frag_needed mtu 1500 [1:1461(1460)]")
        .action();
    assertThat(after.code()).isEqualTo("frag_needed");
    assertThat(after.mtu()).isEqualTo(1500);
    assertThat(after.echoed()).isEqualTo(new PacketLine.Sequence(1, 1460, false));
    PacketLine.Icmp before = (PacketLine.Icmp) event("+0 < [4294967295:4294967295(0)]icmp redirect").action();
    assertThat(before.echoed()).isEqualTo(new PacketLine.Sequence(4294967295L, 0, false));
    assertThat(((PacketLine.Icmp) event("+0 < icmp echo_request id 7").action()).id()).isEqualTo(7);
  }

  @Test
  void callsHaveArgumentsResultErrorAndNote() throws ScriptException {
    Action.Call call = call("+0...0.5 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)");
    assertThat(call.endNanos()).isEqualTo(500_000_000);
    assertThat(call.arguments()).containsExactly(new Expr.Numeral(3), new Expr.Ellipsis(), new Expr.Ellipsis());
    assertThat(call.result()).isEqualTo(new Expr.Numeral(-1));
    assertThat(call.errno()).isEqualTo("EINPROGRESS");
    assertThat(call("+0 fcntl(3, F_GETFL) = 0x02 (flags O_RDWR)").result()).isEqualTo(new Expr.Numeral(2));
    assertThat(call("+0 setsockopt(3, SOL_TCP, X, \"\", 3) = -1 (Invalid Argument)").errno()).isNull();
  }

  @Test
  void argumentsMayBeAnyExpression() throws ScriptException {
    assertThat(call("+0 f(A | 0x1 | B) = 0").arguments().getFirst())
        .isEqualTo(new Expr.Or(List.of(new Expr.Word("A"), new Expr.Numeral(1), new Expr.Word("B"))));
    assertThat(call("+0 f(\"\\x41\\n\" \"b\") = 0").arguments().getFirst()).isEqualTo(new Expr.Text("A\nb"));
    assertThat(call("+0 f(\"abc\"...) = 0").arguments().getFirst()).isEqualTo(new Expr.Text("abc"));
    Expr.Struct address = (Expr.Struct) call(
        "+0 f({sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr(\"192.0.2.1\")}) = 0").arguments()
        .getFirst();
    assertThat(address.field("sin_port")).isEqualTo(new Expr.Call("htons", List.of(new Expr.Numeral(8080))));
    Expr.Struct message = (Expr.Struct) call(
        "+0 f({msg_name(...)=..., msg_iov(2)=[{..., 500},{...,400}], msg_flags=0}) = 0").arguments().getFirst();
    assertThat(message.field("msg_iov")).isInstanceOf(Expr.Array.class);
    assertThat(message.field("nothing")).isEqualTo(new Expr.Ellipsis());
  }

  @Test
  void commandsAndCodeNeedNoTime() throws ScriptException {
    Script script = ScriptParser.parse("t.pkt", "--mss=1000\n--send_omit_free // why\n`a\nb`\n+0 %{ assert x }%\n`c`");
    assertThat(script.flags()).containsEntry("mss", "1000").containsEntry("send_omit_free", "");
    assertThat(script.events()).extracting(Event::action).containsExactly(new Action.Shell("a\nb"),
        new Action.Code(" assert x "), new Action.Shell("c"));
  }

  @Test
  void definedWordsAreReplaced() throws ScriptException {
    Script script = ScriptParser.parse("t.pkt", "--define=CC=\"reno\"\n--define=OPT=TCP_CONGESTION\n+0 f(OPT, CC) = 0");
    assertThat(((Action.Call) script.events().getFirst().action()).arguments())
        .containsExactly(new Expr.Word("TCP_CONGESTION"), new Expr.Text("reno"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"+0 < udp (100)", "+0 > sctp: INIT[]", "+0 < . 1:1(0) ack 1/udp(1 > 9811)",
      "+0 < . 1:1(0) ack 1 win 1 {rep tcp win_size 1}", "+0 > S 0:0(0) <nop,nop,md5 unknown>",
      "+0 < [udp (8)] icmp unreachable", "+0 > S 0:0(0) <mp_capable v0>"})
  void whatIsNotTcpIsUnsupportedNotWrong(
      String text) {
    assertThatThrownBy(() -> event(text)).isInstanceOf(ScriptException.Unsupported.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+0", "+0 > S 0:5(4)", "+0 > X 0:0(0)", "+0 > S 0:0(0) <mss>",
      "+0 < S 0:0(0) <...>", "+0 f(3 = 0", "+0 f(3)", "+0 > . 1:1(0) win 65536", "+0 > S 0:0(0) <bogus 1>",
      "1...0.5 f(3) = 0"})
  void mistakesAreFound(String text) {
    assertThatThrownBy(() -> ScriptParser.parse("t.pkt", text)).isInstanceOf(ScriptException.Syntax.class)
        .hasMessageStartingWith("t.pkt:1:");
  }
}
