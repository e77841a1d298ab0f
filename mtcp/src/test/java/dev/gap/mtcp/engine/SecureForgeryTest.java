package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gap.lab.LinkSpec;
import dev.gap.mtcp.engine.Intruder.Packet;
import dev.gap.mtcp.engine.Rig.Download;

import static org.assertj.core.api.Assertions.assertThat;

/** Whoever does not have the keys gets nothing accepted, nothing answered, nothing remembered, nothing moved. */
class SecureForgeryTest {
  private static final long SEED = 0x6D54_4350;
  private static final LinkSpec LINK = Rig.link(20, 20, 0.02);
  private static final InetSocketAddress ELSEWHERE = Rig.address(66, 666);
  private static final int KEPT = 20_000;

  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Something hostile. */
  private interface Attack {
    void on(Intruder far, Intruder near);
  }

  @Test
  void noFlippedBitIsAcceptedOrAnswered() {
    int worlds = Size.of(1, 250);
    long flips = 0;
    for (int seed = 1; seed <= worlds; seed++)
      flips += flipEveryBitOf(40, seed);
    Size.figure("bit flips", "%d of %d packets: none accepted", flips, 40 * worlds);
  }

  /** Few at a time, so that none is too old to be accepted as it was. {@return how many flips that were} */
  private static long flipEveryBitOf(int packets, long seed) {
    SecureWorld world = new SecureWorld(LINK, seed);
    List<Packet> fresh = withheld(world, packets);
    long[] flips = new long[1];
    attack(world, (far, near) -> {
      for (Packet p : fresh) {
        for (int bit = 0; bit < 8 * p.bytes().length; bit++) {
          byte[] flipped = p.bytes().clone();
          flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
          (p.isTo(Rig.FAR) ? far : near).give(flipped, p.from());
          flips[0]++;
        }
      }
    });
    // none of it has used up the number of the genuine one
    Intruder far = new Intruder(world.far(), world.rig.now());
    long refused = far.refused();
    fresh.stream().filter(p -> p.isTo(Rig.FAR)).forEach(p -> far.give(p.bytes(), p.from()));
    far.flush();
    assertThat(far.refused()).as("seed %d", seed).isEqualTo(refused);
    return flips[0];
  }

  @Test
  void noFlippedBitOfAHandshakeIsAcceptedOrAnswered() {
    SecureWorld world = new SecureWorld(LINK, 2);
    List<Packet> fresh = new ArrayList<>();
    world.nearPort.filter = (bytes, length, to) -> !fresh.add(new Packet(Arrays.copyOf(bytes, length), Rig.NEAR, to));
    world.near().keepSession(Rig.FAR, 0);
    world.network.runFor(Duration.ofSeconds(Size.of(1, 15)));
    attack(world, (far, near) -> {
      for (Packet p : fresh) {
        for (int bit = 0; bit < 8 * p.bytes().length; bit++) {
          byte[] flipped = p.bytes().clone();
          flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
          far.give(flipped, p.from());
        }
      }
    });
    Intruder far = new Intruder(world.far(), world.rig.now());
    Packet last = fresh.getLast();
    far.give(last.bytes(), last.from());
    far.flush();
    assertThat(far.answers).hasSize(1);
    byte[] resp = far.answers.getFirst().bytes();
    Intruder near = new Intruder(world.near(), world.rig.now());
    Intruder.State before = near.state();
    for (int bit = 0; bit < 8 * resp.length; bit++) {
      byte[] flipped = resp.clone();
      flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
      near.give(flipped, Rig.FAR);
    }
    near.flush();
    assertThat(near.state()).isEqualTo(before);
    assertThat(near.answers).isEmpty();
    near.give(resp, Rig.FAR);
    near.flush();
    assertThat(world.near().isOpen(Rig.FAR)).isTrue();
  }

  @Test
  void mutationsSplicesAndReflectionsAreRefused() {
    SecureWorld world = new SecureWorld(LINK, 3);
    List<Packet> fresh = withheld(world, 400);
    int count = Size.of(100_000, 10_000_000);
    attack(world, (far, near) -> {
      for (int i = 0; i < count; i++) {
        Packet p = pick(fresh);
        byte[] forged = forge(p.bytes(), pick(fresh).bytes());
        boolean reflected = random.nextInt(8) == 0;
        if (reflected) forged = p.bytes();
        if (!reflected && isGenuine(forged, fresh)) continue;
        InetSocketAddress from = random.nextInt(4) == 0 ? ELSEWHERE : p.isTo(Rig.FAR) ^ reflected ? Rig.NEAR : Rig.FAR;
        (p.isTo(Rig.FAR) ^ reflected ? far : near).give(forged, from);
      }
    });
    Size.figure("forgeries", "%d mutations, splices, reflections: none accepted, seed %d", count, SEED);
  }

  @Test
  void replaysAreRefusedInALiveSessionAClosedOneAndByANewServer() {
    SecureWorld world = new SecureWorld(LINK, 4);
    List<Packet> recorded = record(world);
    Download download = world.rig.new Download(10_000_000);
    assertThat(download.finish(Duration.ofMinutes(1))).isTrue();
    Connection alive = world.rig.dial();
    alive.write(new byte[1], 0, 1);
    world.near().update(alive, world.rig.now());
    world.network.runFor(Duration.ofSeconds(2));
    int count = Size.of(25_000, 250_000);
    replay("live session", world, recorded, count);
    assertThat(alive.closeReason()).isNull();
    world.near().closeSessions(world.rig.now());
    world.network.runFor(Duration.ofSeconds(2));
    assertThat(world.far().sessionCount()).isZero();
    replay("closed session", world, recorded, count);
    world.network.runFor(Duration.ofMinutes(5));
    replay("closed session, 5 min later", world, recorded, count);
    world.restartFar();
    world.restartNear();
    replay("after a restart", world, recorded, count);
  }

