package dev.gap.mtcp.engine;

import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link FuzzedWorld} with a fuzzer that makes all choices. */
class WorldJazzerTest {
  /** Found: what was acknowledged after a sleep passed for a round trip as long as the sleep. */
  private static final String SLEEP = "d70d3259e4e1cb631c663cf4d73c4c04022ab1ba804098e6cb293e6770eb3a95da211e6a663bd37311aabecb86"
      + "beda3ff6d0c233a1c4cb77febe023d59d6fc53616750997ac05e226953798876a2c369ebfab5059be7821a2c63"
      + "dd28b74ebaf54eb3454adf5403eb306401a324990fdfe6155f0b2d9b2fddf885eb1a6b";

  static Stream<byte[]> choices() {
    Stream<byte[]> drawn = IntStream.range(0, 25).mapToObj(seed -> {
      byte[] bytes = new byte[20 + 15 * seed];
      new SplittableRandom(seed).nextBytes(bytes);
      return bytes;
    });
    return Stream.concat(drawn, Stream.of(HexFormat.of().parseHex(SLEEP)));
  }

  @MethodSource("choices")
  @FuzzTest
  void whateverHappensBytesAreInOrderForgeriesAreRefusedAndNothingIsLeftOver(byte[] choices) {
    new FuzzedWorld(choices).run();
  }
}
