package dev.gap.mtcp.engine.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever the bytes, what is well formed keeps all rules of docs/protocol.md, and reads as it would be written. */
class SegmentJazzerTest {
  private final SegmentView view = new SegmentView();

  static Stream<byte[]> segments() {
    byte[] opening = new byte[SegmentHeader.BYTES];
    SegmentHeader.write(opening, 1, 0, 0, 1, 0, 256, SegmentHeader.CNT | SegmentHeader.ACK, SegmentHeader.BYTES);
    byte[] sack = new byte[SegmentHeader.BYTES + 2 * SegmentHeader.SACK_BLOCK + 3];
    SegmentHeader.write(sack, 1, 7, 3, 5, 4, 4096, SegmentHeader.ACK, SegmentHeader.BYTES + 16);
    SegmentHeader.writeSack(sack, 0, 5, 9);
    SegmentHeader.writeSack(sack, 1, -3, 2);
    return Stream.of(opening, sack, new byte[0], new byte[SegmentHeader.MAX_DATAGRAM + 1]);
  }

  @MethodSource("segments")
  @FuzzTest
  void whatIsWellFormedKeepsAllRules(byte[] bytes) {
    byte[] before = bytes.clone();
    SegmentView.Verdict verdict = view.parse(bytes, bytes.length);
    assertThat(bytes).isEqualTo(before);
    assertThat(verdict == SegmentView.Verdict.OK).as("%s", verdict).isEqualTo(isLegal(bytes));
    if (verdict != SegmentView.Verdict.OK) return;
    assertThat(view.dataOffset() + view.dataLength()).isEqualTo(bytes.length);
    int flags = 0;
    for (int flag = SegmentHeader.FIN; flag <= SegmentHeader.RSV; flag <<= 1)
      flags |= view.has(flag) ? flag : 0;
    byte[] again = new byte[view.dataOffset()];
    SegmentHeader.write(again, view.connectionId(), view.seq(), view.ack(), view.tsVal(), view.tsEcr(), view.window(),
        flags, view.dataOffset());
    for (int i = 0; i < view.sackCount(); i++)
      SegmentHeader.writeSack(again, i, view.sackFirst(i), view.sackLast(i));
    assertThat(Arrays.copyOfRange(again, 4, again.length)).isEqualTo(Arrays.copyOfRange(bytes, 4, again.length));
  }

  /** The rules once more, in the words of docs/protocol.md. */
  private static boolean isLegal(byte[] bytes) {
    if (bytes.length < 32 || bytes.length > 1452) return false;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int offset = in.getShort(30) & 0x7FF;
    if (offset < 32 || offset > bytes.length || (offset - 32) % 8 != 0) return false;
    for (int at = 32; at < offset; at += 8) {
      if (in.getInt(at + 4) - in.getInt(at) < 0) return false;
    }
    int flags = bytes[30] >> 3;
    int kinds = (flags & 1) + (flags >> 1 & 1) + (flags >> 3 & 1);
    return kinds == 0 || (kinds == 1 && offset == bytes.length);
  }
}
