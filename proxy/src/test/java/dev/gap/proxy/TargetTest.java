package dev.gap.proxy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

final class TargetTest {
  private static DataInputStream stream(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++)
      raw[i] = (byte) bytes[i];
    return new DataInputStream(new ByteArrayInputStream(raw));
  }

  private static DataInputStream name(String name, int port) {
    int[] bytes = new int[name.length() + 4];
    bytes[0] = 3;
    bytes[1] = name.length();
    for (int i = 0; i < name.length(); i++)
      bytes[2 + i] = name.charAt(i);
    bytes[bytes.length - 2] = port >> 8;
    bytes[bytes.length - 1] = port & 0xFF;
    return stream(bytes);
  }

  @ParameterizedTest
  @CsvSource({"example.org:443, example.org:443", "example.org, example.org:80", "10.1.2.3:8080, 10.1.2.3:8080",
      "10.1.2.3, 10.1.2.3:80", "[::1]:22, [0:0:0:0:0:0:0:1]:22", "[2001:db8::7], [2001:db8:0:0:0:0:0:7]:80",
      "2001:db8::7, [2001:db8:0:0:0:0:0:7]:80", "localhost:0, localhost:0", "localhost:65535, localhost:65535",
      "bücher.example:1, xn--bcher-kva.example:1"})
  void parsesHostsWithAndWithoutPorts(String text, String meaning) {
    assertThat(Target.parse(text, 80)).hasToString(meaning);
  }

  @Test
  void tellsAddressesFromNames() {
    assertThat(Target.parse("127.0.0.1:1", -1)).isInstanceOf(Target.Ip.class);
    assertThat(Target.parse("[::1]:1", -1)).isInstanceOf(Target.Ip.class);
    assertThat(Target.parse("localhost:1", -1)).isEqualTo(new Target.Name("localhost", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":80", "example.org:", "example.org:http", "example.org:65536", "example.org:-1",
      "example.org:123456", "10.1.2.3:99999", "[]:80", "exa mple.org:80", "a\u0000b:80"})
  void refusesWhatIsNoTarget(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Target.parse(text, 80));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::1", "::1]", "[::1]x", "example.org:80:90", "[::1]:80:90", "1:2:3"})
  void refusesBracketsAndColonsInNames(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Target.parse(text, 80));
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.org", "10.1.2.3", "[::1]", "::1"})
  void wantsAPortWhereThereIsNoDefault(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Target.parse(text, -1)).withMessageContaining("no port");
  }

  @Test
  void readsAllThreeTypes() throws IOException {
    assertThat(Target.read(stream(1, 10, 1, 2, 3, 0x1F, 0x90))).hasToString("10.1.2.3:8080");
    assertThat(Target.read(stream(4, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 53)))
        .hasToString("[2001:db8:0:0:0:0:0:7]:53");
    assertThat(Target.read(name("example.org", 443))).isEqualTo(new Target.Name("example.org", 443));
  }

  @Test
  void takesALiteralAddressGivenAsAName() throws IOException {
    assertThat(Target.read(name("10.1.2.3", 80))).isEqualTo(new Target.Ip(InetAddress.ofLiteral("10.1.2.3"), 80));
    assertThat(Target.read(name("::1", 80))).isEqualTo(new Target.Ip(InetAddress.ofLiteral("::1"), 80));
  }

  @Test
  void readsNotAByteTooMany() throws IOException {
    DataInputStream in = stream(1, 10, 1, 2, 3, 0, 80, 77);
    assertThat(Target.read(in).port()).isEqualTo(80);
    assertThat(in.read()).isEqualTo(77);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 255})
  void saysThatAnAddressTypeIsUnknown(int type) {
    assertThatExceptionOfType(Target.MalformedException.class).isThrownBy(() -> Target.read(stream(type, 1, 2, 3)))
        .satisfies(e -> assertThat(e.reply()).isEqualTo(8)).withMessageContaining(String.valueOf(type));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\u0000b", "a\nb", "\u00FF\u00FE"})
  void saysThatANameIsImpossible(String name) {
    assertThatExceptionOfType(Target.MalformedException.class).isThrownBy(() -> Target.read(name(name, 80)))
        .satisfies(e -> assertThat(e.reply()).isEqualTo(4));
  }

  @Test
  void anEndOfStreamAnywhereIsOne() {
    int[][] whole = {{1, 10, 1, 2, 3, 0, 80}, {3, 3, 'a', '.', 'b', 0, 80},
        {4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80}};
    for (int[] bytes : whole) {
      for (int length = 0; length < bytes.length; length++) {
        DataInputStream in = stream(Arrays.copyOf(bytes, length));
        assertThatExceptionOfType(EOFException.class).as("type %d, %d bytes", bytes[0], length)
            .isThrownBy(() -> Target.read(in));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3:8080", "[2001:db8::7]:53", "example.org:443", "localhost:0", "localhost:65535"})
  void readsWhatItWrites(String text) throws IOException {
    Target target = Target.parse(text, -1);
    byte[] bytes = target.toBytes();
    assertThat(Target.read(new DataInputStream(new ByteArrayInputStream(bytes)))).isEqualTo(target);
  }

  @Test
  void writesTheBytesOfTheRfc() {
    assertThat(Target.parse("10.1.2.3:8080", -1).toBytes()).containsExactly(1, 10, 1, 2, 3, 0x1F, 0x90);
    assertThat(Target.parse("a.b:258", -1).toBytes()).containsExactly(3, 3, 'a', '.', 'b', 1, 2);
    assertThat(Target.parse("[::1]:80", -1).toBytes()).hasSize(19).startsWith(4).endsWith(1, 0, 80);
  }

  @Test
  void takesNamesOfUpTo255Characters() throws IOException {
    String label = "a".repeat(62) + ".";
    String longest = label.repeat(4) + "abc";
    assertThat(longest).hasSize(255);
    byte[] bytes = new Target.Name(longest, 1).toBytes();
    assertThat(bytes).hasSize(259);
    assertThat(bytes[1] & 0xFF).isEqualTo(255);
    assertThat(Target.read(new DataInputStream(new ByteArrayInputStream(bytes)))).hasToString(longest + ":1");
    assertThatIllegalArgumentException().isThrownBy(() -> new Target.Name(longest + "d", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Target.Name("", 1));
  }
}
