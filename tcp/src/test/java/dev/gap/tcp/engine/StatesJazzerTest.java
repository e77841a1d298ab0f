package dev.gap.tcp.engine;

import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gap.lab.GivenRandom;
import dev.gap.tcp.engine.connection.TcpState;

import static org.assertj.core.api.Assertions.assertThat;

/** {@link FuzzedPair} with a fuzzer that makes all choices: it looks for ways that no seed has gone. */
class StatesJazzerTest {
  static Stream<byte[]> choices() {
    return IntStream.range(0, 20).mapToObj(seed -> {
      byte[] bytes = new byte[300 * (1 + seed)];
      new SplittableRandom(seed).nextBytes(bytes);
      return bytes;
    });
  }

  @MethodSource("choices")
  @FuzzTest
  void whateverComesNumbersStayInOrderAndMemoryStaysBounded(byte[] choices) {
    assertThat(new FuzzedPair(new GivenRandom(choices), EnumSet.noneOf(TcpState.class)).run()).isNull();
  }
}
