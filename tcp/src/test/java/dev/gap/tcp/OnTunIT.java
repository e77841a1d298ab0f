package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gap.tcp.engine.TcpConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@link TcpStack#onTun} makes a device, and our stack and the kernel talk through it. */
@Timeout(60)
class OnTunIT {
  private static final InetAddress KERNEL = InetAddress.ofLiteral("198.18.79.1");
  private static final InetAddress STACK = InetAddress.ofLiteral("198.18.79.2");
  private static final String DEVICE = "gapontun";

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  private static TcpStack start() throws IOException {
    return TcpStack.onTun(DEVICE, "198.18.79.1/24", STACK, TcpConfig.DEFAULT);
  }

  @Test
  void bothCanConnectAndTheDeviceIsGoneAfterwards() throws IOException {
    try (Namespace namespace = Namespace.make()) {
      try (TcpStack stack = namespace.call(OnTunIT::start);
          ServerSocket kernels = namespace.listen();
          TcpServerSocket ours = stack.listen(8080);
          TcpSocket client = stack.connect(new InetSocketAddress(KERNEL, kernels.getLocalPort()));
          Socket accepted = kernels.accept();
          Socket guest = namespace.connect(new InetSocketAddress(STACK, 8080));
          TcpSocket host = ours.accept()) {
        client.getOutputStream().write(1);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
        guest.getOutputStream().write(2);
        assertThat(host.getInputStream().read()).isEqualTo(2);
        assertThat(namespace.run("ip", "link", "show", DEVICE)).contains("mtu 1500").contains("UP");
      }
      assertThat(namespace.run("ip", "link")).doesNotContain(DEVICE);
    }
  }

  @Test
  void whatCannotBeDoneIsSaid() throws IOException {
    try (Namespace namespace = Namespace.make()) {
      assertThatThrownBy(
          () -> namespace.call(() -> TcpStack.onTun(DEVICE, "no address", STACK, TcpConfig.DEFAULT)))
          .isInstanceOf(IOException.class);
      assertThat(namespace.run("ip", "link")).as("nothing is left behind").doesNotContain(DEVICE);
    }
  }
}
