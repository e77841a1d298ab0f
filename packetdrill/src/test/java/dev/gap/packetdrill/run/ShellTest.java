package dev.gap.packetdrill.run;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ShellTest {
  private final List<String> notes = new ArrayList<>();
  private final Shell shell = new Shell(new Profile(Profile.Kind.FREEBSD, Defaults.of(Profile.Kind.FREEBSD),
      InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("10.0.0.2"), 1500, Profile.Route.PLAIN), notes);

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"sysctl -w net.inet.tcp.sack.enable=0|SACK|0",
      "sysctl net.inet.tcp.initcwnd_segments=4|INITIAL_WINDOW|4",
      "sysctl -w net.inet.tcp.msl=1000|TIME_WAIT_MILLIS|2000",
      "sysctl -w net.inet.tcp.rfc1323=2|TIMESTAMPS|0", "sysctl -w net.inet.tcp.rfc1323=2|WINDOW_SCALING|1",
      "sysctl -w net.inet.tcp.cc.algorithm=newreno|CONGESTION_CONTROL|newreno",
      "sysctl -w net.inet.tcp.fastopen.server_enable=1|FAST_OPEN|3",
      "sysctl -w kern.ipc.maxsockbuf=300000|RECEIVE_BUFFER_MAX|300000",
      "sysctl -q net.ipv4.tcp_keepalive_time=5 net.ipv4.tcp_ecn=1|KEEPALIVE_IDLE_MILLIS|5000",
      "sysctl -q net.ipv4.tcp_keepalive_time=5 net.ipv4.tcp_ecn=1|ECN|1",
      "echo 2 > /proc/sys/net/ipv4/tcp_mtu_probing|MTU_PROBING|2",
      "tc qdisc replace dev tun0 root fq|PACED|1",
      "sysctl -q net.ipv4.tcp_probe_interval=30|MTU_PROBE_INTERVAL_SECONDS|30",
      "../../common/set_sysctls.py /proc/sys/net/ipv4/tcp_wmem=\"4096 50000 60000\"|SEND_BUFFER|50000",
      "sysctl -q net.ipv4.tcp_fastopen=0x602|FAST_OPEN|1538"})
  void settingsHaveManySpellings(String command,
      Setting setting, String value) throws RunException {
    shell.run(command);
    assertThat(shell.profile().text(setting)).isEqualTo(value);
    assertThat(notes).isEmpty();
  }

  @Test
  void restoringSetsBack() throws RunException {
    shell.run("sysctl -w net.inet.tcp.sack.enable=0");
    shell.run("/tmp/sysctl_restore_${PPID}.sh");
    assertThat(shell.profile().on(Setting.SACK)).isTrue();
  }

  @Test
  void theRouteIsRead() throws RunException {
    shell.run("""
        ip -6 route add 2001:DB8::1 via fd3d::0 dev tun0 advmss 600 mtu lock 660 initcwnd 11 # a comment
        """);
    assertThat(shell.profile().route()).isEqualTo(new Profile.Route(11, -1, 600, 660, -1, -1, -1, ""));
    shell.run("ip route change default dev tun0 rto_min 5ms congctl reno quickack 1 features ecn initrwnd 8");
    assertThat(shell.profile().route()).isEqualTo(new Profile.Route(-1, 8, -1, -1, 5, 1, 1, "reno"));
    shell.run("ip link set dev tun0 mtu 1280");
    assertThat(shell.profile().mtu()).isEqualTo(1280);
  }

  @Test
  void whatMeansNothingIsNoted() throws RunException {
    shell.run("kldload tcp_rack; tc qdisc add dev tun0 root pfifo\nsysctl -w net.inet.tcp.bogus=1 2>/dev/null");
    assertThat(notes).containsExactly("not run: kldload tcp_rack", "not run: tc qdisc add dev tun0 root pfifo",
        "no effect: sysctl net.inet.tcp.bogus=1");
  }

  @Test
  void purgingForgetsAndSleepingTakesTime() throws RunException {
    shell.run("sysctl -w net.inet.tcp.hostcache.purgenow=1\nsleep 0.5");
    assertThat(shell.forgets()).isTrue();
    assertThat(shell.sleepNanos()).isEqualTo(500_000_000);
    assertThatThrownBy(() -> shell.run("tc qdisc add dev tun0 root netem loss 1%"))
        .isInstanceOf(RunException.Unsupported.class);
  }
}