  @ParameterizedTest(name = "after {0} us")
  @ValueSource(ints = {10_000, 29_500})
  void aCopyThatOvertakesTheOriginalMovesNothingAndIsHardlyAnswered(int micros) {
    SecureWorld world = new SecureWorld(Rig.link(30, 20, 0), 5);
    long[] copied = new long[1];
    List<Long> answers = new ArrayList<>();
    world.network.tap((now, from, to, bytes, length) -> {
      if (to.equals(ELSEWHERE)) answers.add(now);
      if (!from.equals(Rig.NEAR) || now < 500_000_000) return;
      if (copied[0]++ % 2 != 0) return;
      byte[] copy = Arrays.copyOf(bytes, length);
      world.network.after(Duration.ofNanos(1000L * micros),
          () -> world.network.inject(ELSEWHERE, Rig.FAR, copy, length));
    });
    Download download = world.rig.new Download(10_000_000);
    assertThat(download.finish(Duration.ofMinutes(1))).isTrue();
    long most = 0;
    for (long t : answers)
      most = Math.max(most, answers.stream().filter(a -> a >= t && a < t + 1_000_000_000L).count());
    Size.figure("overtaking copies", "after %d us, %d: %d answers, at most %d in a second", micros, copied[0],
        answers.size(), most);
    assertThat(world.far().stats().snapshot().migrations()).isZero();
    assertThat(most).as("challenges in a second").isLessThanOrEqualTo(11);
  }

  private void replay(String when, SecureWorld world, List<Packet> recorded, int count) {
    attack(world, (far, near) -> {
      for (int i = 0; i < count; i++) {
        Packet p = i < recorded.size() ? recorded.get(i) : pick(recorded);
        InetSocketAddress from = random.nextInt(3) == 0 ? Rig.address(random.nextInt(3, 250), 1) : p.from();
        (p.isTo(Rig.FAR) ? far : near).give(p.bytes(), from);
      }
    });
    Size.figure("replays", "%s: %d of %d recorded, none accepted", when, count, recorded.size());
  }

  /** Runs an attack on both engines, and finds both as they were. */
  private static void attack(SecureWorld world, Attack attack) {
    Intruder far = new Intruder(world.far(), world.rig.now());
    Intruder near = new Intruder(world.near(), world.rig.now());
    List<Intruder.State> before = List.of(far.state(), near.state());
    long refused = far.refused() + near.refused();
    attack.on(far, near);
    far.flush();
    near.flush();
    assertThat(far.answers).as("answers of the server").isEmpty();
    assertThat(near.answers).as("answers of the client").isEmpty();
    assertThat(List.of(far.state(), near.state())).isEqualTo(before);
    assertThat(far.refused() + near.refused() - refused).isEqualTo(far.given + near.given);
  }

  /** {@return datagrams of a transfer that have not arrived, so that only their seals speak against forgeries} */
  private static List<Packet> withheld(SecureWorld world, int count) {
    world.rig.new Download(1_000_000_000);
    world.network.runFor(Duration.ofSeconds(2));
    List<Packet> withheld = new ArrayList<>();
    InetSocketAddress near = Rig.NEAR;
    world.nearPort.filter = (bytes, length, to) -> withheld.size() % 2 == 1
        || !withheld.add(new Packet(Arrays.copyOf(bytes, length), near, to));
    world.farPort.filter = (bytes, length, to) -> withheld.size() % 2 == 0
        || !withheld.add(new Packet(Arrays.copyOf(bytes, length), Rig.FAR, to));
    world.rig.run(() -> withheld.size() >= count, Duration.ofMinutes(30));
    assertThat(withheld).hasSizeGreaterThanOrEqualTo(count);
    return withheld;
  }

  /** {@return a list that fills with what arrives from now on} */
  private static List<Packet> record(SecureWorld world) {
    List<Packet> recorded = new ArrayList<>();
    world.farPort.ear = (bytes, length, from) -> keep(recorded,
        new Packet(Arrays.copyOf(bytes, length), from, Rig.FAR));
    world.nearPort.ear = (bytes, length, from) -> keep(recorded,
        new Packet(Arrays.copyOf(bytes, length), from, Rig.NEAR));
    return recorded;
  }

  private static void keep(List<Packet> recorded, Packet packet) {
    if (recorded.size() < KEPT) recorded.add(packet);
  }

  private byte[] forge(byte[] one, byte[] other) {
    byte[] forged = one.clone();
    switch (random.nextInt(6)) {
      case 0 -> {
        return Arrays.copyOf(forged, random.nextInt(forged.length));
      }
      case 1 -> {
        byte[] longer = Arrays.copyOf(forged, forged.length + 1 + random.nextInt(40));
        for (int i = forged.length; i < longer.length; i++)
          longer[i] = (byte) random.nextInt();
        return longer;
      }
      case 2 -> System.arraycopy(other, 0, forged, 0, Math.min(8, other.length)); // the header of another
      case 3 -> { // the end of another, and with it the mask
        int n = Math.min(Math.min(forged.length, other.length), 16 + random.nextInt(64));
        System.arraycopy(other, other.length - n, forged, forged.length - n, n);
      }
      case 4 -> random.nextBytes(forged);
      default -> {
        for (int n = 1 + random.nextInt(4); n > 0; n--)
          forged[random.nextInt(forged.length)] = (byte) random.nextInt();
      }
    }
    return forged;
  }

  private static boolean isGenuine(byte[] forged, List<Packet> packets) {
    return packets.stream().anyMatch(p -> Arrays.equals(p.bytes(), forged));
  }

  private Packet pick(List<Packet> packets) {
    return packets.get(random.nextInt(packets.size()));
  }
}
