package dev.gap.tcp.engine.stack;

import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gap.tcp.engine.TcpConfig.EcnKind;
import dev.gap.tcp.engine.TestPacket;
import dev.gap.tcp.engine.connection.Agreement;
import dev.gap.tcp.engine.wire.Address;
import dev.gap.tcp.engine.wire.Flags;
import dev.gap.tcp.engine.wire.IpPacket;
import dev.gap.tcp.engine.wire.Segment;

import static org.assertj.core.api.Assertions.assertThat;

/** SYN cookies bring back what they were given, for a while, and only to whom they were given. */
class SynCookiesTest {
  private static final Address SERVER = Address.v4(0x0a000001);
  private static final Address CLIENT = Address.v4(0x0a000002);
  private static final long SECOND = 1_000_000_000;

  private final SynCookies cookies = new SynCookies(new SipHash(1, 2));

  private int issue(int mss, long now) {
    return cookies.issue(SERVER, 80, CLIENT, 4000, 777, mss, now);
  }

  private int check(int cookie, long now) {
    return cookies.check(SERVER, 80, CLIENT, 4000, 777, cookie, now);
  }

  @Test
  void theMssComesBackOrTheNextSmallerOne() {
    int[] told = {65_535, 65_495, 9000, 8960, 1500, 1460, 1459, 1400, 1300, 1220, 1000, 536, 100};
    for (int mss : told) {
      int back = check(issue(mss, 5 * SECOND), 6 * SECOND);
      assertThat(back).as("MSS %d", mss).isLessThanOrEqualTo(Math.max(mss, 536)).isGreaterThanOrEqualTo(536);
      assertThat(back).as("MSS %d", mss).isGreaterThan(mss / 3);
    }
    assertThat(check(issue(1460, 0), 1)).isEqualTo(1460);
  }

  @Test
  void aCookieIsOfOneConnectionOnly() {
    int cookie = issue(1460, 0);
    assertThat(cookies.check(SERVER, 80, CLIENT, 4001, 777, cookie, 0)).isZero();
    assertThat(cookies.check(SERVER, 81, CLIENT, 4000, 777, cookie, 0)).isZero();
    assertThat(cookies.check(SERVER, 80, Address.v4(3), 4000, 777, cookie, 0)).isZero();
    assertThat(cookies.check(Address.v4(3), 80, CLIENT, 4000, 777, cookie, 0)).isZero();
    assertThat(cookies.check(SERVER, 80, CLIENT, 4000, 778, cookie, 0)).isZero();
    assertThat(new SynCookies(new SipHash(1, 3)).check(SERVER, 80, CLIENT, 4000, 777, cookie, 0)).isZero();
  }

  @Test
  void aCookieLastsAMinuteAndNotThree() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      long now = random.nextLong(1_000_000 * SECOND);
      int cookie = issue(1460, now);
      assertThat(check(cookie, now + random.nextLong(60 * SECOND))).as("at %d", now).isEqualTo(1460);
      assertThat(check(cookie, now + (130 + random.nextLong(10_000)) * SECOND)).as("at %d", now).isZero();
    }
  }

  @Test
  void onlyFewGuessesOfMillionsAreRight() {
    Random random = new Random(2);
    int right = 0;
    for (int i = 0; i < 3_000_000; i++) {
      if (check(random.nextInt(), 0) != 0) right++;
    }
    assertThat(right).isZero();
  }

  @Test
  void theMssOfACookieCannotBeChanged() {
    int cookie = issue(536, 0);
    for (int index = 1; index < 8; index++)
      assertThat(check((cookie & 0x1fff_ffff) | index << 29, 0)).as("index %d", index).isIn(0, 536);
  }

  @Test
  void optionsComeBackInTheTimestamp() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      int scale = random.nextInt(16) - 1;
      Agreement agreement = new Agreement(1460, random.nextBoolean(), true, scale, 7,
          random.nextBoolean() ? EcnKind.CLASSIC : EcnKind.NONE);
      int now = random.nextInt();
      int stamp = SynCookies.stamp(now, agreement);
      // never from the future, and not long ago
      assertThat(now - stamp).as("at %d", now).isBetween(0, 127);
      Agreement back = SynCookies.recall(ack(stamp), 1460, 7);
      assertThat(back.sack()).isEqualTo(agreement.sack());
      assertThat(back.ecn()).isEqualTo(agreement.ecn());
      assertThat(back.sendScale()).isEqualTo(agreement.sendScale());
      assertThat(back.receiveScale()).isEqualTo(agreement.sendScale() < 0 ? 0 : 7);
      assertThat(back.timestamps()).isTrue();
      assertThat(back.peerMss()).isEqualTo(1460);
    }
  }

  @Test
  void withoutTimestampsNothingButTheMssComesBack() {
    byte[] packet = TestPacket.tcp(CLIENT, 4000, SERVER, 80).flags(Flags.ACK).build();
    IpPacket ip = new IpPacket();
    Segment segment = new Segment();
    assertThat(ip.parse(packet, 0, packet.length, true) && segment.parse(ip, true)).isTrue();
    assertThat(SynCookies.recall(segment, 1220, 7)).isEqualTo(new Agreement(1220, false, false, -1, 0, EcnKind.NONE));
  }

  private static Segment ack(int echo) {
    byte[] packet = TestPacket.tcp(CLIENT, 4000, SERVER, 80).flags(Flags.ACK)
        .options(1, 1, 8, 10, 0, 0, 0, 1, echo >>> 24, echo >>> 16, echo >>> 8, echo).build();
    IpPacket ip = new IpPacket();
    Segment segment = new Segment();
    assertThat(ip.parse(packet, 0, packet.length, true) && segment.parse(ip, true)).isTrue();
    return segment;
  }
}
