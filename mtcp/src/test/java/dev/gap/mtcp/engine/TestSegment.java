package dev.gap.mtcp.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.gap.mtcp.engine.wire.SegmentHeader;
import dev.gap.mtcp.engine.wire.SegmentView;

import static dev.gap.mtcp.engine.wire.SegmentHeader.*;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A segment with every field a value, to be made, changed, written and compared. {@code sack} is pairs, inclusive. */
record TestSegment(long id, int seq, int ack, int tsVal, int tsEcr, int window, int flags, List<Integer> sack,
    byte[] data) {
  static final long ID = 0x0123_4567_89AB_CDEFL;

  static TestSegment pure(int seq) {
    return new TestSegment(ID, seq, 0, 0, 0, 256, SegmentHeader.ACK, List.of(), new byte[0]);
  }

  static TestSegment data(int seq, String data) {
    return pure(seq).withData(data.getBytes(UTF_8));
  }

  static TestSegment opening() {
    return pure(0).withFlags(CNT | SegmentHeader.ACK);
  }

  static TestSegment fin(int seq) {
    return pure(seq).withFlags(FIN | SegmentHeader.ACK);
  }

  static TestSegment reset(int seq) {
    return pure(seq).withFlags(RST | SegmentHeader.ACK);
  }

  static TestSegment read(byte[] bytes, int length) {
    SegmentView view = new SegmentView();
    SegmentView.Verdict verdict = view.parse(bytes, length);
    if (verdict != SegmentView.Verdict.OK)
      throw new AssertionError("malformed: " + verdict);
    List<Integer> sack = new ArrayList<>();
    for (int i = 0; i < view.sackCount(); i++) {
      sack.add(view.sackFirst(i));
      sack.add(view.sackLast(i));
    }
    int flags = 0;
    for (int flag = FIN; flag <= RSV; flag <<= 1)
      flags |= view.has(flag) ? flag : 0;
    return new TestSegment(view.connectionId(), view.seq(), view.ack(), view.tsVal(), view.tsEcr(), view.window(),
        flags, sack, Arrays.copyOfRange(bytes, view.dataOffset(), length));
  }

  TestSegment withId(long newId) {
    return new TestSegment(newId, seq, ack, tsVal, tsEcr, window, flags, sack, data);
  }

  TestSegment withAck(int newAck) {
    return new TestSegment(id, seq, newAck, tsVal, tsEcr, window, flags, sack, data);
  }

  TestSegment withTs(int newVal, int newEcr) {
    return new TestSegment(id, seq, ack, newVal, newEcr, window, flags, sack, data);
  }

  TestSegment withWindow(int newWindow) {
    return new TestSegment(id, seq, ack, tsVal, tsEcr, newWindow, flags, sack, data);
  }

  TestSegment withFlags(int newFlags) {
    return new TestSegment(id, seq, ack, tsVal, tsEcr, window, newFlags, sack, data);
  }

  TestSegment withSack(Integer... newSack) {
    return new TestSegment(id, seq, ack, tsVal, tsEcr, window, flags, List.of(newSack), data);
  }

  TestSegment withData(byte[] newData) {
    return new TestSegment(id, seq, ack, tsVal, tsEcr, window, flags, sack, newData);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  int dataOffset() {
    return SegmentHeader.BYTES + 4 * sack.size();
  }

  int length() {
    return dataOffset() + data.length;
  }

  /** {@return its bytes before protection} */
  byte[] plain() {
    byte[] out = new byte[length()];
    SegmentHeader.write(out, id, seq, ack, tsVal, tsEcr, window, flags, dataOffset());
    for (int i = 0; i + 1 < sack.size(); i += 2)
      SegmentHeader.writeSack(out, i / 2, sack.get(i), sack.get(i + 1));
    System.arraycopy(data, 0, out, dataOffset(), data.length);
    return out;
  }

  SegmentView view() {
    SegmentView view = new SegmentView();
    SegmentView.Verdict verdict = view.parse(plain(), length());
    if (verdict != SegmentView.Verdict.OK)
      throw new AssertionError("malformed: " + verdict);
    return view;
  }
}
