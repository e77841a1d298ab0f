package dev.gap.mtcp.engine.secure;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gap.lab.GivenRandom;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A holder of the shared key, who can seal what he likes, sends INITs and RESPs: only what was made by the rules is taken, and
 * nothing throws. Bytes choose what is altered in genuine ones, or are themselves what is sealed. The genuine ones are made
 * once: making them takes ten times as long as all that is looked at.
 */
class HandshakeJazzerTest {
  private static final RootKeys ROOT = new RootKeys(Handshakes.KEY);
  private static final List<Genuine> GENUINE = List.of(Genuine.with(new Identity.None(), new Identity.None()),
      Genuine.with(Handshakes.CLIENT, Handshakes.SERVER));

  /** A handshake by the rules, with the key alone or with static keys. */
  private record Genuine(SessionConfig server, ClientHandshake client, byte[] init, byte[] resp) {
    static Genuine with(Identity client, Identity server) {
      SplittableRandom random = new SplittableRandom(5);
      SessionConfig serverConfig = Handshakes.config(server);
      ClientHandshake handshake = Handshakes.client(Handshakes.config(client), null, random);
      byte[] datagram = handshake.datagram(random);
      return new Genuine(serverConfig, handshake, inner(datagram),
          Handshakes.answer(serverConfig, datagram, random).inner());
    }

    private static byte[] inner(byte[] datagram) {
      byte[] inner = Handshake.openOuter(ROOT, true, datagram, datagram.length);
      if (inner == null) throw new AssertionError("it does not open");
      return inner;
    }
  }

  static Stream<byte[]> choices() {
    return Stream
        .of("", "\1", "\2a whole message, made up, sealed as it is", "0 flips", "1 flips", "2 cuts", "3 lengthens")
        .map(s -> s.getBytes(US_ASCII));
  }

  @MethodSource("choices")
  @FuzzTest
  void anInitThatWasAlteredIsNeverAnswered(byte[] choices) {
    GivenRandom random = new GivenRandom(choices);
    Genuine genuine = GENUINE.get(random.nextInt(2));
    byte[] altered = alter(genuine.init(), random, choices);
    byte[] datagram = sealed(true, altered);
    ServerHandshake.Init init = ServerHandshake.read(ROOT, datagram, datagram.length);
    ServerHandshake.Opened opened = init == null ? null : ServerHandshake.open(init, genuine.server().identity());
    boolean same = Arrays.equals(genuine.init(), altered);
    if (opened != null != same) throw new AssertionError(same ? "a genuine one is refused" : "it is taken");
    if (opened == null) return;
    SplittableRandom secrets = new SplittableRandom(7);
    ServerHandshake.Answer answer = ServerHandshake.answer(opened, genuine.server(), 7, false, 0, secrets);
    assertThat(answer).isNotNull();
    assertThat(Handshakes.resp(genuine.server(), answer, secrets)).hasSizeLessThanOrEqualTo(datagram.length);
  }

  @MethodSource("choices")
  @FuzzTest
  void aRespThatWasAlteredIsNeverTaken(byte[] choices) {
    GivenRandom random = new GivenRandom(choices);
    Genuine genuine = GENUINE.get(random.nextInt(2));
    boolean again = random.nextInt(16) == 0;
    byte[] altered = alter(genuine.resp(), random, choices);
    byte[] datagram = sealed(false, altered);
    boolean same = Arrays.equals(genuine.resp(), altered);
    boolean taken = genuine.client().receive(datagram, datagram.length, 0) != null;
    if (taken != same) throw new AssertionError(same ? "a genuine one is refused" : "it is taken");
    // and what was refused has spoilt nothing
    byte[] whole = sealed(false, genuine.resp());
    if (again && genuine.client().receive(whole, whole.length, 0) == null) throw new AssertionError("it is spoilt");
  }

  /** What nobody with the key has sealed is not even looked at. */
  @MethodSource("choices")
  @FuzzTest
  void bytesOfOthersAreNoHandshake(byte[] bytes) {
    assertThat(Handshake.openOuter(ROOT, true, bytes, bytes.length)).isNull();
    assertThat(Handshake.openOuter(ROOT, false, bytes, bytes.length)).isNull();
  }

  private static byte[] sealed(boolean toServer, byte[] inner) {
    return Handshake.sealOuter(ROOT, toServer, inner, new SplittableRandom(6));
  }

  private static byte[] alter(byte[] genuine, GivenRandom random, byte[] choices) {
    byte[] altered = genuine.clone();
    while (!random.isExhausted()) {
      switch (random.nextInt(6)) {
        case 0 -> altered = Arrays.copyOf(altered, random.nextInt(altered.length + 1));
        case 1 -> altered = Arrays.copyOf(altered, Math.min(1400, altered.length + random.nextInt(64)));
        case 2 -> {
          return choices;
        }
        default -> {
          if (altered.length > 0) altered[random.nextInt(altered.length)] ^= (byte) random.nextInt(256);
        }
      }
    }
    return altered;
  }
}
