package dev.gap.packetdrill.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Numbers behind the names of ICMP types and codes. */
public final class IcmpNames {
  /** A type and a code. */
  public record Numbers(int type, int code) {}

  private record Type(int number, List<String> codes) {
    Type(int number) {
      this(number, List.of());
    }
  }

  private static final Map<String, Type> V4 = Map.ofEntries(Map.entry("echo_reply", new Type(0)),
      Map.entry("unreachable", new Type(3, List.of("net_unreachable", "host_unreachable", "protocol_unreachable",
          "port_unreachable", "frag_needed", "source_route_failed", "net_unknown", "host_unknown",
          "source_host_isolated",
          "net_prohibited", "host_prohibited", "net_unreachable_for_tos", "host_unreachable_for_tos", "packet_filtered",
          "precedence_violation", "precedence_cutoff"))),
      Map.entry("source_quench", new Type(4)), Map.entry("redirect", new Type(5)),
      Map.entry("echo_request", new Type(8)),
      Map.entry("time_exceeded", new Type(11, List.of("ttl_exceeded_in_transit", "frag_reass_exceeded"))),
      Map.entry("parameter_problem", new Type(12)), Map.entry("timestamp_request", new Type(13)),
      Map.entry("timestamp_reply", new Type(14)), Map.entry("information_request", new Type(15)),
      Map.entry("information_reply", new Type(16)), Map.entry("address_mask_request", new Type(17)),
      Map.entry("address_mask_reply", new Type(18)));

  private static final Map<String, Type> V6 = Map.ofEntries(
      Map.entry("unreachable",
          new Type(1, List.of("no_route", "admin_prohibited", "not_neighbour", "address_unreachable",
              "port_unreachable", "policy_failed", "reject_route"))),
      Map.entry("packet_too_big", new Type(2)),
      Map.entry("time_exceeded", new Type(3, List.of("exceeded_hop_limit", "exceeded_frag_time"))),
      Map.entry("parameter_problem", new Type(4, List.of("header_field", "unknown_next_header", "unknown_option"))),
      Map.entry("echo_request", new Type(128)), Map.entry("echo_reply", new Type(129)));

  private IcmpNames() {}

  /** {@return the numbers of a type and a code, which may be empty; none if either is unknown} */
  public static Optional<Numbers> find(boolean v6, String type, String code) {
    Type found = type.startsWith("type_") ? number(type).map(Type::new).orElse(null) : (v6 ? V6 : V4).get(type);
    if (found == null) return Optional.empty();
    if (code.isEmpty()) return Optional.of(new Numbers(found.number, 0));
    if (code.startsWith("code_")) return number(code).map(n -> new Numbers(found.number, n));
    int index = found.codes.indexOf(code);
    return index < 0 ? Optional.empty() : Optional.of(new Numbers(found.number, index));
  }

  private static Optional<Integer> number(String name) {
    String digits = name.substring(5);
    return digits.matches("\\d{1,3}") && Integer.parseInt(digits) < 256
        ? Optional.of(Integer.valueOf(digits))
        : Optional.empty();
  }
}
