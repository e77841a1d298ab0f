package dev.gap.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A TUN device of Linux. It lasts as long as the port is open, also when {@code ip link set ... netns} has moved it into
 * another network namespace.
 */
public final class LinuxTunPort implements TunPort {
  private static final String DEVICE = "/dev/net/tun";
  private static final int IFF_TUN = 0x0001;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  private static final int LONGEST_NAME = 15;
  /** Checksums, TCP segmentation of IPv4 and IPv6, also with ECN. */
  private static final int TCP_OFFLOAD = 0x01 | 0x02 | 0x04 | 0x08;
  /** UDP segmentation of IPv4 and IPv6: since Linux 6.2. */
  private static final int UDP_OFFLOAD = 0x20 | 0x40;

  /**
   * What kind of device to open.
   *
   * @param name at most 15 bytes; {@code %d} in it is a number that the kernel chooses
   * @param offload whether packets come and go with a {@link VirtioHeader}, up to 64 KiB at a time
   */
  public record Options(String name, boolean offload) {
    public Options {
      int length = name.getBytes(UTF_8).length;
      if (length < 1 || length > LONGEST_NAME)
        throw new IllegalArgumentException("a device's name has 1 to 15 bytes: '" + name + "'");
    }

    /** Single packets without any header. */
    public static Options plain(String name) {
      return new Options(name, false);
    }
  }

  private final LinuxCalls calls;
  private final int descriptor;
  private final String name;
  private final boolean offload;
  private final LinuxPoll poll;
  private boolean open = true;

  private LinuxTunPort(LinuxCalls calls, int descriptor, String name, boolean offload) throws IOException {
    this.calls = calls;
    this.descriptor = descriptor;
    this.name = name;
    this.offload = offload;
    poll = new LinuxPoll(descriptor);
  }

  /**
   * Makes a device, which is down and has no address yet: see {@link #configure}.
   *
   * @throws IOException if that cannot be done, saying what is missing
   */
  public static LinuxTunPort open(Options options) throws IOException {
    LinuxCalls calls = new LinuxCalls();
    int descriptor = calls.open(DEVICE);
    if (descriptor < 0) throw new IOException(explain(DEVICE + " cannot be opened", -descriptor));
    try {
      int flags = IFF_TUN | IFF_NO_PI | (options.offload() ? IFF_VNET_HDR : 0);
      LinuxCalls.Named made = calls.makeTun(descriptor, options.name(), flags);
      if (made.error() < 0)
        throw new IOException(explain("the device " + options.name() + " cannot be made", -made.error()));
      if (options.offload()) setOffload(calls, descriptor);
      return new LinuxTunPort(calls, descriptor, made.name(), options.offload());
    } catch (IOException | RuntimeException e) {
      calls.close(descriptor);
      throw e;
    }
  }

  private static void setOffload(LinuxCalls calls, int descriptor) throws IOException {
    int result = calls.setOffload(descriptor, TCP_OFFLOAD | UDP_OFFLOAD);
    if (result == -LinuxCalls.EINVAL) result = calls.setOffload(descriptor, TCP_OFFLOAD);
    if (result < 0) throw new IOException(explain("no segmentation offload", -result));
  }

  private static String explain(String what, int error) {
    return what + ": " + switch (error) {
      case LinuxCalls.EPERM, LinuxCalls.EACCES -> "only root (or CAP_NET_ADMIN) may do that";
      case LinuxCalls.ENOENT -> "this system has no TUN devices (modprobe tun)";
      case LinuxCalls.EBUSY -> "there is one of that name, and it is in use";
      case LinuxCalls.EINVAL -> "the name or the kind is not possible here";
      default -> "error " + error;
    };
  }

  /**
   * Gives the device an MTU and addresses such as {@code 10.1.2.3/24} or {@code fd00::1/64}, and switches it on.
   *
   * @throws IOException if the command {@code ip} cannot do it, with what it says
   */
  public void configure(int mtu, List<String> addresses) throws IOException {
    for (String address : addresses)
      ip(List.of("addr", "add", address, "dev", name));
    ip(List.of("link", "set", name, "mtu", String.valueOf(mtu), "up"));
  }

  private static void ip(List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(words);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + ": " + said);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + String.join(" ", command), e);
    }
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int headerBytes() {
    return offload ? VirtioHeader.BYTES : 0;
  }

  @Override
  public int receive(byte[] packet) throws IOException {
    requireOpen();
    int length = calls.read(descriptor, packet, Math.min(packet.length, MAX_PACKET_BYTES));
    if (length < 0) {
      // EIO: the device is down
      if (length == -LinuxCalls.EAGAIN || length == -LinuxCalls.EINTR || length == -LinuxCalls.EIO)
        return NOTHING;
      throw new IOException("cannot read from " + name + ": error " + -length);
    }
    return length;
  }

  @Override
  public boolean send(byte[] packet, int length) throws IOException {
    requireOpen();
    int written = calls.write(descriptor, packet, length);
    if (written == length) return true;
    return switch (-written) {
      case LinuxCalls.EAGAIN, LinuxCalls.EINTR, LinuxCalls.EIO, LinuxCalls.EINVAL, LinuxCalls.ENOBUFS ->
        false;
      default -> throw new IOException("cannot write to " + name + ": error " + -written);
    };
  }

  @Override
  public void await(long nanos) throws IOException {
    requireOpen();
    poll.await(nanos);
  }

  @Override
  public void wakeup() {
    poll.wakeup();
  }

  private void requireOpen() throws IOException {
    if (!open) throw new IOException(name + " is closed");
  }

  /** Closes it: the device is gone. */
  @Override
  public void close() {
    if (!open) return;
    open = false;
    poll.close();
    calls.close(descriptor);
  }
}
