package dev.gap.tcp.engine;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** TCP options as anybody may send them: right ones with any values, wrong lengths, noise. */
final class RandomOptions {
  private RandomOptions() {}

  /**
   * {@return at most 40 bytes}
   *
   * @param una and {@code sent}: SACK blocks lie around them
   */
  static byte[] draw(RandomGenerator random, int una, int sent) {
    ByteBuffer bytes = ByteBuffer.allocate(40);
    if (random.nextInt(8) == 0) {
      byte[] noise = new byte[random.nextInt(41)];
      random.nextBytes(noise);
      return noise;
    }
    for (int i = random.nextInt(5); i > 0 && bytes.remaining() > 0; i--)
      add(bytes, random, una, sent);
    byte[] used = new byte[bytes.position()];
    bytes.get(0, used);
    return used;
  }

  private static void add(ByteBuffer bytes, RandomGenerator random, int una, int sent) {
    byte[] option = switch (random.nextInt(10)) {
      case 0 -> TestPacket.bytes(1);
      case 1 -> ByteBuffer.allocate(4).put((byte) 2).put((byte) 4).putShort((short) random.nextInt()).array();
      case 2 -> TestPacket.bytes(3, 3, random.nextInt(20));
      case 3 -> TestPacket.bytes(4, 2);
      case 4, 5 -> sacks(random, una, sent);
      case 6 -> ByteBuffer.allocate(10).put((byte) 8).put((byte) 10).putInt(random.nextInt()).putInt(random.nextInt())
          .array();
      case 7 -> unknown(random, 34, random.nextInt(18));
      case 8 -> unknown(random, 254, random.nextInt(20));
      default -> unknown(random, random.nextInt(256), random.nextInt(12));
    };
    if (random.nextInt(20) == 0 && option.length > 1) option[1] = (byte) random.nextInt(60);
    if (option.length <= bytes.remaining()) bytes.put(option);
  }

  private static byte[] sacks(RandomGenerator random, int una, int sent) {
    int count = 1 + random.nextInt(4);
    ByteBuffer option = ByteBuffer.allocate(2 + 8 * count).put((byte) 5).put((byte) (2 + 8 * count));
    for (int i = 0; i < count; i++) {
      int[] edges = {una, sent, una + 1, sent - 1, una + random.nextInt(3000), una - random.nextInt(3000),
          sent + random.nextInt(3000), random.nextInt()};
      option.putInt(edges[random.nextInt(edges.length)]).putInt(edges[random.nextInt(edges.length)]);
    }
    return option.array();
  }

  private static byte[] unknown(RandomGenerator random, int kind, int length) {
    byte[] option = new byte[2 + length];
    random.nextBytes(option);
    option[0] = (byte) kind;
    option[1] = (byte) option.length;
    if (kind == 254 && length >= 2 && random.nextBoolean()) {
      option[2] = (byte) 0xf9;
      option[3] = (byte) 0x89;
    }
    return option;
  }
}
