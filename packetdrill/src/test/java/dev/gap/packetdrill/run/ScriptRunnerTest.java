package dev.gap.packetdrill.run;

import java.net.InetAddress;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.packetdrill.Packetdrill;

import static org.assertj.core.api.Assertions.assertThat;

class ScriptRunnerTest {
  private static final String LISTEN = """
      0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 bind(3, ..., ...) = 0
      +0 listen(3, 1) = 0
      """;
  private static final String ACCEPT = LISTEN + """
      +0 < S 0:0(0) win 1000 <mss 1000>
      +0 > S. 0:0(0) ack 1 win 65535 <mss 1460>
      +.1 < . 1:1(0) ack 1 win 1000
      +0 accept(3, ..., ...) = 4
      """;

  private FakeStack stack = new FakeStack(new Profile(Profile.Kind.LINUX, Defaults.of(Profile.Kind.LINUX),
      InetAddress.ofLiteral("192.168.0.1"), InetAddress.ofLiteral("192.0.2.1"), 1500,
      Profile.Route.PLAIN));

  private Outcome run(String script, Consumer<FakeStack> change) {
    return new Packetdrill((profile, _) -> {
      stack = new FakeStack(profile);
      change.accept(stack);
      return stack;
    }, null).run("t.pkt", script);
  }

  private void passes(String script) {
    passes(script, _ -> {});
  }

  private void passes(String script, Consumer<FakeStack> change) {
    assertThat(run(script, change)).isInstanceOf(Outcome.Passed.class);
  }

