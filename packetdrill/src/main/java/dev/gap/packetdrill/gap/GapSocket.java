package dev.gap.packetdrill.gap;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.OptionValue;
import dev.gap.packetdrill.run.SocketOption;
import dev.gap.tcp.engine.connection.SocketSettings;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.stack.TcpListener;

/** A descriptor of our stack, as the Berkeley interface has them: what it is bound to, and what it has become. */
final class GapSocket {
  final boolean v6;
  final Map<SocketOption, OptionValue> options = new EnumMap<>(SocketOption.class);
  SocketSettings settings;
  @Nullable
  InetSocketAddress bound;
  @Nullable
  InetSocketAddress deferred;
  @Nullable
  TcpListener listener;
  @Nullable
  TcpConnection connection;
  /** What could not connect: it is still asked how it was doing. */
  @Nullable
  TcpConnection ended;
  boolean connecting;
  boolean connected;
  boolean reportedConnected;
  boolean errorReported;
  boolean shutRead;
  boolean shutWrite;
  int lowWater = 1;
  long inputs;
  long outputs;
  boolean wantsOutput;
  long seenReceived;

  GapSocket(boolean v6, SocketSettings settings) {
    this.v6 = v6;
    this.settings = settings;
  }

  /** A writer that had found no room is told once there is some. */
  void noticeRoom() {
    TcpConnection live = connection;
    if (!wantsOutput || live == null || !live.isWritable()) return;
    wantsOutput = false;
    outputs++;
  }
}
