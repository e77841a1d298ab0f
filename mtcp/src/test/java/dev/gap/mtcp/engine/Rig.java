package dev.gap.mtcp.engine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.VirtualNetwork;
import dev.gap.mtcp.engine.protection.SeedKey;
import dev.gap.mtcp.engine.protection.SeedProtection;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SessionConfig;
import dev.gap.mtcp.engine.secure.SharedKey;
import dev.gap.transport.PacketEngine;

/** Two endpoints, near (dialing) and far (accepting), joined by a link in virtual time. */
final class Rig {
  static final InetSocketAddress NEAR = address(1, 40_000);
  static final InetSocketAddress FAR = address(2, 2286);
  static final String KEY = "gap-proxy";
  static final SessionConfig SECURE = SessionConfig
      .withKey(SharedKey.parse("mk2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"));
  static final long START_MILLIS = 1_790_000_000_000L;

  final VirtualNetwork network;
  /** May be replaced, where they sit behind a {@link Port}. */
  MtcpEngine near;
  MtcpEngine far;
  /** How far the engines' clocks are ahead of the network's. */
  long shiftNanos;
  private final List<Runnable> applications = new CopyOnWriteArrayList<>();

  Rig(LinkSpec link, long seed) {
    this(link, link, seed, EndpointConfig.dialing(), EndpointConfig.acceptingUpTo(4096));
  }

  Rig(LinkSpec up, LinkSpec down, long seed, EndpointConfig nearConfig, EndpointConfig farConfig) {
    this(up, down, new VirtualNetwork(seed), endpoint(nearConfig, seed), endpoint(farConfig, seed + 1));
  }

  /** Profile 2. */
  static Rig secure(LinkSpec link, long seed) {
    return secure(link, link, seed, SECURE, SECURE);
  }

  static Rig secure(LinkSpec up, LinkSpec down, long seed, SessionConfig nearConfig, SessionConfig farConfig) {
    VirtualNetwork network = new VirtualNetwork(seed);
    return new Rig(up, down, network, secureEndpoint(EndpointConfig.dialing(), nearConfig, network, seed),
        secureEndpoint(EndpointConfig.acceptingUpTo(4096), farConfig, network, seed + 1));
  }

  /** Profile 1 or 2. */
  static Rig ofProfile(int profile, LinkSpec link, long seed) {
    return ofProfile(profile, link, seed, EndpointConfig.dialing(), EndpointConfig.acceptingUpTo(4096));
  }

  static Rig ofProfile(int profile, LinkSpec link, long seed, EndpointConfig nearConfig, EndpointConfig farConfig) {
    if (profile == 1) return new Rig(link, link, seed, nearConfig, farConfig);
    VirtualNetwork network = new VirtualNetwork(seed);
    return new Rig(link, link, network, secureEndpoint(nearConfig, SECURE, network, seed),
        secureEndpoint(farConfig, SECURE, network, seed + 1));
  }

  static SecureEndpoint secureEndpoint(EndpointConfig endpoint, SessionConfig config, VirtualNetwork network,
      long seed) {
    return new SecureEndpoint(endpoint, config, new SplittableRandom(seed),
        () -> START_MILLIS + network.now() / 1_000_000, network.now());
  }

  Rig(LinkSpec up, LinkSpec down, VirtualNetwork network, MtcpEngine near, MtcpEngine far) {
    this(up, down, network, near, far, near, far);
  }

  Rig(LinkSpec up, LinkSpec down, VirtualNetwork network, MtcpEngine near, MtcpEngine far, PacketEngine nearHost,
      PacketEngine farHost) {
    this.network = network;
    this.near = near;
    this.far = far;
    network.attach(NEAR, nearHost);
    network.attach(FAR, farHost);
    network.connect(NEAR, FAR, up, down);
    network.onEveryEvent(() -> applications.forEach(Runnable::run));
  }

  static Endpoint endpoint(EndpointConfig config, long seed) {
    return new Endpoint(config, new SeedProtection(new SeedKey(KEY)), new SplittableRandom(seed));
  }

