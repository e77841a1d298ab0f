package dev.gap.mtcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

import javax.net.SocketFactory;

/**
 * Makes {@link MtcpSocket}s for whoever takes a {@link SocketFactory}. All share one endpoint. Local addresses and ports
 * that a caller asks for are not heeded: they are the endpoint's.
 */
public final class MtcpSocketFactory extends SocketFactory implements AutoCloseable {
  private final MtcpEndpoint endpoint;

  /** @throws IOException if there is no UDP socket to be had */
  public MtcpSocketFactory(MtcpConfig config) throws IOException {
    endpoint = MtcpEndpoint.dialing(config);
  }

  /** {@return the endpoint behind it} */
  public MtcpEndpoint endpoint() {
    return endpoint;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new MtcpSocket(endpoint);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket(InetAddress.getByName(host), port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return endpoint.connect(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
    return createSocket(host, port);
  }

  /** Resets the factory's connections and closes its endpoint. */
  @Override
  public void close() {
    endpoint.close();
  }
}
