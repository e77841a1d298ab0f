package dev.gap.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class VirtioHeaderTest {
  @Test
  void isReadAsTheKernelWritesIt() {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
    bytes.put(2, (byte) 1).put(3, (byte) 0x84).putShort(4, (short) 60).putShort(6, (short) 1440)
        .putShort(8, (short) 40).putShort(10, (short) 16);
    assertThat(VirtioHeader.read(bytes.array(), 2))
        .isEqualTo(new VirtioHeader(true, VirtioHeader.Segmentation.TCP6, 60, 1440, 40, 16));
  }

  @Test
  void isWrittenAsItIsRead() {
    for (VirtioHeader.Segmentation segmentation : VirtioHeader.Segmentation.values()) {
      VirtioHeader header = new VirtioHeader(true, segmentation, 65_535, 40_000, 20, 6);
      byte[] bytes = new byte[VirtioHeader.BYTES + 3];
      header.write(bytes, 3);
      assertThat(VirtioHeader.read(bytes, 3)).isEqualTo(header);
    }
  }

  @Test
  void nothingIsTenZeros() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    VirtioHeader.NONE.write(bytes, 0);
    assertThat(bytes).containsOnly(0);
  }

  @Test
  void anUnknownSegmentationIsAnError() {
    assertThatThrownBy(() -> VirtioHeader.read(new byte[]{0, 77, 0, 0, 0, 0, 0, 0, 0, 0}, 0))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("77");
  }
}
