package dev.gap.mtcp.engine.secure;

import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** RFC 8439 section 2.8.2 and appendix A.5, and a selection of Wycheproof's chacha20_poly1305_test.json. */
final class AeadTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] KEY = HEX.parseHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  private static final byte[] NONCE = HEX.parseHex("070000004041424344454647");
  private static final byte[] ADDITIONAL = HEX.parseHex("50515253c0c1c2c3c4c5c6c7");
  private static final byte[] PLAIN = ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for"
      + " the future, sunscreen would be it.").getBytes(UTF_8);
  private static final byte[] SEALED = HEX.parseHex("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
      + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58"
      + "fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691");

  @Test
  void sealsAsTheRfcsExample() {
    assertThat(Aead.seal(KEY, NONCE, ADDITIONAL, PLAIN)).isEqualTo(SEALED);
    assertThat(Aead.open(KEY, NONCE, ADDITIONAL, SEALED)).isEqualTo(PLAIN);
  }

  @Test
  void opensTheRfcsAppendix() {
    byte[] sealed = HEX
        .parseHex("64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0"
            + "bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
            + "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e9"
            + "9040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
            + "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130"
            + "305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38");
    byte[] plain = Aead.open(HEX.parseHex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0"),
        HEX.parseHex("000000000102030405060708"), HEX.parseHex("f33388860000000000004e91"), sealed);
    assertThat(plain).asString(UTF_8)
        .startsWith("Internet-Drafts are draft documents valid for a maximum of six months")
        .endsWith("work in progress./\u201d").hasSize(261);
  }

  /** Wycheproof testvectors_v1/chacha20_poly1305_test.json, tcId 2 to 5, 18, 19, 25 and 29. */
  @ParameterizedTest
  @CsvSource({
      "80ba3192c803ce965ea371d5ff073cf0f43b6a2ab576b208426e11409c09b9b0,4da5bf8dfd5852c1ea12379d,'','',"
          + "76acb342cf3166a5b63c0c0ea1383c8d",
      "7a4cd759172e02eb204db2c3f5c746227df584fc1345196391dbb9577a250742,a92ef0ac991dd516a3c6f689,bd506764f2d2c410,'',"
          + "906fa6284b52f87b7359cbaa7563c709",
      "cc56b680552eb75008f5484b4cb803fa5063ebd6eab91f6ab6aef4916a766273,99e23ec48985bccdeeab60f1,'',2a,"
          + "3acac27dec0968801e9f6eded69d807522",
      "46f0254965f769d52bdb4a70b443199f8ef207520d1220c55e4b70f0fda620ee,ab0dca716ee051d2782f4403,91ca6c592cbcca53,51,"
          + "c4168310ca45b1f7c66cad4e99e43f72b9",
      "51e4bf2bad92b7aff1a4bc05550ba81df4b96fabf41c12c7b00e60e48db7e152,4f07afedfdc3b6c2361823d3,'',be3308f72a2c6aed,"
          + "8e9439a56eeec817fbe8a6ed8fabb1937539dd6c00e90021",
      "1131c1418577a054de7a4ac551950f1a053f9ae46e5b75fe4abd5608d7cddadd,b4ea666ee119563366484a78,66c0ae70076cb14d,"
          + "a4c9c2801b71f7df,b9b910433af052b04530f51aeee024e0a445a6328fa67a18",
      "2aa3bc7033351cac51364cdaf6ffac2c20f64046e1550a7b1c65f41800599019,28cce57a5db2cd206321e340,a9bc350eaf2e6e3d,"
          + "83016823123484b56095b0,1c8578f8e75203d0336a525910f7a9d5e4df05d7248bd7a8d65e63",
      "841020d1606edcfc536abfb1a638a7b958e21efc10c386ac45a18493450afd5f,6d62f159731b140eb18ce074,5a8e1c7aa39810d5,"
          + "d6af138f701b801e60c85ffd5c,b0a7500aca45bb15f01ece43890160e83adbec7f6a2ee2ff0215f9ef00"})
  void sealsAndOpensAsWycheproof(String key, String nonce, String additional, String plain, String sealed) {
    byte[] k = HEX.parseHex(key);
    byte[] n = HEX.parseHex(nonce);
    byte[] a = HEX.parseHex(additional);
    assertThat(Aead.seal(k, n, a, HEX.parseHex(plain))).isEqualTo(HEX.parseHex(sealed));
    assertThat(Aead.open(k, n, a, HEX.parseHex(sealed))).isEqualTo(HEX.parseHex(plain));
  }

  @Test
  void everyChangedBitIsNoticed() {
    for (int bit = 0; bit < 8 * SEALED.length; bit++) {
      byte[] changed = SEALED.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Aead.open(KEY, NONCE, ADDITIONAL, changed)).as("bit %d", bit).isNull();
    }
  }

  @Test
  void anotherKeyNonceOrAdditionalDataDoesNotOpen() {
    assertThat(Aead.open(new byte[32], NONCE, ADDITIONAL, SEALED)).isNull();
    assertThat(Aead.open(KEY, new byte[12], ADDITIONAL, SEALED)).isNull();
    assertThat(Aead.open(KEY, NONCE, new byte[0], SEALED)).isNull();
  }

  @Test
  void whatIsCutShortDoesNotOpen() {
    for (int length = 0; length < SEALED.length; length++)
      assertThat(Aead.open(KEY, NONCE, ADDITIONAL, Arrays.copyOf(SEALED, length))).as("%d bytes", length).isNull();
  }

  @Test
  void anErasedSecretIsZeros() {
    byte[] secret = KEY.clone();
    Aead.erase(secret);
    assertThat(secret).containsOnly(0);
  }
}
