package dev.gap.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import dev.gap.lab.bench.Duplex;
import dev.gap.lab.bench.Probe;

/** Netty's QUIC, which is quiche's, with BBR. */
final class NettyQuicPeer implements Peer {
  private static final int DATAGRAM_BYTES = 1350;
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  @Override
  public void serve(InetSocketAddress address, Identity identity, Consumer<Duplex> streams) throws IOException {
    ChannelHandler codec = configure(new QuicServerCodecBuilder().sslContext(serverContext(identity)))
        .tokenHandler(null).handler(new Nothing())
        .streamOption(ChannelOption.AUTO_READ, false).streamHandler(new ChannelInitializer<QuicStreamChannel>() {
          @Override
          protected void initChannel(QuicStreamChannel channel) {
            NettyStream stream = new NettyStream(channel);
            channel.pipeline().addLast(stream);
            Thread.ofPlatform().daemon().start(() -> streams.accept(stream));
          }
        }).build();
    try {
      socket(codec, address).closeFuture().sync();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static QuicSslContext serverContext(Identity identity) throws IOException {
    try {
      KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(identity.keyStore(), identity.password().toCharArray());
      return QuicSslContextBuilder.forServer(keys, identity.password()).applicationProtocols(PROTOCOL).build();
    } catch (GeneralSecurityException e) {
      throw new IOException("the key store does not serve", e);
    }
  }

  @Override
  public Probe.Opener opener(InetSocketAddress server) {
    return () -> {
      QuicSslContext trusting = QuicSslContextBuilder.forClient()
          .trustManager(InsecureTrustManagerFactory.INSTANCE).applicationProtocols(PROTOCOL)
          .build();
      ChannelHandler codec = configure(new QuicClientCodecBuilder().sslContext(trusting)).build();
      try {
        Channel udp = socket(codec, new InetSocketAddress(0));
        QuicChannel connection = QuicChannel.newBootstrap(udp).streamHandler(new Nothing())
            .remoteAddress(server).connect().get();
        QuicStreamChannel channel = connection.newStreamBootstrap().type(QuicStreamType.BIDIRECTIONAL)
            .option(ChannelOption.AUTO_READ, false).handler(new ChannelInitializer<QuicStreamChannel>() {
              @Override
              protected void initChannel(QuicStreamChannel created) {
                created.pipeline().addLast(new NettyStream(created));
              }
            }).create().get();
        return channel.pipeline().get(NettyStream.class);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while connecting", e);
      } catch (ExecutionException e) {
        throw new IOException("cannot connect: " + e.getCause(), e);
      }
    };
  }

  private static <B extends QuicCodecBuilder<B>> B configure(B builder) {
    return builder.congestionControlAlgorithm(QuicCongestionControlAlgorithm.BBR)
        .maxIdleTimeout(60, TimeUnit.SECONDS).maxSendUdpPayloadSize(DATAGRAM_BYTES)
        .maxRecvUdpPayloadSize(DATAGRAM_BYTES).initialMaxData(WINDOW_BYTES)
        .initialMaxStreamDataBidirectionalLocal(WINDOW_BYTES).initialMaxStreamDataBidirectionalRemote(WINDOW_BYTES)
        .initialMaxStreamsBidirectional(100);
  }

  private static Channel socket(ChannelHandler codec, InetSocketAddress address) throws InterruptedException {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends DatagramChannel> type = epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
    return new Bootstrap().group(new MultiThreadIoEventLoopGroup(1, handlers)).channel(type)
        .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES).option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
        .handler(codec).bind(address).sync().channel();
  }

  /** Where a handler is demanded, of every connection. */
  @ChannelHandler.Sharable
  private static final class Nothing extends ChannelInboundHandlerAdapter {}
}