  private void fails(String script, Consumer<FakeStack> change, String expected, String actual) {
    assertThat(run(script, change)).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
      assertThat(failed.expected()).contains(expected);
      assertThat(failed.actual()).contains(actual);
      assertThat(failed.line()).isPositive();
    });
  }

  private void fails(String script, String expected, String actual) {
    fails(script, _ -> {}, expected, actual);
  }

  @Test
  void aServerTakesAndGivesData() {
    passes(ACCEPT + """
        +0 < P. 1:1001(1000) ack 1 win 1000
        +0 > . 1:1(0) ack 1001 win 65535
        +0 ioctl(4, SIOCINQ, [1000]) = 0
        +0 recv(4, ..., 600, MSG_PEEK) = 600
        +0 read(4, ..., 5000) = 1000
        +0 write(4, ..., 500) = 500
        +0 > P. 1:501(500) ack 1001
        +0 < F. 1001:1001(0) ack 501 win 1000
        +0 > . 501:501(0) ack 1002
        +0 read(4, ..., 10) = 0
        +0 close(4) = 0
        """);
  }

  @Test
  void aClientConnectsAndNumbersAreRelative() {
    passes("""
        0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3
        +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
        +0 > S 0:0(0) <mss 1460>
        +.1 < S. 1234:1234(0) ack 1 win 5 <mss 1000>
        +0 > . 1:1(0) ack 1
        +0 < . 1:11(10) ack 1 win 5
        +0 > . 1:1(0) ack 11
        +0 read(3, ..., 100) = 10
        """);
  }

  @Test
  void equalSegmentsMayBeOneLine() {
    passes(ACCEPT + "+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1\n");
    passes(ACCEPT + "+0 write(4, ..., 2500) = 2500\n+0 > . 1:2001(2000) ack 1\n+0 > P. 2001:2501(500) ack 1\n");
  }

  @Test
  void unequalSegmentsMayNotNorAnyIfTheScriptIsStrict() {
    fails(ACCEPT + "+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1\n", s -> s.unevenSegment = 100,
        "1:2501(2500)", "do not follow");
    fails("--strict_segments\n" + ACCEPT + "+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1\n",
        "1:2501(2500)", "payload is 1000 bytes, not 2500");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"> F. 1:11(10) ack 1|flags is P., not F.",
      "> P. 2:12(10) ack 1|sequence number is 1, not 2", "> P. 1:11(10) ack 2|acknowledgment number is 1, not 2",
      "> P. 1:11(10) ack 1 win 7|window is 65535, not 7", "> P. 1:11(10) ack 1 urg 7|urgent pointer is 0, not 7",
      "> P. 1:11(10) ack 1 <nop,nop>|options is none, not", "> [ce] P. 1:11(10) ack 1|traffic class is 2, not 3",
      "> (ttl 9) P. 1:11(10) ack 1|hop limit is 64, not 9",
      "> P. 1:12(11) ack 1|payload is 10 bytes, not 11"})
  void everyFieldIsCompared(String line, String difference) {
    fails("--strict_segments\n" + ACCEPT + "+0 write(4, ..., 10) = 10\n+0 " + line + "\n", "1", difference);
    passes(ACCEPT + "+0 write(4, ..., 10) = 10\n+0 > [ect0] (ttl 64) P. 1:11(10) ack 1 win 65535 <...>\n");
  }

  @Test
  void bytesMustBeTheOnesThatBelongThere() {
    fails(ACCEPT + "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n", s -> s.wrongBytes = true, "1:11(10)",
        "is not the one that belongs there");
  }

  @Test
  void checksumsMustBeRight() {
    fails(LISTEN + "+0 < S 0:0(0) win 1\n+0 > S. 0:0(0) ack 1 <...>", s -> s.corrupt = true, "a correct packet",
        "checksum");
  }

  @Test
  void aPacketMustCome() {
    fails(LISTEN + "+0 > S 0:0(0)\n", "S 0:0(0)", "nothing was sent until 0.004000 s");
    fails(LISTEN + "* > S 0:0(0)\n", "S 0:0(0)", "nothing was sent");
  }

  @Test
  void aPacketNobodyExpectedFailsTheNextLine() {
    fails(ACCEPT + "+0 write(4, ..., 10) = 10\n+0 < P. 1:2(1) ack 1 win 9\n+0 > . 11:11(0) ack 2\n", "11:11(0)",
        "P. 1:11(10)");
  }

  @ParameterizedTest
  @CsvSource({"0.1,0.104,true", "0.1,0.0961,true", "0.1,0.112,true", "0.1,0.0876,true",
      "0.1,0.113,false", "0.1,0.087,false", "0.01,0.0139,true", "0.01,0.0141,false"})
  void toleranceIsFourMillisecondsOrAnEighth(
      double expected, double actual, boolean passes) {
    String script = LISTEN + "+0 < S 0:0(0) win 1\n+" + expected + " > S. 0:0(0) ack 1 <...>\n";
    Outcome outcome = run(script, s -> s.answerDelayNanos = Math.round(actual * 1e9));
    assertThat(outcome).isInstanceOf(passes ? Outcome.Passed.class : Outcome.Failed.class);
  }

  @Test
  void timesMayBeRangesOrAnything() {
    String script = LISTEN + "+0 < S 0:0(0) win 1\n";
    passes(script + "+.1~+.3 > S. 0:0(0) ack 1 <...>\n", s -> s.answerDelayNanos = 200_000_000);
    passes(script + "0.1~0.3 > S. 0:0(0) ack 1 <...>\n", s -> s.answerDelayNanos = 303_000_000);
    fails(script + "+.1~+.15 > S. 0:0(0) ack 1 <...>\n", s -> s.answerDelayNanos = 200_000_000, "0.100000 s",
        "nothing was sent");
    passes(script + "* > S. 0:0(0) ack 1 <...>\n", s -> s.answerDelayNanos = 3_000_000_000_000L);
    passes("--tolerance_usecs=50000\n" + script + "+0 > S. 0:0(0) ack 1 <...>\n", s -> s.answerDelayNanos = 49_000_000);
  }

  @Test
  void eventsThatCameTooLateAreNoticed() {
    fails(LISTEN + "+0 < S 0:0(0) win 1\n* > S. 0:0(0) ack 1 <...>\n.1 close(3) = 0",
        s -> s.answerDelayNanos = 1_000_000_000,
        "a call of close at 0.100000 s", "it is 1.000000 s");
  }

  @Test
  void resultsOfCallsAreCompared() {
    fails(LISTEN + "+0 shutdown(3, SHUT_WR) = 0", "shutdown to return 0", "it returned -1 ENOTCONN");
    fails(LISTEN + "+0 shutdown(3, SHUT_WR) = -1 EPIPE (Broken pipe)", "-1 EPIPE", "-1 ENOTCONN");
    passes(LISTEN + "+0 shutdown(3, SHUT_WR) = -1 ENOTCONN (Transport endpoint is not connected)");
    passes(LISTEN + "+0 shutdown(3, SHUT_WR) = -1 // anything");
    fails(LISTEN + "+0 read(9, ..., 1) = 0", "read to return 0", "-1 EBADF");
    passes(LISTEN + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0");
    fails(LISTEN + "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0", "getsockopt",
        "SO_ERROR is ECONNREFUSED, not 0");
    fails(LISTEN + "+0 ioctl(3, SIOCINQ, [5]) = 0", "ioctl", "SIOCINQ is 0, not 5");
    passes("--non_fatal=syscall\n" + LISTEN + "+0 shutdown(3, SHUT_WR) = 0");
  }

  @Test
  void modesAreKept() {
    passes(LISTEN + """
        +0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)
        +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
        +0 fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)
        +0 accept(3, ..., ...) = -1 EWOULDBLOCK (Operation would block)
        +0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0
        +0 setsockopt(3, SOL_TCP, TCP_CONGESTION, "reno", 4) = 0
        +0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 2) = -1 EINVAL (Invalid argument)
        """);
    assertThat(stack.log).containsExactly("SO_LINGER {onoff=1, linger=5}", "TCP_CONGESTION \"reno\"");
  }

  @Test
  void blockingCallsReturnWhenTheScriptSaysTheyDo() {
    String handshake = "+.1 < S 0:0(0) win 1\n+0 > S. 0:0(0) ack 1 <...>\n+.1 < . 1:1(0) ack 1 win 1\n";
    passes(LISTEN + "+0...0.2 accept(3, ..., ...) = 4\n" + handshake + "+0 close(4) = 0");
    fails(LISTEN + "+0...0.1 accept(3, ..., ...) = 4\n" + handshake, "accept of line 4 to return at 0.100000 s",
        "it returned at 0.200000 s");
    fails(LISTEN + "+0...0.4 accept(3, ..., ...) = 4\n" + handshake, "to return at 0.400000 s", "at 0.200000 s");
    fails(LISTEN + "+0...0.4 accept(3, ..., ...) = 4\n", "to return at 0.400000 s", "it still blocks");
    fails(LISTEN + "+0 accept(3, ..., ...) = 4\n", "accept to return at once", "it blocks");
    passes(ACCEPT + "+0...0.1 read(4, ..., 9) = 3\n+.1 < P. 1:4(3) ack 1 win 9\n+0 > . 1:1(0) ack 4\n");
  }

  @Test
  void aBlockingWriteGoesOnWhenThereIsRoom() {
    fails(ACCEPT + "+0...0.1 write(4, ..., 3000) = 3000\n+0 > P. 1:1001(1000) ack 1\n", s -> s.room = 1000, "write",
        "it still blocks");
    passes(ACCEPT + "+0 fcntl(4, F_SETFL, O_NONBLOCK) = 0\n+0 write(4, ..., 3000) = 1000\n+0 > P. 1:1001(1000) ack 1\n",
        s -> s.room = 1000);
  }

  @Test
  void pollWaitsForEventsOrItsTime() {
    passes(ACCEPT + "+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1");
    passes(ACCEPT + "+0...0.05 poll([{fd=4, events=POLLIN, revents=0}], 1, 50) = 0\n+.2 close(4) = 0");
    fails(ACCEPT + "+0 poll([{fd=4, events=POLLOUT, revents=POLLIN}], 1, 0) = 1", "poll", "not [IN]");
    passes(ACCEPT + """
        +0...0.1 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 500) = 1
        +.1 < P. 1:4(3) ack 1 win 9
        +0 > . 1:1(0) ack 4
        """);
  }

  @Test
  void epollTellsEdgesOnce() {
    passes(ACCEPT + """
        +0 epoll_create(1) = 5
        +0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLOUT|EPOLLET, fd=4}) = 0
        +0 epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1
        +0 epoll_wait(5, {events=0, ptr=0}, 1, 0) = 0
        +0 < P. 1:4(3) ack 1 win 9
        +0 epoll_wait(5, {events=EPOLLIN|EPOLLOUT, fd=4}, 1, 0) = 1
        +0 epoll_wait(5, {events=0, ptr=0}, 1, 0) = 0
        +0 < P. 4:7(3) ack 1 win 9
        +0 epoll_wait(5, {events=EPOLLIN|EPOLLOUT, fd=4}, 1, 0) = 1
        """);
  }

  @Test
  void timestampsAreTranslatedBothWays() {
    passes(LISTEN + """
        +0 < S 0:0(0) win 1 <mss 1000,TS val 700 ecr 0,nop,nop>
        +0 > S. 0:0(0) ack 1 <mss 1460,TS val 100 ecr 700,nop,nop>
        +.1 < . 1:2(1) ack 1 win 1 <TS val 800 ecr 100,nop,nop>
        +0 > . 1:1(0) ack 2 <TS val 200 ecr 800,nop,nop>
        +.1 < . 2:3(1) ack 1 win 1 <TS val 900 ecr 200,nop,nop>
        """, s -> s.timestamps = true);
    assertThat(stack.log).containsExactly("echo 0", "echo 5000000", "echo 5000100");
    fails("--tcp_ts_tick_usecs=1000\n" + LISTEN + """
        +0 < S 0:0(0) win 1
        +0 > S. 0:0(0) ack 1 <mss 1460,TS val 100 ecr 0,nop,nop>
        +.1 < . 1:2(1) ack 1 win 1
        +0 > . 1:1(0) ack 2 <TS val 300 ecr 0,nop,nop>
        """, s -> s.timestamps = true, "TS val 300", "TS val 200");
  }

  @Test
  void icmpIsAboutTheStacksOwnNumbers() {
    passes(ACCEPT + "+0 < icmp unreachable frag_needed mtu 1400 [1:1001(1000)]\n+0 < icmp time_exceeded [5:5(0)]");
    assertThat(stack.log).containsExactly("icmp 3/4 1400 about 1", "icmp 11/0 0 about 5");
  }

  @Test
  void aClosedPortAnswersWithoutTranslation() {
    passes("""
        0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 bind(3, ..., ...) = 0
        +.1 < S 17:20(3) win 32767 <mss 1460>
        +0 > R. 0:0(0) ack 21 win 0
        """);
  }

  @Test
  void assertionsSeeTcpInfo() {
    passes(ACCEPT + "+0 %{ assert tcpi_snd_cwnd == 10 and tcpi_ca_state == TCP_CA_Open }%", s -> {
      s.info.put("tcpi_snd_cwnd", 10L);
      s.info.put("tcpi_ca_state", 0L);
    });
    fails(ACCEPT + "+0 %{ assert tcpi_snd_cwnd == 11, tcpi_snd_cwnd }%", s -> s.info.put("tcpi_snd_cwnd", 10L),
        "the assertion to hold", "tcpi_snd_cwnd = 10");
    passes(ACCEPT + "+0 getsockopt(4, SOL_TCP, TCP_INFO, {tcpi_state=TCP_ESTABLISHED, tcpi_rtt=...}, [92]) = 0",
        s -> s.info.put("tcpi_state", 1L));
  }

  @Test
  void commandsBecomeSettings() {
    passes("`../common/defaults.sh\n../common/set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0`\n" + LISTEN
        + "+0 `sysctl -q net.ipv4.tcp_rmem=\"4096 5000 60000\"; ip route change 192.0.2.0/24 dev tun0 initcwnd 3`");
    assertThat(stack.profile.on(Setting.SACK)).isFalse();
    assertThat(stack.profile.number(Setting.RECEIVE_BUFFER)).isEqualTo(5000);
    assertThat(stack.profile.number(Setting.FAST_OPEN)).isEqualTo(0x70403);
    assertThat(stack.profile.route().initialWindow()).isEqualTo(3);
    assertThat(stack.log).contains("forget");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+0 tee(3, 6, 99, 0) = 99", "+0 vmsplice(6, ..., 1, 0) = 99",
      "+0 setsockopt(3, SOL_SOCKET, SO_TIMESTAMPING, [1], 4) = 0", "+0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 4",
      "+0 recvmsg(3, {msg_iov(1)=[{..., 0}], msg_control=[{cmsg_type=SCM_TIMESTAMPING}]}, MSG_ERRQUEUE) = 0",
      "+0 `tc qdisc add dev tun0 root pfifo limit 0`",
      "+0 %{ assert tcpi_bogus == 1 }%", "+0 < udp (8)", "+0 ioctl(3, SIOCBOGUS, [1]) = 0",
      "+0 < icmp unreachable bogus"})
  void whatCannotBeDoneIsUnsupported(String line) {
    assertThat(run(LISTEN + line, _ -> {})).isInstanceOf(Outcome.Unsupported.class);
  }

  @Test
  void theReceiveBufferFitsTheWindowScaleThatIsExpected() {
    String scale = "+0 < S 0:0(0) win 1\n+0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>";
    run(LISTEN + scale, _ -> {});
    assertThat(stack.profile.number(Setting.RECEIVE_BUFFER_MAX)).isEqualTo(65535L << 8);
    run(LISTEN + scale.replace("wscale 8", "wscale 7"), _ -> {});
    assertThat(stack.profile.number(Setting.RECEIVE_BUFFER_MAX)).isEqualTo(6291456);
    run("`./defaults.sh`\n" + LISTEN + scale.replace("wscale 8", "wscale 3"), _ -> {});
    assertThat(stack.profile.number(Setting.RECEIVE_BUFFER_MAX)).isEqualTo(15728640);
  }

  @Test
  void mistakesInScriptsAreFailuresAtTheirLine() {
    assertThat(run(LISTEN + "+0 bogus", _ -> {})).isInstanceOfSatisfying(Outcome.Failed.class,
        failed -> assertThat(failed.line()).isEqualTo(4));
  }

  @Test
  void aStackThatThrowsHasFailed() {
    Outcome outcome = new Packetdrill((_, _) -> {
      throw new IllegalStateException("no");
    }, null).run("t.pkt", LISTEN);
    assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class,
        failed -> assertThat(failed.actual()).contains("no"));
  }

  @Test
  void namedPortsAreConnectionsOfTheirOwn() {
    passes(LISTEN + """
        +0 < 4000>8080 S 100:100(0) win 1
        +0 > 8080>4000 S. 0:0(0) ack 101 <...>
        +0 < 4000>8080 . 1:1(0) ack 1 win 1
        +0 accept(3, ..., ...) = 4
        +0 < 4000>8080 P. 1:4(3) ack 1 win 1
        +0 > 8080>4000 . 1:1(0) ack 4
        """);
  }
}
