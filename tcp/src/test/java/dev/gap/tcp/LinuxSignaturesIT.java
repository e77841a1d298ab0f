package dev.gap.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gap.tcp.TwoHosts.Family;
import dev.gap.tcp.TwoHosts.Setup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Linux takes what our stack signs (RFC 2385), and signs what our stack takes. The kernel's end is Python's. */
@Timeout(60)
final class LinuxSignaturesIT {
  private static final int PORT = 179;
  private static final int BYTES = 300_000;
  private static final int SHORT_MILLIS = 500;
  private static final String SECRET = "ours";
  /** {@code struct tcp_md5sig} of Linux: an address, and a key with its length. */
  private static final String PYTHON = """
      import socket, struct, sys
      role, peer, port, secret = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4].encode()
      family = socket.AF_INET6 if ':' in peer else socket.AF_INET
      s = socket.socket(family, socket.SOCK_STREAM)
      raw = socket.inet_pton(family, peer)
      address = struct.pack('=HHI', family, 0, 0) + raw if family == socket.AF_INET6 else struct.pack('=HH', family, 0) + raw
      s.setsockopt(socket.IPPROTO_TCP, 14, address.ljust(128, b'\\0') + struct.pack('=BBHI', 0, 0, len(secret), 0)
                   + secret.ljust(80, b'\\0'))
      if role == 'server':
        s.bind(('', port)); s.listen(1); print('listens', flush=True)
        c, _ = s.accept()
        while True:
          part = c.recv(65536)
          if not part: break
          c.sendall(part)
        c.close()
      else:
        s.connect((peer, port))
        sent = bytes(i % 251 for i in range(int(sys.argv[5])))
        s.sendall(sent); s.shutdown(socket.SHUT_WR)
        got = b''
        while True:
          part = s.recv(65536)
          if not part: break
          got += part
        print('same' if got == sent else 'different', flush=True)
      """;

  @BeforeEach
  void needsRootAndTun() {
    TwoHosts.assumePossible();
  }

  private static Child python(TwoHosts hosts, String role, InetAddress peer) throws IOException {
    return Child.start(hosts.namespace().in(Child.assumed("python3"), "-c", PYTHON, role, peer.getHostAddress(),
        String.valueOf(PORT), SECRET, String.valueOf(BYTES)));
  }

  private static boolean echo(TcpServerSocket server) throws IOException {
    try (TcpSocket socket = server.accept()) {
      byte[] all = socket.getInputStream().readNBytes(BYTES);
      socket.getOutputStream().write(all);
      return socket.getInputStream().read() == -1;
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsClientSpeaksWithOurServer(Family family) throws IOException {
    InetAddress kernel = TwoHosts.kernelAt(family, PORT).getAddress();
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD); TcpServerSocket server = hosts.stack().listen(PORT)) {
      hosts.stack().setSignatureKey(kernel, SECRET.getBytes(US_ASCII));
      server.setOption(TcpOptions.MD5_SIGNATURE, true);
      Future<Boolean> served = Background.start(() -> echo(server));
      try (Child child = python(hosts, "client", TwoHosts.stackAt(family, PORT).getAddress())) {
        assertThat(child.line()).isEqualTo("same");
        assertThat(Background.get(served)).isTrue();
        child.finish();
      }
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ourClientSpeaksWithItsServer(Family family) throws IOException {
    InetAddress kernel = TwoHosts.kernelAt(family, PORT).getAddress();
    try (TwoHosts hosts = TwoHosts.join(Setup.OFFLOAD);
        Child child = python(hosts, "server", TwoHosts.stackAt(family, PORT).getAddress())) {
      assertThat(child.line()).isEqualTo("listens");
      hosts.stack().setSignatureKey(kernel, SECRET.getBytes(US_ASCII));
      try (TcpSocket socket = hosts.stack().socket()) {
        socket.setOption(TcpOptions.MD5_SIGNATURE, true);
        socket.connect(TwoHosts.kernelAt(family, PORT));
        Future<Payload> sent = Background.start(() -> {
          Payload payload = Payload.write(socket.getOutputStream(), BYTES, 1);
          socket.shutdownOutput();
          return payload;
        });
        assertThat(Payload.read(socket.getInputStream())).isEqualTo(Background.get(sent));
      }
      child.finish();
      KernelView.of(hosts.namespace()).assertNothingAmiss();
    }
  }

  @Test
  void whatIsSignedWithSomethingElseTheKernelDrops() throws IOException {
    InetAddress kernel = TwoHosts.kernelAt(Family.IPV4, PORT).getAddress();
    try (TwoHosts hosts = TwoHosts.join(Setup.PLAIN);
        Child child = python(hosts, "server", TwoHosts.stackAt(Family.IPV4, PORT).getAddress())) {
      assertThat(List.of(child.line())).containsExactly("listens");
      hosts.stack().setSignatureKey(kernel, "theirs".getBytes(US_ASCII));
      TcpSocket socket = hosts.stack().socket();
      socket.setOption(TcpOptions.MD5_SIGNATURE, true);
      assertThatThrownBy(() -> socket.connect(TwoHosts.kernelAt(Family.IPV4, PORT), SHORT_MILLIS))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(KernelView.of(hosts.namespace()).of("TcpExtTCPMD5Failure")).isPositive();
    }
  }
}
