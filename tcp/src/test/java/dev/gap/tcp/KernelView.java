package dev.gap.tcp;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What a kernel has counted since its namespace was made: {@code nstat}. */
record KernelView(Map<String, Long> counters) {
  /** What must never happen between two hosts that both keep to the rules, however bad the link is. */
  private static final List<String> FAULTS = List.of("TcpInErrs", "TcpInCsumErrors", "IpInHdrErrors",
      "IpInAddrErrors", "IpInUnknownProtos", "IpInTruncatedPkts", "IpExtInCsumErrors", "Ip6InHdrErrors",
      "Ip6InTruncatedPkts", "TcpExtTCPAbortOnData", "TcpExtTCPAbortOnClose", "TcpExtTCPAbortOnMemory",
      "TcpExtTCPAbortOnTimeout", "TcpExtTCPAbortOnLinger", "TcpExtTCPAbortFailed", "TcpExtTCPSACKDiscard",
      "TcpExtTCPChallengeACK", "TcpExtTCPSYNChallenge", "TcpExtPAWSActive", "TcpExtPAWSEstab",
      "TcpExtTCPZeroWindowDrop", "TcpExtTCPRcvQDrop", "TcpExtTCPBacklogDrop", "TcpExtListenOverflows",
      "TcpExtListenDrops", "TcpExtTCPMD5Failure", "TcpExtTCPReqQFullDrop", "TcpExtTCPACKSkippedChallenge");
  /** What must not happen on a link that loses nothing either. */
  private static final List<String> REPAIRS = List.of("TcpExtTCPFastRetrans", "TcpExtTCPSackRecovery",
      "TcpExtTCPRenoRecovery", "TcpExtTCPLostRetransmit", "TcpExtTCPSACKReneging", "TcpEstabResets", "TcpAttemptFails");
  private static final int HANDFUL = 10;
  /** What a kernel sends again that has waited too long, for one of this machine's cores, and its peer did not need. */
  private static final int NEEDLESS = 500;

  static KernelView of(Namespace namespace) throws IOException {
    Map<String, Long> counters = new HashMap<>();
    namespace.run(Child.assumed("nstat"), "-asz").lines().filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\\s+", -1)).forEach(words -> counters.put(words[0], Long.valueOf(words[1])));
    return new KernelView(counters);
  }

  /** {@return the counter; 0 if this kernel does not have it} */
  long of(String counter) {
    return counters.getOrDefault(counter, 0L);
  }

  /** {@return what {@code ss} says about the connections, one on each line} */
  static List<String> connections(Namespace namespace) throws IOException {
    return namespace.run(Child.assumed("ss"), "-tinoOH").lines().toList();
  }

  void assertNoFaults(String... exceptions) {
    assertZero(FAULTS, exceptions);
  }

  /** As it has to be on a link that loses nothing. */
  void assertNothingAmiss() {
    assertNothingAmiss(HANDFUL);
  }

  /** @param untold how much the kernel may have sent again without being told that it was needless */
  void assertNothingAmiss(int untold) {
    assertZero(FAULTS);
    assertZero(REPAIRS);
    long needless = of("TcpExtTCPDSACKRecvSegs");
    assertThat(needless).as("of %s", nonZero()).isLessThanOrEqualTo(NEEDLESS);
    assertThat(of("TcpRetransSegs") - needless).as("retransmissions of %s", nonZero()).isLessThanOrEqualTo(untold);
  }

  private void assertZero(List<String> names, String... exceptions) {
    Map<String, Long> found = new HashMap<>();
    for (String name : names)
      if (of(name) != 0 && !Arrays.asList(exceptions).contains(name)) found.put(name, of(name));
    assertThat(found).as("counters of the kernel that should be zero, of %s", nonZero()).isEmpty();
  }

  private List<String> nonZero() {
    return counters.entrySet().stream().filter(entry -> entry.getValue() != 0 && entry.getKey().startsWith("Tcp"))
        .map(entry -> entry.getKey() + "=" + entry.getValue()).sorted().toList();
  }
}
