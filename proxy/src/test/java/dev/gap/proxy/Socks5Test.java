package dev.gap.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.fail;

/** The version byte has been read already by whoever tells SOCKS5 from HTTP. */
@Timeout(30)
final class Socks5Test {
  private static final long SEED = 5;
  private static final Credentials SECRET = new Credentials("me", "pass");

  private static Socks5 read(Scripted client, @Nullable Credentials credentials) throws IOException {
    return Socks5.read(client.in, client.out, credentials);
  }

  private static void assertRefused(Scripted client, @Nullable Credentials credentials) {
    assertThatExceptionOfType(RequestException.class).isThrownBy(() -> read(client, credentials));
  }

  @Test
  void takesAConnectAndReadsNotAByteMore() throws IOException {
    Scripted client = Scripted.bytes(1, 0, 5, 1, 0, 1, 10, 1, 2, 3, 0, 80, 'x', 'y');
    Socks5 request = read(client, null);
    assertThat(request.target()).hasToString("10.1.2.3:80");
    assertThat(request.preface()).isEmpty();
    assertThat(request.awaitsReply()).isTrue();
    assertThat(client.out.toByteArray()).containsExactly(5, 0);
    assertThat(client.rest()).isEqualTo("xy");
  }

  @Test
  void takesNamesAndIpv6() throws IOException {
    assertThat(read(Scripted.bytes(2, 1, 0, 5, 1, 0, 3, 3, 'a', '.', 'b', 1, 187), null).target())
        .isEqualTo(new Target.Name("a.b", 443));
    assertThat(
        read(Scripted.bytes(1, 0, 5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 22), null).target())
        .hasToString("[0:0:0:0:0:0:0:1]:22");
  }

