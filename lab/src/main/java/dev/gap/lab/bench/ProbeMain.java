package dev.gap.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link Probe} on kernel TCP, as a process of its own: {@code ADDRESS:PORT direct|SOCKS_PORT MEASUREMENT}. */
final class ProbeMain {
  private static final String DIRECT = "direct";

  private ProbeMain() {}

  /** {@return the command that measures at {@code address}} */
  static List<String> command(String address) {
    return command(address, DIRECT);
  }

  /** {@return the command that measures at {@code address}, through a SOCKS5 proxy of the same machine} */
  static List<String> commandThroughSocks(String address, int socksPort) {
    return command(address, String.valueOf(socksPort));
  }

  private static List<String> command(String address, String way) {
    List<String> command = new ArrayList<>(JavaCommand.ofLab(ProbeMain.class));
    command.addAll(List.of(address, way));
    return command;
  }

  /** Measures once. */
  public static void main(String[] arguments) throws IOException {
    InetSocketAddress target = Addresses.parse(arguments[0]);
    Proxy proxy = arguments[1].equals(DIRECT)
        ? Proxy.NO_PROXY
        : new Proxy(Proxy.Type.SOCKS, new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1])));
    String[] measurement = Arrays.copyOfRange(arguments, 2, arguments.length);
    Probe.run(() -> open(target, proxy), measurement);
    System.exit(0);
  }

  private static Duplex open(InetSocketAddress target, Proxy proxy) throws IOException {
    Socket socket = new Socket(proxy);
    socket.setTcpNoDelay(true);
    socket.connect(target);
    return new Stream(socket, socket.getInputStream(), socket.getOutputStream());
  }

  private record Stream(Socket socket, InputStream in, OutputStream out) implements Duplex {
    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
