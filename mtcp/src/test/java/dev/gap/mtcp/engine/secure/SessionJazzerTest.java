package dev.gap.mtcp.engine.secure;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link HostileHolder} with a fuzzer that makes all choices. */
class SessionJazzerTest {
  static Stream<byte[]> choices() {
    return IntStream.range(0, 40).mapToObj(seed -> {
      byte[] bytes = new byte[50 * (1 + seed)];
      new SplittableRandom(seed).nextBytes(bytes);
      return bytes;
    });
  }

  @MethodSource("choices")
  @FuzzTest
  void whateverAClientSealsTheServerStaysBounded(byte[] choices) {
    new HostileHolder(choices).run();
  }
}