  @Test
  void repliesAsTheRfcSays() throws IOException {
    Scripted client = Scripted.bytes(1, 0, 5, 1, 0, 1, 10, 1, 2, 3, 0, 80);
    Socks5 request = read(client, null);
    client.out.reset();
    request.succeed();
    assertThat(client.out.toByteArray()).containsExactly(5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void tellsEveryOutcomeByItsCode(Outcome outcome) throws IOException {
    Scripted client = Scripted.bytes(1, 0, 5, 1, 0, 1, 10, 1, 2, 3, 0, 80);
    Socks5 request = read(client, null);
    client.out.reset();
    request.fail(outcome);
    assertThat(client.out.toByteArray()).containsExactly(5, outcome.socksReply(), 0, 1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void refusesAClientWithoutAMethodThatIsAllowed() {
    for (Scripted client : new Scripted[]{Scripted.bytes(0), Scripted.bytes(1, 2), Scripted.bytes(2, 1, 0x80)}) {
      assertRefused(client, null);
      assertThat(client.out.toByteArray()).containsExactly(5, 0xFF);
    }
    Scripted unwilling = Scripted.bytes(2, 0, 1);
    assertRefused(unwilling, SECRET);
    assertThat(unwilling.out.toByteArray()).containsExactly(5, 0xFF);
  }

  @Test
  void takesTheRightCredentials() throws IOException {
    Scripted client = Scripted.bytes(2, 0, 2, 1, 2, 'm', 'e', 4, 'p', 'a', 's', 's', 5, 1, 0, 1, 10, 1, 2, 3, 0, 80);
    assertThat(read(client, SECRET).target()).hasToString("10.1.2.3:80");
    assertThat(client.out.toByteArray()).containsExactly(5, 2, 1, 0);
  }

  @Test
  void refusesWrongCredentials() {
    for (Scripted client : new Scripted[]{Scripted.bytes(1, 2, 1, 2, 'm', 'e', 4, 'p', 'a', 's', 'S'),
        Scripted.bytes(1, 2, 1, 2, 'm', 'E', 4, 'p', 'a', 's', 's'), Scripted.bytes(1, 2, 1, 0, 0),
        Scripted.bytes(1, 2, 1, 3, 'm', 'e', 'p', 3, 'a', 's', 's'), Scripted.bytes(1, 2, 1, 2, 'm', 'e', 0)}) {
      assertRefused(client, SECRET);
      assertThat(client.out.toByteArray()).containsExactly(5, 2, 1, 1);
    }
  }

  @Test
  void refusesAnotherVersionOfTheSubnegotiation() {
    assertRefused(Scripted.bytes(1, 2, 5, 2, 'm', 'e', 4, 'p', 'a', 's', 's'), SECRET);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 9, 255})
  void saysThatACommandIsNotSupported(int command) {
    Scripted client = Scripted.bytes(1, 0, 5, command, 0, 1, 10, 1, 2, 3, 0, 80);
    assertRefused(client, null);
    assertThat(client.out.toByteArray()).containsExactly(5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 255})
  void saysThatAnAddressTypeIsNotSupported(int type) {
    Scripted client = Scripted.bytes(1, 0, 5, 1, 0, type, 10, 1, 2, 3, 0, 80);
    assertRefused(client, null);
    assertThat(client.out.toByteArray()).containsExactly(5, 0, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void saysThatANameIsImpossible() {
    Scripted client = Scripted.bytes(1, 0, 5, 1, 0, 3, 0, 0, 80);
    assertRefused(client, null);
    assertThat(client.out.toByteArray()).containsExactly(5, 0, 5, 4, 0, 1, 0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 6, 255})
  void refusesAnotherVersionInTheRequest(int version) {
    assertRefused(Scripted.bytes(1, 0, version, 1, 0, 1, 10, 1, 2, 3, 0, 80), null);
  }

  @Test
  void anEndOfStreamAnywhereIsOne() {
    byte[] whole = {2, 0, 2, 1, 2, 'm', 'e', 4, 'p', 'a', 's', 's', 5, 1, 0, 3, 3, 'a', '.', 'b', 0, 80};
    for (int length = 0; length < whole.length; length++) {
      Scripted client = new Scripted(Arrays.copyOf(whole, length));
      assertThatExceptionOfType(EOFException.class).as("%d bytes", length).isThrownBy(() -> read(client, SECRET));
    }
  }

  @Test
  void garbageNeverCausesAnythingButAnIoException() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 100_000; i++) {
      byte[] sent = new byte[random.nextInt(40)];
      random.nextBytes(sent);
      Credentials credentials = random.nextBoolean() ? null : SECRET;
      lead(sent, random, credentials);
      Scripted client = new Scripted(sent);
      try {
        assertThat(read(client, credentials).target().toBytes()).isNotEmpty();
      } catch (IOException e) {
        // as it should be
      } catch (RuntimeException | Error e) {
        fail("seed " + SEED + ", input " + i + ": " + Arrays.toString(sent), e);
      }
    }
  }

  /** Most garbage would not get far: this makes the first bytes good ones, more or less of them. */
  private static void lead(byte[] sent, SplittableRandom random, @Nullable Credentials credentials) {
    byte[] good = credentials == null
        ? new byte[]{1, 0, 5, 1, 0, 3}
        : new byte[]{1, 2, 1, 2, 'm', 'e', 4, 'p', 'a', 's', 's', 5, 1, 0, 3};
    System.arraycopy(good, 0, sent, 0, Math.min(sent.length, random.nextInt(good.length + 1)));
    int length = good.length;
    if (sent.length > length + 1 && random.nextBoolean()) sent[length] = (byte) (sent.length - length - 3);
  }

  @Test
  void namesOfPrintableGarbageNeverCauseAnythingButAnIoException() {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    String likely = "..--xnabc019:[]%@/\\_~ *";
    for (int i = 0; i < 20_000; i++) {
      int length = random.nextInt(70);
      byte[] sent = new byte[7 + length + 2];
      System.arraycopy(new byte[]{1, 0, 5, 1, 0, 3, (byte) length}, 0, sent, 0, 7);
      for (int j = 0; j < length; j++)
        sent[7 + j] = (byte) likely.charAt(random.nextInt(likely.length()));
      try {
        assertThat(read(new Scripted(sent), null).target().port()).isZero();
      } catch (IOException e) {
        // as it should be
      } catch (RuntimeException | Error e) {
        fail("seed " + SEED + ", input " + i + ": " + Arrays.toString(sent), e);
      }
    }
    assertThatIOException().isThrownBy(() -> read(Scripted.bytes(), null));
  }
}
