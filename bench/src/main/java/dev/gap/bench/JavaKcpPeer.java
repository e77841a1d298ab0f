package dev.gap.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import kcp.ChannelConfig;
import kcp.KcpClient;
import kcp.KcpListener;
import kcp.KcpServer;
import kcp.Ukcp;

import dev.gap.lab.bench.Duplex;
import dev.gap.lab.bench.Probe;

/** Java-Kcp, tuned as kcptun is: no congestion window, large windows; without error correction. */
final class JavaKcpPeer implements Peer {
  private static final int INTERVAL_MILLIS = 10;
  private static final int FAST_RESEND = 2;
  private static final int WINDOW_PACKETS = 8192;
  private static final int MTU = 1400;
  private static final int WRITE_BYTES = 1024;
  private static final int WRITE_BUFFER_BYTES = 4 << 20;
  private static final long FULL_NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private static ChannelConfig config() {
    ChannelConfig config = new ChannelConfig();
    config.nodelay(true, INTERVAL_MILLIS, FAST_RESEND, true);
    config.setSndwnd(WINDOW_PACKETS);
    config.setRcvwnd(WINDOW_PACKETS);
    config.setMtu(MTU);
    config.setStream(true);
    config.setConv(ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
    config.setUseConvChannel(true);
    config.setAckNoDelay(true);
    config.setWriteBufferSize(WRITE_BUFFER_BYTES);
    config.setTimeoutMillis(TimeUnit.SECONDS.toMillis(60));
    return config;
  }

  @Override
  public void serve(InetSocketAddress address, Identity identity, Consumer<Duplex> streams) {
    KcpServer server = new KcpServer();
    server.init(new Listener(stream -> Thread.ofPlatform().daemon().start(() -> streams.accept(stream))), config(),
        address.getPort());
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.stop();
    }
  }

  @Override
  public Probe.Opener opener(InetSocketAddress server) {
    return () -> {
      KcpClient client = new KcpClient();
      ChannelConfig config = config();
      client.init(config);
      Listener listener = new Listener(stream -> {});
      return listener.stream(client.connect(server, config, listener));
    };
  }

  private static final class Listener implements KcpListener {
    private final Consumer<Duplex> onNew;
    private final Map<Ukcp, Stream> streams = new ConcurrentHashMap<>();

    Listener(Consumer<Duplex> onNew) {
      this.onNew = onNew;
    }

    Stream stream(Ukcp connection) {
      return streams.computeIfAbsent(connection, Stream::new);
    }

    @Override
    public void onConnected(Ukcp connection) {
      onNew.accept(stream(connection));
    }

    @Override
    public void handleReceive(ByteBuf bytes, Ukcp connection) {
      // java-Kcp releases it
      stream(connection).in.add(ByteBufUtil.getBytes(bytes));
    }

    @Override
    public void handleException(Throwable problem, Ukcp connection) {
      System.err.println("java-Kcp: " + problem);
      stream(connection).close();
    }

    @Override
    public void handleClose(Ukcp connection) {
      stream(connection).in.end();
    }
  }

  private static final class Stream implements Duplex {
    private final Ukcp connection;
    private final Received in = new Received(() -> {});

    Stream(Ukcp connection) {
      this.connection = connection;
    }

    @Override
    public InputStream in() {
      return in;
    }

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          for (int at = 0; at < length; at += WRITE_BYTES)
            writePiece(bytes, offset + at, Math.min(WRITE_BYTES, length - at));
        }
      };
    }

    private void writePiece(byte[] bytes, int offset, int length) throws IOException {
      ByteBuf piece = Unpooled.copiedBuffer(bytes, offset, length);
      try {
        while (!connection.write(piece)) {
          if (!connection.isActive()) throw new IOException("the connection is closed");
          LockSupport.parkNanos(FULL_NAP_NANOS);
        }
      } finally {
        piece.release();
      }
    }

    @Override
    public void close() {
      connection.close();
      in.end();
    }
  }
}
