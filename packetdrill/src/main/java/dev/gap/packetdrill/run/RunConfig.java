package dev.gap.packetdrill.run;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.script.Action;
import dev.gap.packetdrill.script.Event;
import dev.gap.packetdrill.script.PacketLine;
import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.script.Script;
import dev.gap.packetdrill.script.TcpOption;

/**
 * What the flags at the top of a script say, and what they leave to be told from the rest of it.
 *
 * @param mapped whether IPv6 sockets are to carry IPv4
 * @param toleranceNanos how far off a time may be
 * @param tolerancePercent how far off it may be of the time since the event before
 * @param timestampTickNanos how long a tick of a timestamp is, 0 not to check their values
 * @param strictSegments whether segments must not be put together to a script's length
 * @param md5Secret what the peer signs segments with, empty if it does not: RFC 2385
 */
record RunConfig(Profile.Kind kind, boolean v6, boolean mapped, InetAddress local, InetAddress remote, int bindPort,
    int connectPort, int mtu, long toleranceNanos, double tolerancePercent, long timestampTickNanos,
    boolean strictSegments, boolean lenientPackets, boolean lenientCalls, String md5Secret) {
  private static final Set<String> KNOWN = Set.of("ip_version", "local_ip", "remote_ip", "gateway_ip", "netmask_ip",
      "bind_port", "connect_port", "mtu", "mss", "speed", "tolerance_usecs", "tolerance_percent", "tcp_ts_ecr_scaled",
      "tcp_ts_tick_usecs", "strict_segments", "non_fatal", "send_omit_free", "is_anyip", "debug", "verbose", "dry_run",
      "define", "code_command", "code_format", "code_sockopt", "init_scripts", "persistent_tun_dev", "tcp_md5_secret");

  static RunConfig of(Script script, Profile.@Nullable Kind forced) throws RunException {
    Map<String, String> flags = script.flags();
    for (String flag : flags.keySet())
      if (!KNOWN.contains(flag)) throw new RunException.Unsupported("--" + flag);
    PacketLine.Tcp syn = firstSyn(script.events());
    String version = flags.getOrDefault("ip_version", "");
    if (!version.isEmpty() && !Set.of("ipv4", "ipv6", "ipv4-mapped-ipv6").contains(version)) {
      throw new RunException.Unsupported("--ip_version=" + version);
    }
    boolean v6 = version.equals("ipv6") || (version.isEmpty() && script.name().endsWith("v6.pkt"));
    InetAddress local = address(flags, "local_ip", v6 ? "fd3d:a0b:17d6::1" : "192.168.0.1");
    InetAddress remote = address(flags, "remote_ip", v6 ? "fd3d:fa7b:d17d::1" : "192.0.2.1");
    int mtu = (int) number(flags, "mtu", defaultMtu(v6, syn));
    Profile.Kind kind = forced == null ? kind(script.events(), syn) : forced;
    String lenient = flags.getOrDefault("non_fatal", "");
    return new RunConfig(kind, v6, version.equals("ipv4-mapped-ipv6"), local, remote,
        (int) number(flags, "bind_port", 8080), (int) number(flags, "connect_port", 8080), mtu,
        number(flags, "tolerance_usecs", 4000) * 1000, number(flags, "tolerance_percent", 125, 10) / 10.0,
        number(flags, "tcp_ts_tick_usecs", 0) * 1000, flags.containsKey("strict_segments"), lenient.contains("packet"),
        lenient.contains("syscall"), flags.getOrDefault("tcp_md5_secret", ""));
  }

  /** {@return how far off a time may be that is so long after the event before} */
  long tolerance(long sinceNanos) {
    return Math.max(toleranceNanos, (long) (sinceNanos * tolerancePercent / 100));
  }

  /** The runners of the public scripts give IPv6 20 bytes more, so that the MSS of IPv4 can stand in the script. */
  private static int defaultMtu(boolean v6, PacketLine.@Nullable Tcp syn) {
    boolean wider = syn != null && syn.options().options().contains(new TcpOption.Mss(1460));
    return v6 && wider ? 1520 : 1500;
  }

  /**
   * {@return the window scale that a script expects without setting the buffer that decides it, -1 if there is none:
   * its author's machine had a buffer that fits}
   */
  static int windowScale(Script script) {
    PacketLine.Tcp syn = firstSyn(script.events());
    boolean set = script.events().stream().anyMatch(e -> e.action() instanceof Action.Shell(String text)
        && text.matches("(?s).*(defaults\\.sh|rmem|maxsockbuf).*"));
    if (syn == null || set) return -1;
    for (TcpOption option : syn.options().options()) {
      if (option instanceof TcpOption.WindowScale(int shift) && shift <= 14) return shift;
    }
    return -1;
  }

  private static Profile.Kind kind(List<Event> events, PacketLine.@Nullable Tcp syn) {
    for (Event event : events) {
      if (event.action() instanceof Action.Shell(String text)) {
        if (text.matches("(?s).*(net\\.inet6?\\.|kern\\.ipc|kldload|kldstat).*")) return Profile.Kind.FREEBSD;
        return Profile.Kind.LINUX;
      }
    }
    if (syn == null) return Profile.Kind.LINUX;
    List<TcpOption> options = syn.options().options();
    int sackAt = options.indexOf(new TcpOption.SackPermitted());
    boolean bsd = false;
    for (int i = 0; i < options.size(); i++) {
      bsd |= options.get(i) instanceof TcpOption.EndOfList;
      bsd |= options.get(i) instanceof TcpOption.WindowScale && i < sackAt;
    }
    return bsd ? Profile.Kind.FREEBSD : Profile.Kind.LINUX;
  }

  private static PacketLine.@Nullable Tcp firstSyn(List<Event> events) {
    for (Event event : events) {
      if (event.action() instanceof PacketLine.Tcp tcp && !tcp.inbound() && tcp.flags().has(TcpFlags.SYN)) return tcp;
    }
    return null;
  }

  private static InetAddress address(Map<String, String> flags, String flag, String otherwise) throws RunException {
    String text = flags.getOrDefault(flag, otherwise).replaceAll("/\\d+$", "");
    if (!text.matches("[0-9a-fA-F:.]+")) throw new RunException.Unsupported("--" + flag + "=" + text);
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new RunException.Unsupported("--" + flag + "=" + text);
    }
  }

  private static long number(Map<String, String> flags, String flag, long otherwise) throws RunException {
    return number(flags, flag, otherwise, 1);
  }

  private static long number(Map<String, String> flags, String flag, long otherwise, int scale) throws RunException {
    String text = flags.getOrDefault(flag, "");
    if (text.isEmpty()) return otherwise;
    try {
      return Math.round(Double.parseDouble(text) * scale);
    } catch (NumberFormatException e) {
      throw new RunException.Unsupported("--" + flag + "=" + text);
    }
  }
}
