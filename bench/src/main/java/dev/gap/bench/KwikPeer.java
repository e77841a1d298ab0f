package dev.gap.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ApplicationProtocolConnection;
import tech.kwik.core.server.ApplicationProtocolConnectionFactory;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;

import dev.gap.lab.bench.Duplex;
import dev.gap.lab.bench.Probe;

/** Kwik, which has New Reno alone. */
final class KwikPeer implements Peer {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  @Override
  public void serve(InetSocketAddress address, Identity identity, Consumer<Duplex> streams) throws IOException {
    DatagramSocket socket = new DatagramSocket(address);
    socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
    socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
    try (ServerConnector server = ServerConnector.builder().withSocket(socket)
        .withKeyStore(identity.keyStore(), identity.alias(), identity.password().toCharArray())
        .withConfiguration(ServerConnectionConfig.builder().maxIdleTimeout((int) IDLE.toMillis())
            .maxOpenPeerInitiatedBidirectionalStreams(100).maxConnectionBufferSize(WINDOW_BYTES)
            .maxBidirectionalStreamBufferSize(WINDOW_BYTES).build())
        .withLogger(new NullLogger()).build()) {
      server.registerApplicationProtocol(PROTOCOL, new Factory(streams));
      server.start();
      new CountDownLatch(1).await();
    } catch (GeneralSecurityException e) {
      throw new IOException("the key store does not serve", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Factory(Consumer<Duplex> streams) implements ApplicationProtocolConnectionFactory {
    @Override
    public ApplicationProtocolConnection createConnection(String protocol, QuicConnection connection) {
      return new ApplicationProtocolConnection() {
        @Override
        public void acceptPeerInitiatedStream(QuicStream stream) {
          Thread.ofPlatform().daemon().start(() -> streams.accept(new Stream(stream, () -> {})));
        }
      };
    }

    @Override
    public int maxConcurrentPeerInitiatedBidirectionalStreams() {
      return 100;
    }
  }

  @Override
  public Probe.Opener opener(InetSocketAddress server) {
    return () -> {
      QuicClientConnection connection = QuicClientConnection.newBuilder().host(server.getHostString())
          .port(server.getPort()).applicationProtocol(PROTOCOL).noServerCertificateCheck().connectTimeout(PATIENCE)
          .maxIdleTimeout(IDLE).defaultStreamReceiveBufferSize((long) WINDOW_BYTES).logger(new NullLogger())
          .socketFactory(address -> {
            DatagramSocket socket = new DatagramSocket();
            socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
            return socket;
          }).build();
      connection.connect();
      return new Stream(connection.createStream(true), connection::close);
    };
  }

  private record Stream(QuicStream stream, Runnable end) implements Duplex {
    @Override
    public InputStream in() {
      return stream.getInputStream();
    }

    @Override
    public OutputStream out() {
      return stream.getOutputStream();
    }

    @Override
    public void close() throws IOException {
      try {
        stream.getOutputStream().close();
      } finally {
        stream.abortReading(0);
        end.run();
      }
    }
  }
}
