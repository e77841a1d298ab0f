package dev.gap.packetdrill.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.python.PythonCode;

/** Numbers behind the names in calls and in code. */
final class Constants {
  private static final Map<String, Long> CALLS = new HashMap<>();
  private static final Map<String, Long> CODE = new HashMap<>();

  static {
    calls("NULL 0 O_RDONLY 0 O_WRONLY 1 O_RDWR 2 SHUT_RD 0 SHUT_WR 1 SHUT_RDWR 2 INADDR_ANY 0 SOCK_STREAM 1");
    calls("AF_UNSPEC 0 AF_INET 2 AF_INET6 10 PF_INET 2 PF_INET6 10 IPPROTO_IP 0 IPPROTO_TCP 6 IPPROTO_IPV6 41");
    calls("IP_PMTUDISC_DONT 0 IP_PMTUDISC_WANT 1 IP_PMTUDISC_DO 2 IP_PMTUDISC_PROBE 3 IP_PMTUDISC_INTERFACE 4");
    calls("IPTOS_LOWDELAY 16 IPTOS_THROUGHPUT 8 IPTOS_RELIABILITY 4 IPTOS_MINCOST 2 IPTOS_ECN_CE 3 IPTOS_ECN_ECT0 2");
    calls("IPTOS_DSCP_EF 184 IPTOS_ECN_ECT1 1 IPTOS_ECN_NOTECT 0 FD_CLOEXEC 1 TCP_FASTOPEN_MIN_COOKIE_LEN 4");
    calls("TCP_FASTOPEN_PSK_LEN 16 TCP_FASTOPEN_MAX_COOKIE_LEN 16");
    for (int selector = 0; selector < 8; selector++)
      CALLS.put("IPTOS_DSCP_CS" + selector, (long) selector << 5);
    for (int group = 1; group <= 4; group++) {
      for (int drop = 1; drop <= 3; drop++)
        CALLS.put("IPTOS_DSCP_AF" + group + drop, (long) group << 5 | drop << 3);
    }
    code("TCP_CA_Open 0 TCP_CA_Disorder 1 TCP_CA_CWR 2 TCP_CA_Recovery 3 TCP_CA_Loss 4");
    code("TCPI_OPT_TIMESTAMPS 1 TCPI_OPT_SACK 2 TCPI_OPT_WSCALE 4 TCPI_OPT_ECN 8 TCPI_OPT_ECN_SEEN 16");
    code("TCPI_OPT_SYN_DATA 32 TCPI_OPT_USEC_TS 64 TCPI_OPT_TFO_CHILD 128 TCPI_OPT_TOE 16 TCPI_OPT_TFO 32");
    code("TCP_ESTABLISHED 1 TCP_SYN_SENT 2 TCP_SYN_RECV 3 TCP_FIN_WAIT1 4 TCP_FIN_WAIT2 5 TCP_TIME_WAIT 6 TCP_CLOSE 7");
    code("TCP_CLOSE_WAIT 8 TCP_LAST_ACK 9 TCP_LISTEN 10 TCP_CLOSING 11 TCP_NEW_SYN_RECV 12");
    code("TCPI_ESTABLISHED 1 TCPI_SYN_SENT 2 TCPI_SYN_RECEIVED 3 TCPI_FIN_WAIT_1 4 TCPI_FIN_WAIT_2 5");
    code("TCPI_TIME_WAIT 6 TCPI_CLOSED 7 TCPI_CLOSE_WAIT 8 TCPI_LAST_ACK 9 TCPI_LISTEN 10 TCPI_CLOSING 11");
    code("TCP_INFINITE_SSTHRESH 2147483647");
  }

  private Constants() {}

  private static void calls(String table) {
    fill(table, CALLS);
  }

  private static void code(String table) {
    fill(table, CODE);
  }

  private static void fill(String table, Map<String, Long> map) {
    String[] words = table.split(" ", -1);
    for (int i = 0; i < words.length; i += 2)
      map.put(words[i], Long.parseLong(words[i + 1]));
  }

  /** {@return the number behind a name in a call} */
  static Optional<Long> number(String name, Profile.Kind kind) {
    if (name.equals("O_NONBLOCK")) return Optional.of(nonBlocking(kind));
    Optional<Long> errno = Errno.named(name).map(e -> (long) e.number());
    return Optional.ofNullable(CALLS.get(name)).or(() -> errno);
  }

  /** {@return the number behind a name in code, null if there is none} */
  static @Nullable Long ofCode(String name) {
    return CODE.get(name);
  }

  static long nonBlocking(Profile.Kind kind) {
    return kind == Profile.Kind.LINUX ? 0x800 : 4;
  }

  /** Lets code know the names it may use. */
  static void define(PythonCode code) {
    CODE.forEach(code::set);
    for (Errno errno : Errno.values())
      code.set(errno.name(), errno.number());
  }
}
