package dev.gap.mtcp.engine.secure;

import java.security.InvalidKeyException;
import java.util.HexFormat;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** RFC 7748 sections 5.2 and 6.1, and a selection of Wycheproof's x25519_test.json. */
final class X25519Test {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
          + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
          + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
          + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
          + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"})
  void scalarTimesCoordinateIsAsInTheRfc(String scalar, String u, String product) throws InvalidKeyException {
    assertThat(X25519.agree(HEX.parseHex(scalar), HEX.parseHex(u))).isEqualTo(HEX.parseHex(product));
  }

  @ParameterizedTest
  @CsvSource({"1,422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
      "1000,684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"})
  void iteratedProductIsAsInTheRfc(int times, String last) throws InvalidKeyException {
    byte[] k = HEX.parseHex("09" + "00".repeat(31));
    byte[] u = k;
    for (int i = 0; i < times; i++) {
      byte[] product = X25519.agree(k, u);
      u = k;
      k = product;
    }
    assertThat(k).isEqualTo(HEX.parseHex(last));
  }

  @Test
  void bothSidesOfTheRfcsAgreementGetItsSecret() throws InvalidKeyException {
    byte[] alice = HEX.parseHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    byte[] bob = HEX.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    byte[] alicePublic = HEX.parseHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    byte[] bobPublic = HEX.parseHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    byte[] secret = HEX.parseHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");

    assertThat(X25519.publicKey(alice)).isEqualTo(alicePublic);
    assertThat(X25519.publicKey(bob)).isEqualTo(bobPublic);
    assertThat(X25519.agree(alice, bobPublic)).isEqualTo(secret);
    assertThat(X25519.agree(bob, alicePublic)).isEqualTo(secret);
  }

  /** Wycheproof testvectors_v1/x25519_test.json, tcId 1, 2, 3, 7, 8, 13, 19, 22, 24, 25 and 26: private, public, shared. */
  @ParameterizedTest
  @CsvSource({
      "c8a9d5a91091ad851c668b0736c1c9a02936c0d3ad62670858088047ba057475,"
          + "504a36999f489cd2fdbc08baff3d88fa00569ba986cba22548ffde80f9806829,"
          + "436a2c040cf45fea9b29a0cb81b1f41458f863d0d61b453d0a982720d6d61320",
      "d85d8c061a50804ac488ad774ac716c3f5ba714b2712e048491379a500211958,"
          + "63aa40c6e38346c5caf23a6df0a5e6c80889a08647e551b3563449befcfc9733,"
          + "279df67a7c4611db4708a0e8282b195e5ac0ed6f4b2f292c6fbd0acac30d1332",
      "c8b45bfd32e55325d9fd648cb302848039000b390e44d521e58aab3b29a6964b,"
          + "0f83c36fded9d32fadf4efa3ae93a90bb5cfa66893bc412c43fa7287dbb99779,"
          + "4bc7e01e7d83d6cf67632bf90033487a5fc29eba5328890ea7b1026d23b9a45f",
      "d03edde9f3e7b799045f9ac3793d4a9277dadeadc41bec0290f81f744f73775f,"
          + "0200000000000000000000000000000000000000000000000000000000000000,"
          + "b87a1722cc6c1e2feecb54e97abd5a22acc27616f78f6e315fd2b73d9f221e57",
      "e09d57a914e3c29036fd9a442ba526b5cdcdf28216153e636c10677acab6bd6a,"
          + "0300000000000000000000000000000000000000000000000000000000000000,"
          + "a29d8dad28d590cd3017aa97a4761f851bf1d3672b042a4256a45881e2ad9035",
      "d053e7bf1902619cd61c9c739e09d54c4147f46d190720966f7de1d9cffbbd4e,"
          + "ffffffff00000000000000000000000000000000000000000000000000000000,"
          + "6cbf1dc9af97bc148513a18be4a257de1a3b065584df94e8b43c1ab89720b110",
      "105d621e1ef339c3d99245cfb77cd3a5bd0c4427a0e4d8752c3b51f045889b4f,"
          + "ffffff030000f8ffff1f0000c0ffffff000000feffff070000f0ffff3f000000,"
          + "61eace52da5f5ecefafa4f199b077ff64f2e3d2a6ece6f8ec0497826b212ef5f",
      "68e134092e94e622c8a0cd18aff55be23dabd994ebdee982d90601f6f0f4b369,"
          + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff1f,"
          + "74bfc15e5597e9f5193f941e10a5c008fc89f051392723886a4a8fe5093a7354",
      "18bffb16f92680a9e267473e43c464476d5372ddd1f664f3d0678efe7c98bc79,"
          + "000000fcffff070000e0ffff3f000000ffffff010000f8ffff0f0000c0ffff7f,"
          + "5894e0963583ae14a0b80420894167f4b759c8d2eb9b69cb675543f66510f646",
      "300305eb002bf86c71fe9c0b311993727b9dc618d0ce7251d0dfd8552d17905d,"
          + "ffffffffffffff00000000000000ffffffffffffff00000000000000ffffff7f,"
          + "f8624d6e35e6c548ac47832f2e5d151a8e53b9290363b28d2ab8d84ab7cb6a72",
      "80da9f02842247d4ade5ddbac51dbce55ea7dca2844e7f97ab8987ce7fd8bc71,"
          + "00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffff7f,"
          + "bfe183ba3d4157a7b53ef178613db619e27800f85359c0b39a9fd6e32152c208"})
  void secretsAreAsInWycheproof(String mine, String theirs, String shared) throws InvalidKeyException {
    assertThat(X25519.agree(HEX.parseHex(mine), HEX.parseHex(theirs))).isEqualTo(HEX.parseHex(shared));
  }

  /** Zero, one, the two points of order 8, and the same and -1 above the prime. */
  @ParameterizedTest
  @ValueSource(strings = {"0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"})
  void pointsOfSmallOrderAreRefusedWithEitherHighestBit(String point) {
    byte[] key = HEX.parseHex(point);
    byte[] mine = X25519.privateKey(new SplittableRandom(1));
    assertThatThrownBy(() -> X25519.agree(mine, key)).isInstanceOf(InvalidKeyException.class);
    key[31] ^= (byte) 0x80;
    assertThatThrownBy(() -> X25519.agree(mine, key)).isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> new Identity.Client(mine, key)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("small order");
  }

  @Test
  void theHighestBitOfACoordinateIsIgnored() throws InvalidKeyException {
    SplittableRandom random = new SplittableRandom(2);
    byte[] mine = X25519.privateKey(random);
    byte[] theirs = X25519.publicKey(X25519.privateKey(random));
    byte[] secret = X25519.agree(mine, theirs);
    theirs[31] ^= (byte) 0x80;
    assertThat(X25519.agree(mine, theirs)).isEqualTo(secret);
  }
}
