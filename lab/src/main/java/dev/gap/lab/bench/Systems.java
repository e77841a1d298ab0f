package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.gap.lab.bench.GapSystem.Profile;

/** The systems that can be measured. */
public final class Systems {
  private static final Pattern GAP_AT = Pattern.compile("gap(-p1)?-([1-9][0-9]{0,5})");

  private final List<String> gap;
  private final BenchModule peers;

  /** @param gap the gap command */
  public Systems(List<String> gap, BenchModule peers) {
    this.gap = List.copyOf(gap);
    this.peers = peers;
  }

  /** {@return those that are measured if nobody asks for others} */
  public List<BenchSystem> usual() {
    return Stream
        .of("gap", "gap-none", "gap-fixed", "gap-p1", "tcp-bbr", "tcp-cubic", "kcptun", "ngtcp2-bbr", "netty-quic",
            "kwik", "java-kcp")
        .flatMap(name -> named(name).stream()).toList();
  }

  /** {@return all that have a name of their own} */
  public List<BenchSystem> all() {
    List<BenchSystem> all = new ArrayList<>();
    for (Profile profile : List.of(Profile.SECURE, Profile.ORIGINAL)) {
      String name = name(profile);
      all.add(new GapSystem(name, gap, profile, new GapSystem.Rate.Auto()));
      all.add(new GapSystem(name + "-none", gap, profile, new GapSystem.Rate.None()));
      all.add(new GapSystem(name + "-fixed", gap, profile, new GapSystem.Rate.OfLink()));
    }
    all.add(new TcpSystem("bbr"));
    all.add(new TcpSystem("cubic"));
    all.add(KcptunSystem.tuned());
    all.add(KcptunSystem.standard());
    all.add(new Ngtcp2System("bbr"));
    all.add(new Ngtcp2System("cubic"));
    all.add(new PeerSystem("netty-quic", "Netty's QUIC (quiche) with BBR", peers));
    all.add(new PeerSystem("kwik", "kwik, QUIC in Java", peers));
    all.add(new PeerSystem("java-kcp", "java-Kcp, KCP in Java, tuned", peers));
    return all;
  }

  private static String name(Profile profile) {
    return switch (profile) {
      case SECURE -> "gap";
      case ORIGINAL -> "gap-p1";
    };
  }

  /** {@return the one of that name; {@code gap-N} is gap at a rate of N Mbit/s, {@code gap-p1-N} in profile 1} */
  public Optional<BenchSystem> named(String name) {
    Matcher fixed = GAP_AT.matcher(name);
    if (fixed.matches()) {
      Profile profile = fixed.group(1) == null ? Profile.SECURE : Profile.ORIGINAL;
      return Optional
          .of(new GapSystem(name, gap, profile, new GapSystem.Rate.Fixed(Integer.parseInt(fixed.group(2)))));
    }
    return all().stream().filter(system -> system.name().equals(name)).findFirst();
  }
}
