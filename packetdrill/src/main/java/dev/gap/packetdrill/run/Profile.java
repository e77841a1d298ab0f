package dev.gap.packetdrill.run;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;

/**
 * The host a script runs on.
 *
 * @param kind whose habits the stack is to have: order of options, descriptors, what is not a setting
 * @param settings every setting
 * @param local the address of its interface
 * @param remote the address of the peer that the script plays
 * @param mtu of its interface
 */
public record Profile(Kind kind, Map<Setting, String> settings, InetAddress local, InetAddress remote, int mtu,
    Route route) {
  /** Whose habits the stack is to have. */
  public enum Kind {
    LINUX, FREEBSD
  }

  /**
   * What {@code ip route} says of the path to the peer; -1 and the empty text where it says nothing.
   *
   * @param initialWindow segments sent at first
   * @param initialReceiveWindow segments offered at first
   * @param advertisedMss the MSS told to the peer
   * @param mtu of the path
   * @param rtoMinMillis least retransmission timeout
   * @param quickAck whether to acknowledge at once, 0 or 1
   * @param ecn whether to use ECN whatever the setting, 0 or 1
   */
  public record Route(int initialWindow, int initialReceiveWindow, int advertisedMss, int mtu, int rtoMinMillis,
      int quickAck, int ecn, String congestionControl) {
    /** A route that says nothing. */
    public static final Route PLAIN = new Route(-1, -1, -1, -1, -1, -1, -1, "");
  }

  public Profile {
    Map<Setting, String> all = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values())
      all.put(setting, settings.getOrDefault(setting, setting.initial()));
    settings = Map.copyOf(all);
  }

  /** {@return the value of a setting that is a number} */
  public long number(Setting setting) {
    String value = text(setting).strip();
    return value.startsWith("0x") ? Long.parseLong(value.substring(2), 16) : Long.parseLong(value);
  }

  /** {@return whether a setting is not zero} */
  public boolean on(Setting setting) {
    return number(setting) != 0;
  }

  /** {@return the value of a setting as it was written} */
  public String text(Setting setting) {
    return settings.getOrDefault(setting, setting.initial());
  }

  /** {@return this with other settings} */
  public Profile with(Map<Setting, String> changed) {
    Map<Setting, String> all = new EnumMap<>(settings);
    all.putAll(changed);
    return new Profile(kind, all, local, remote, mtu, route);
  }

  /** {@return this with another route} */
  public Profile with(Route newRoute) {
    return new Profile(kind, settings, local, remote, mtu, newRoute);
  }

  /** {@return this with another MTU} */
  public Profile withMtu(int newMtu) {
    return new Profile(kind, settings, local, remote, newMtu, route);
  }
}
