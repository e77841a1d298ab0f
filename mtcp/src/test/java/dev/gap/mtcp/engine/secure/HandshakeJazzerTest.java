package dev.gap.mtcp.engine.secure;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gap.lab.GivenRandom;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A holder of the shared key, who can seal what he likes, sends INITs and RESPs: only what was made by the rules is taken, and
 * nothing throws. Bytes choose what is altered in genuine ones, or are themselves what is sealed.
 */
class HandshakeJazzerTest {
  private static final RootKeys ROOT = new RootKeys(Handshakes.KEY);

  static Stream<byte[]> choices() {
    return Stream.of("", "a whole message, made up, sealed as it is", "0 flips", "1 cuts", "2 lengthens", "3 splices")
        .map(s -> s.getBytes(US_ASCII));
  }

  @MethodSource("choices")
  @FuzzTest
  void anInitThatWasAlteredIsNeverAnswered(byte[] choices) {
    for (boolean statics : new boolean[]{false, true}) {
      SplittableRandom random = new SplittableRandom(5);
      SessionConfig client = Handshakes.config(statics ? Handshakes.CLIENT : new Identity.None());
      SessionConfig server = Handshakes.config(statics ? Handshakes.SERVER : new Identity.None());
      byte[] genuine = inner(Handshakes.client(client, null, random).datagram(random), true);
      byte[] altered = alter(genuine, choices);
      byte[] datagram = Handshake.sealOuter(ROOT, true, altered, random);
      ServerHandshake.Init init = ServerHandshake.read(ROOT, datagram, datagram.length);
      ServerHandshake.Opened opened = init == null ? null : ServerHandshake.open(init, server.identity());
      boolean same = Arrays.equals(genuine, altered);
      assertThat(opened != null).as("altered %b, with static keys %b", !same, statics).isEqualTo(same);
      if (opened == null) continue;
      ServerHandshake.Answer answer = ServerHandshake.answer(opened, server, 7, false, 0, random);
      assertThat(answer).isNotNull();
      assertThat(Handshakes.resp(server, answer, random)).hasSizeLessThanOrEqualTo(datagram.length);
    }
  }

  @MethodSource("choices")
  @FuzzTest
  void aRespThatWasAlteredIsNeverTaken(byte[] choices) {
    for (boolean statics : new boolean[]{false, true}) {
      SplittableRandom random = new SplittableRandom(6);
      SessionConfig config = Handshakes.config(statics ? Handshakes.CLIENT : new Identity.None());
      SessionConfig server = Handshakes.config(statics ? Handshakes.SERVER : new Identity.None());
      ClientHandshake client = Handshakes.client(config, null, random);
      byte[] genuine = Handshakes.answer(server, client.datagram(random), random).inner();
      byte[] altered = alter(genuine, choices);
      byte[] datagram = Handshake.sealOuter(ROOT, false, altered, random);
      boolean same = Arrays.equals(genuine, altered);
      assertThat(client.receive(datagram, datagram.length, 0) != null).isEqualTo(same);
      // and what was refused has spoilt nothing
      byte[] whole = Handshake.sealOuter(ROOT, false, genuine, random);
      assertThat(client.receive(whole, whole.length, 0)).isNotNull();
    }
  }

  /** What nobody with the key has sealed is not even looked at. */
  @MethodSource("choices")
  @FuzzTest
  void bytesOfOthersAreNoHandshake(byte[] bytes) {
    assertThat(Handshake.openOuter(ROOT, true, bytes, bytes.length)).isNull();
    assertThat(Handshake.openOuter(ROOT, false, bytes, bytes.length)).isNull();
  }

  private static byte[] inner(byte[] datagram, boolean toServer) {
    byte[] inner = Handshake.openOuter(ROOT, toServer, datagram, datagram.length);
    if (inner == null) throw new AssertionError("it does not open");
    return inner;
  }

  private static byte[] alter(byte[] genuine, byte[] choices) {
    GivenRandom random = new GivenRandom(choices);
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
