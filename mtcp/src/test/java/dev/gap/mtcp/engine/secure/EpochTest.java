package dev.gap.mtcp.engine.secure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class EpochTest {
  private static final int ROOM = 1500;
  private static final long SEED = 7;

  private final Random random = new Random(SEED);

  private static Epoch epoch(Suite suite, boolean client, long mostPackets) {
    byte[] secrets = Handshake.join(Handshakes.bytes(10), Handshakes.bytes(11), Handshakes.bytes(12));
    int mine = client ? Handshakes.CLIENT_ID : Handshakes.SERVER_ID;
    int theirs = client ? Handshakes.SERVER_ID : Handshakes.CLIENT_ID;
    return new Epoch(suite, new RootKeys(Handshakes.KEY), client, mine, theirs, secrets, mostPackets, 0);
  }

  private static Epoch epoch(Suite suite, boolean client) {
    return epoch(suite, client, 1L << 30);
  }

  private static byte[] seal(Epoch from, byte[] plain) {
    byte[] out = new byte[ROOM];
    return Arrays.copyOf(out, from.seal(plain, 0, plain.length, out));
  }

  /** {@return a datagram with its header in the clear} */
  private static byte[] sealUnmasked(Epoch from, boolean toServer, byte[] plain) {
    byte[] datagram = seal(from, plain);
    Handshakes.unmask(datagram, datagram.length, toServer);
    return datagram;
  }

  private static int open(Epoch at, byte[] unmasked) {
    return at.open(unmasked, unmasked.length, new byte[ROOM], 0);
  }

  private byte[] plain(int length) {
    byte[] plain = new byte[length];
    random.nextBytes(plain);
    return plain;
  }

  @ParameterizedTest
  @EnumSource
  void whatOneSideSealsTheOtherOpens(Suite suite) {
    Epoch client = epoch(suite, true);
    Epoch server = epoch(suite, false);
    for (int i = 0; i < 100; i++) {
      boolean toServer = random.nextBoolean();
      byte[] plain = plain(random.nextInt(1448));
      byte[] datagram = sealUnmasked(toServer ? client : server, toServer, plain);
      assertThat(datagram).hasSize(plain.length + Epoch.OVERHEAD);
      byte[] out = new byte[ROOM];
      int length = (toServer ? server : client).open(datagram, datagram.length, out, 4);
      assertThat(Arrays.copyOfRange(out, 4, 4 + length)).as("seed %d, step %d", SEED, i).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theHeaderIsTheReceiversIdAndACountFromZero(Suite suite) {
    Epoch client = epoch(suite, true);
    for (int i = 0; i < 300; i++) {
      byte[] datagram = sealUnmasked(client, true, plain(40));
      assertThat(Bytes.getInt(datagram, 0)).isEqualTo(Handshakes.SERVER_ID);
      assertThat(Bytes.getInt(datagram, 4)).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSamePlaintextNeverSealsToTheSameDatagram(Suite suite) {
    Epoch client = epoch(suite, true);
    Epoch server = epoch(suite, false);
    byte[] plain = plain(64);
    Set<List<Byte>> ciphertexts = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      for (Epoch from : List.of(client, server)) {
        List<Byte> ciphertext = new ArrayList<>();
        byte[] datagram = seal(from, plain);
        for (int at = Epoch.HEADER; at < datagram.length; at++)
          ciphertext.add(datagram[at]);
        assertThat(ciphertexts.add(ciphertext)).as("packet %d", i).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangedBitIsRefusedWhereverItIs(Suite suite) {
    Epoch client = epoch(suite, true);
    Epoch server = epoch(suite, false);
    byte[] datagram = sealUnmasked(client, true, plain(30));
    for (int bit = 0; bit < 8 * datagram.length; bit++) {
      byte[] changed = datagram.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(open(server, changed)).as("bit %d", bit).isEqualTo(-1);
    }
    assertThat(open(server, datagram)).as("the one that was not changed").isEqualTo(30);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCutShortIsRefused(Suite suite) {
    Epoch server = epoch(suite, false);
    byte[] datagram = sealUnmasked(epoch(suite, true), true, plain(30));
    for (int length = Epoch.HEADER; length < datagram.length; length++)
      assertThat(open(server, Arrays.copyOf(datagram, length))).as("%d bytes", length).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void aReplayIsRefused(Suite suite) {
    Epoch client = epoch(suite, true);
    Epoch server = epoch(suite, false);
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < 500; i++)
      datagrams.add(sealUnmasked(client, true, plain(20)));
    Collections.shuffle(datagrams, random);
    datagrams.forEach(d -> assertThat(open(server, d)).isEqualTo(20));
    datagrams.forEach(d -> assertThat(open(server, d)).isEqualTo(-1));
  }

  @Test
  void aForgedPacketNumberDoesNotMoveTheReplayWindow() {
    Epoch client = epoch(Suite.AES_256_GCM, true);
    Epoch server = epoch(Suite.AES_256_GCM, false);
    byte[] good = sealUnmasked(client, true, plain(20));
    byte[] forged = good.clone();
    Bytes.putInt(forged, 4, 1_000_000);
    assertThat(open(server, forged)).isEqualTo(-1);
    assertThat(open(server, good)).isEqualTo(20);
    assertThat(server.wasNewest()).isTrue();
  }

  @Test
  void aDatagramIsNotAcceptedInTheOtherDirection() {
    Epoch client = epoch(Suite.CHACHA20_POLY1305, true);
    byte[] datagram = sealUnmasked(client, true, plain(20));
    assertThat(open(client, datagram)).isEqualTo(-1);
  }

  @Test
  void onlyTheHighestNumberIsNewest() {
    Epoch client = epoch(Suite.AES_256_GCM, true);
    Epoch server = epoch(Suite.AES_256_GCM, false);
    byte[] first = sealUnmasked(client, true, plain(20));
    byte[] second = sealUnmasked(client, true, plain(20));
    open(server, second);
    assertThat(server.wasNewest()).isTrue();
    open(server, first);
    assertThat(server.wasNewest()).isFalse();
  }

  @Test
  void keysAreWornAtTheirLimitAndSpentAtTwice() {
    Epoch client = epoch(Suite.AES_256_GCM, true, 16);
    byte[] plain = plain(20);
    for (int i = 0; i < 32; i++) {
      assertThat(client.isWorn()).as("packet %d", i).isEqualTo(i >= 16);
      assertThat(client.isSpent()).as("packet %d", i).isFalse();
      seal(client, plain);
    }
    assertThat(client.isSpent()).isTrue();
    assertThatThrownBy(() -> seal(client, plain)).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("spent");
  }

  @Test
  void limitsOfTheSuitesAreThoseOfTheSpecification() {
    assertThat(Suite.AES_256_GCM.rekeyAt()).isEqualTo(1L << 22);
    assertThat(Suite.CHACHA20_POLY1305.rekeyAt()).isEqualTo(1L << 30);
  }

  @Test
  void spentKeysStillOpen() {
    Epoch client = epoch(Suite.AES_256_GCM, true, 16);
    Epoch server = epoch(Suite.AES_256_GCM, false, 16);
    for (int i = 0; i < 32; i++)
      seal(server, plain(20));
    assertThat(server.isSpent()).isTrue();
    assertThat(open(server, sealUnmasked(client, true, plain(20)))).isEqualTo(20);
  }

  @Test
  void erasedKeysNeitherSealNorOpenButProve() {
    Epoch client = epoch(Suite.AES_256_GCM, true);
    Epoch server = epoch(Suite.AES_256_GCM, false);
    byte[] datagram = sealUnmasked(client, true, plain(20));
    server.erase();
    assertThat(server.isSpent()).isTrue();
    assertThat(open(server, datagram)).isEqualTo(-1);
    assertThatThrownBy(() -> seal(server, plain(20))).isInstanceOf(IllegalStateException.class);
    assertThat(server.proof(plain(32))).hasSize(16);
  }

  @Test
  void bothSidesProveAlikeAndForEachKeyAnew() {
    byte[] e = Handshakes.bytes(20);
    byte[] proof = epoch(Suite.AES_256_GCM, true).proof(e);
    assertThat(epoch(Suite.AES_256_GCM, false).proof(e)).isEqualTo(proof);
    assertThat(epoch(Suite.AES_256_GCM, false).proof(Handshakes.bytes(21))).isNotEqualTo(proof);
  }
}