  /** An endpoint that does not have the key. */
  static Endpoint stranger(long seed) {
    return new Endpoint(EndpointConfig.dialing(), new SeedProtection(new SeedKey("another")),
        new SplittableRandom(seed));
  }

  static InetSocketAddress address(int host, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(new byte[]{10, 77, 0, (byte) host}), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static LinkSpec link(int delayMillis, double megabits, double loss) {
    return LinkSpec.PERFECT.withDelay(Duration.ofMillis(delayMillis)).withRate((long) (megabits * 1e6))
        .withQueue(Duration.ofMillis(100)).withLoss(loss);
  }

  long now() {
    return network.now() + shiftNanos;
  }

  /** Runs {@code application} after every event. */
  void application(Runnable application) {
    applications.add(application);
  }

  boolean run(BooleanSupplier until, Duration limit) {
    return network.runUntil(until, limit);
  }

  Connection dial() {
    return near.connect(FAR, now());
  }

  /** {@return the connection that far accepts next} */
  Connection accepted() {
    Connection[] found = new Connection[1];
    run(() -> (found[0] = far.accept()) != null, Duration.ofSeconds(30));
    return Objects.requireNonNull(found[0], "nothing was accepted");
  }

  /** Sends a repeating pattern, and ends the stream after {@code total} bytes. */
  final class Source {
    private final Connection connection;
    private final MtcpEngine endpoint;
    private final long total;
    private final byte[] chunk = new byte[64 << 10];
    long sent;

    Source(MtcpEngine endpoint, Connection connection, long total) {
      this.endpoint = endpoint;
      this.connection = connection;
      this.total = total;
      application(this::pump);
    }

    private void pump() {
      if (sent == total) return;
      boolean any = false;
      while (sent < total) {
        int n = (int) Math.min(Math.min(chunk.length, total - sent), connection.writableBytes());
        // in lumps, as a socket's buffer would give them
        if (n < Math.min(8192, total - sent)) break;
        for (int i = 0; i < n; i++)
          chunk[i] = pattern(sent + i);
        sent += connection.write(chunk, 0, n);
        any = true;
      }
      if (sent == total) connection.shutdownOutput();
      if (any) endpoint.update(connection, now());
    }
  }

  /** Reads and checks the pattern. */
  final class Sink {
    private final Connection connection;
    private final MtcpEngine endpoint;
    private final byte[] chunk = new byte[64 << 10];
    long received;
    long firstByteAt = -1;
    boolean finished;
    boolean reading = true;
    boolean closing = true;

    Sink(MtcpEngine endpoint, Connection connection) {
      this.endpoint = endpoint;
      this.connection = connection;
      application(this::pump);
    }

    private void pump() {
      if (finished || !reading) return;
      boolean any = false;
      for (int n = connection.read(chunk, 0, chunk.length); n != 0; n = connection.read(chunk, 0, chunk.length)) {
        any = true;
        if (n < 0) {
          finished = true;
          if (closing) connection.close();
          break;
        }
        if (firstByteAt < 0) firstByteAt = now();
        for (int i = 0; i < n; i++) {
          if (chunk[i] != pattern(received + i)) throw new AssertionError("byte " + (received + i) + " is wrong");
        }
        received += n;
      }
      if (any) endpoint.update(connection, now());
    }
  }

  private static byte pattern(long i) {
    return (byte) (i * 31 + (i >>> 8) * 7 + (i >>> 16));
  }

  /** A download of {@code total} bytes: near dials and sends a request, far answers. */
  final class Download {
    final Connection dialed;
    @Nullable
    Connection served;
    @Nullable
    Source source;
    final Sink sink;

    Download(long total) {
      dialed = dial();
      dialed.write(new byte[]{'G', 'E', 'T'}, 0, 3);
      near.update(dialed, now());
      sink = new Sink(near, dialed);
      application(() -> {
        if (served != null || dialed.closeReason() != null) return;
        served = far.accept();
        if (served != null) source = new Source(far, served, total);
      });
    }

    boolean finish(Duration limit) {
      return run(() -> sink.finished, limit);
    }
  }
}
