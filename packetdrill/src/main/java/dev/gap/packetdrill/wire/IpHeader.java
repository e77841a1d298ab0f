package dev.gap.packetdrill.wire;

import java.net.InetAddress;

/**
 * What matters of an IP header.
 *
 * @param trafficClass DSCP and ECN, eight bits
 * @param ttl the hop limit
 * @param flowLabel 0 in IPv4
 * @param dontFragment always true in IPv6
 */
public record IpHeader(InetAddress source, InetAddress destination, int trafficClass, int ttl, int flowLabel,
    boolean dontFragment) {
  /** A header with nothing special about it. */
  public IpHeader(InetAddress source, InetAddress destination) {
    this(source, destination, 0, 255, 0, true);
  }

  /** {@return whether it is of IPv6} */
  public boolean v6() {
    return source.getAddress().length == 16;
  }
}
