package dev.gap.mtcp.engine;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;

/** Makes hostile segments out of genuine ones, all from one seed. They are plaintext: the caller seals them. */
final class Mutator {
  private static final int[] EXTREMES = {0, 1, -1, 31, 32, 33, 255, 256, 65_535, 65_536, Integer.MAX_VALUE,
      Integer.MIN_VALUE, Integer.MIN_VALUE + 1, 0x4000_0000, 0xC000_0000};
  /** The 32-bit fields after the connection ID. */
  private static final int[] FIELDS = {12, 16, 20, 24};
  private static final int FLAGS_AT = 30;
  /** A reset within the window is genuine, and ends what is to be tormented: few of them. */
  private static final int RESETS_KEPT = 50;

  private final SplittableRandom random;

  Mutator(SplittableRandom random) {
    this.random = random;
  }

  /** {@return a mutation of one of {@code corpus}} */
  byte[] mutate(List<byte[]> corpus) {
    byte[] segment = pick(corpus).clone();
    for (int n = 1 + random.nextInt(3); n > 0; n--)
      segment = mutateOnce(segment, corpus);
    if (segment.length > FLAGS_AT && (segment[FLAGS_AT] & SegmentHeader.RST << 3) != 0
        && random.nextInt(RESETS_KEPT) != 0)
      segment[FLAGS_AT] &= (byte) ~(SegmentHeader.RST << 3);
    return segment;
  }

  private byte[] mutateOnce(byte[] segment, List<byte[]> corpus) {
    if (segment.length < SegmentHeader.BYTES)
      return segment;
    switch (random.nextInt(12)) {
      case 0 -> segment[random.nextInt(segment.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> segment[random.nextInt(4, segment.length)] = (byte) random.nextInt();
      case 2 -> putInt(segment, field(), EXTREMES[random.nextInt(EXTREMES.length)]);
      case 3 -> addToField(segment, random.nextInt(-5, 6));
      case 4 -> addToField(segment, random.nextInt(-300, 301));
      case 5 -> addToField(segment, EXTREMES[random.nextInt(EXTREMES.length)]);
      case 6 -> putShort(segment, 28, random.nextInt(3) == 0 ? 0 : random.nextInt(65_536));
      case 7 -> putShort(segment, FLAGS_AT, random.nextInt(32) << 11 | offset(segment.length));
      case 8 -> {
        return splice(segment, pick(corpus));
      }
      case 9 -> {
        return withSack(segment);
      }
      case 10 -> {
        return Arrays.copyOf(segment, random.nextInt(segment.length + 1));
      }
      default -> {
        return fresh(segment);
      }
    }
    return segment;
  }

  /** Rarely another connection: a random ID, and as rarely a genuine opening. */
  private byte[] fresh(byte[] segment) {
    if (random.nextInt(20) != 0)
      return segment;
    putInt(segment, 4, random.nextInt());
    if (random.nextInt(4) != 0)
      return segment;
    putInt(segment, 12, 0);
    putShort(segment, FLAGS_AT, SegmentHeader.CNT << 11 | SegmentHeader.BYTES);
    return Arrays.copyOf(segment, SegmentHeader.BYTES);
  }

  /** The header of one and the payload of the other. */
  private byte[] splice(byte[] header, byte[] payload) {
    int cut = random.nextInt(4) == 0 ? random.nextInt(header.length) : SegmentHeader.BYTES;
    byte[] spliced = payload.length < cut ? payload.clone() : Arrays.copyOf(header, payload.length);
    if (payload.length > cut)
      System.arraycopy(payload, cut, spliced, cut, payload.length - cut);
    return spliced;
  }

  private byte[] withSack(byte[] segment) {
    int blocks = random.nextInt(random.nextInt(8) == 0 ? 178 : 6);
    byte[] out = Arrays.copyOf(segment, SegmentHeader.BYTES + 8 * blocks);
    int at = random.nextBoolean() ? intAt(segment, 16) : EXTREMES[random.nextInt(EXTREMES.length)];
    for (int i = 0; i < blocks; i++) {
      int first = at + random.nextInt(-10, 30);
      int last = random.nextInt(10) == 0 ? random.nextInt() : first + random.nextInt(20);
      SegmentHeader.writeSack(out, i, first, last);
      at = random.nextInt(10) == 0 ? at : last + 1;
    }
    int flags = (out[FLAGS_AT] & 0xFF) >>> 3;
    putShort(out, FLAGS_AT, flags << 11 | out.length);
    return out;
  }

  private int offset(int length) {
    return random.nextInt(3) == 0 ? random.nextInt(2048) : Math.min(length, 32 + 8 * random.nextInt(4));
  }

  private int field() {
    return FIELDS[random.nextInt(FIELDS.length)];
  }

  private void addToField(byte[] segment, int difference) {
    int at = field();
    putInt(segment, at, intAt(segment, at) + difference);
  }

  private byte[] pick(List<byte[]> corpus) {
    return corpus.get(random.nextInt(corpus.size()));
  }

  /** {@return whether the segment would open a connection at an accepting side that does not know it} */
  static boolean isOpening(byte[] segment) {
    SegmentView view = new SegmentView();
    return view.parse(segment, segment.length) == SegmentView.Verdict.OK && view.has(SegmentHeader.CNT)
        && view.seq() == 0;
  }

  static int intAt(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8
        | (bytes[at + 3] & 0xFF);
  }

  private static void putInt(byte[] bytes, int at, int value) {
    putShort(bytes, at, value >>> 16);
    putShort(bytes, at + 2, value);
  }

  private static void putShort(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}
