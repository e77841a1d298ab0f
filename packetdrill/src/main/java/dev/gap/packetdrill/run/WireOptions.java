package dev.gap.packetdrill.run;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import dev.gap.packetdrill.script.TcpOption;
import dev.gap.packetdrill.wire.Packet;

/** Options as scripts write them and as they are on the wire. */
final class WireOptions {
  static final int MSS = 2;
  static final int WINDOW_SCALE = 3;
  static final int SACK_PERMITTED = 4;
  static final int SACK = 5;
  static final int TIMESTAMPS = 8;
  static final int MD5_SIGNATURE = 19;
  static final int FAST_OPEN = 34;
  static final int ACC_ECN_0 = 172;
  static final int ACC_ECN_1 = 174;
  static final int EXPERIMENTAL = 254;
  /** What tells an experimental Fast Open option from others, RFC 7413 section 4.1.1 and RFC 6994. */
  private static final int FAST_OPEN_MAGIC = 0xf989;

  private WireOptions() {}

  static Packet.Option encode(TcpOption option) {
    return switch (option) {
      case TcpOption.EndOfList() -> of(0, 0);
      case TcpOption.NoOperation() -> of(1, 0);
      case TcpOption.Mss(int bytes) -> new Packet.Option(MSS, ByteBuffer.allocate(2).putShort((short) bytes).array());
      case TcpOption.WindowScale(int shift) -> new Packet.Option(WINDOW_SCALE, new byte[]{(byte) shift});
      case TcpOption.SackPermitted() -> of(SACK_PERMITTED, 0);
      case TcpOption.Sack(List<TcpOption.Block> blocks) -> {
        ByteBuffer out = ByteBuffer.allocate(8 * blocks.size());
        for (TcpOption.Block block : blocks)
          out.putInt((int) block.left()).putInt((int) block.right());
        yield new Packet.Option(SACK, out.array());
      }
      case TcpOption.Timestamps(long value, long echo, boolean _) -> new Packet.Option(TIMESTAMPS,
          ByteBuffer.allocate(8).putInt((int) value).putInt((int) echo).array());
      case TcpOption.FastOpen(String cookie, boolean experimental) -> fastOpen(cookie, experimental);
      case TcpOption.AccEcn(boolean e0First, List<Integer> counters) -> {
        ByteBuffer out = ByteBuffer.allocate(3 * counters.size());
        for (int counter : counters)
          out.put((byte) (counter >> 16)).putShort((short) counter);
        yield new Packet.Option(e0First ? ACC_ECN_0 : ACC_ECN_1, out.array());
      }
      // what makes it valid is known when the rest of the segment is
      case TcpOption.Signature(boolean _) -> new Packet.Option(MD5_SIGNATURE, new byte[Signatures.BYTES]);
      case TcpOption.Raw(int kind, String hex) -> new Packet.Option(kind, HexFormat.of().parseHex(hex));
    };
  }

  private static Packet.Option of(int kind, int length) {
    return new Packet.Option(kind, new byte[length]);
  }

  private static Packet.Option fastOpen(String cookie, boolean experimental) {
    byte[] bytes = HexFormat.of().parseHex(cookie);
    if (!experimental) return new Packet.Option(FAST_OPEN, bytes);
    return new Packet.Option(EXPERIMENTAL,
        ByteBuffer.allocate(2 + bytes.length).putShort((short) FAST_OPEN_MAGIC).put(bytes).array());
  }

  /** {@return an option as a script would write it, the numbers untouched} */
  static TcpOption decode(Packet.Option option) {
    ByteBuffer in = ByteBuffer.wrap(option.content());
    int length = option.content().length;
    TcpOption raw = new TcpOption.Raw(option.kind(), HexFormat.of().formatHex(option.content()));
    return switch (option.kind()) {
      case 0 -> new TcpOption.EndOfList();
      case 1 -> new TcpOption.NoOperation();
      case MSS -> length == 2 ? new TcpOption.Mss(in.getShort() & 0xffff) : raw;
      case MD5_SIGNATURE -> length == 0 ? new TcpOption.Signature(true) : raw;
      case WINDOW_SCALE -> length == 1 ? new TcpOption.WindowScale(in.get() & 0xff) : raw;
      case SACK_PERMITTED -> length == 0 ? new TcpOption.SackPermitted() : raw;
      case SACK -> length % 8 == 0 ? sack(in) : raw;
      case TIMESTAMPS -> length == 8
          ? new TcpOption.Timestamps(in.getInt() & 0xffff_ffffL, in.getInt() & 0xffff_ffffL, false)
          : raw;
      case FAST_OPEN -> new TcpOption.FastOpen(HexFormat.of().formatHex(option.content()), false);
      case EXPERIMENTAL -> length >= 2 && (in.getShort() & 0xffff) == FAST_OPEN_MAGIC
          ? new TcpOption.FastOpen(HexFormat.of().formatHex(option.content(), 2, length), true)
          : raw;
      case ACC_ECN_0, ACC_ECN_1 -> length % 3 == 0 ? accurateEcn(option.kind() == ACC_ECN_0, in) : raw;
      default -> raw;
    };
  }

  private static TcpOption sack(ByteBuffer in) {
    List<TcpOption.Block> blocks = new ArrayList<>();
    while (in.remaining() >= 8)
      blocks.add(new TcpOption.Block(in.getInt() & 0xffff_ffffL, in.getInt() & 0xffff_ffffL));
    return new TcpOption.Sack(blocks);
  }

  private static TcpOption accurateEcn(boolean e0First, ByteBuffer in) {
    List<Integer> counters = new ArrayList<>();
    while (in.remaining() >= 3)
      counters.add((in.get() & 0xff) << 16 | (in.getShort() & 0xffff));
    return new TcpOption.AccEcn(e0First, counters);
  }

  /** {@return the timestamps among options} */
  static Optional<TcpOption.Timestamps> timestamps(List<TcpOption> options) {
    return options.stream().filter(TcpOption.Timestamps.class::isInstance).map(TcpOption.Timestamps.class::cast)
        .findFirst();
  }
}
