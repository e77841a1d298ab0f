package dev.gap.tcp.engine.stack;

import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** SipHash-2-4 gives what its authors say. */
class SipHashTest {
  /** Of the messages 00, 00 01, 00 01 02, ... with the key 00 01 .. 0f; the last is the example of the paper. */
  private static final long[] VECTORS = {0x726fdb47dd0e0e31L, 0x74f839c593dc67fdL, 0x0d6c8009d9a94f5aL,
      0x85676696d7fb7e2dL, 0xcf2794e0277187b7L, 0x18765564cd99a68dL, 0xcbc9466e58fee3ceL, 0xab0200f58b01d137L,
      0x93f5f5799a932462L, 0x9e0082df0ba9e4b0L, 0x7a5dbbc594ddb9f3L, 0xf4b32f46226bada7L, 0x751e8fbc860ee5fbL,
      0x14ea5627c0843d90L, 0xf723ca908e7af2eeL, 0xa129ca6149be45e5L};
  private static final SipHash HASH = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  private static long[] message(int length) {
    long[] words = new long[length / 8 + 1];
    for (int i = 0; i < length; i++)
      words[i / 8] |= (long) i << (i % 8 * 8);
    return words;
  }

  @Test
  void theVectorsOfTheReferenceComeOut() {
    for (int length = 0; length < VECTORS.length; length++)
      assertThat(HASH.hash(length, message(length))).as("%d bytes", length).isEqualTo(VECTORS[length]);
    assertThat(HASH.hash(63, message(63))).isEqualTo(0x958a324ceb064572L);
  }

  @Test
  void bytesBehindTheMessageDoNotCount() {
    assertThat(HASH.hash(3, 0xffff_ffff_ff02_0100L)).isEqualTo(VECTORS[3]);
    assertThat(HASH.hash(8, 0x0706050403020100L, 99)).isEqualTo(VECTORS[8]);
  }

  @Test
  void otherKeysGiveOtherHashes() {
    SipHash a = SipHash.random(new Random(1));
    SipHash b = SipHash.random(new Random(2));
    assertThat(a.hash(8, 1)).isNotEqualTo(b.hash(8, 1)).isNotEqualTo(a.hash(8, 2));
    assertThat(a).isEqualTo(SipHash.random(new Random(1)));
  }
}
