package dev.gap.mtcp.engine;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;

import dev.gap.lab.LinkSpec;
import dev.gap.lab.VirtualNetwork;
import dev.gap.mtcp.engine.secure.SecureEndpoint;
import dev.gap.mtcp.engine.secure.SessionConfig;

/** A client and a server of profile 2, to which may happen what happens to real ones: sleep, death, wrong clocks, moves. */
final class SecureWorld {
  final VirtualNetwork network;
  final Rig rig;
  final Port nearPort;
  final Port farPort;
  private final SessionConfig nearConfig;
  private final SessionConfig farConfig;
  private final SplittableRandom random;
  /** How far the wall clocks are off. */
  Duration nearWall = Duration.ZERO;
  Duration farWall = Duration.ZERO;

  SecureWorld(LinkSpec link, long seed) {
    this(link, seed, Rig.SECURE, Rig.SECURE);
  }

  SecureWorld(LinkSpec link, long seed, SessionConfig nearConfig, SessionConfig farConfig) {
    this.nearConfig = nearConfig;
    this.farConfig = farConfig;
    random = new SplittableRandom(seed);
    network = new VirtualNetwork(seed);
    SecureEndpoint near = newNear(0);
    SecureEndpoint far = newFar(0);
    nearPort = new Port(near);
    farPort = new Port(far);
    rig = new Rig(link, link, network, near, far, nearPort, farPort);
  }

  private SecureEndpoint newNear(long now) {
    return new SecureEndpoint(EndpointConfig.dialing(), nearConfig, random.split(), () -> wall(nearWall), now);
  }

  private SecureEndpoint newFar(long now) {
    return new SecureEndpoint(EndpointConfig.acceptingUpTo(4096), farConfig, random.split(), () -> wall(farWall), now);
  }

  private long wall(Duration off) {
    long shift = nearPort == null ? 0 : nearPort.shiftNanos;
    return Rig.START_MILLIS + (network.now() + shift) / 1_000_000 + off.toMillis();
  }

  SecureEndpoint near() {
    return (SecureEndpoint) rig.near;
  }

  SecureEndpoint far() {
    return (SecureEndpoint) rig.far;
  }

  /** Kills the client without a word, and starts another one at its address. */
  void restartNear() {
    SecureEndpoint next = newNear(rig.now());
    rig.near = next;
    nearPort.engine = next;
  }

  /** Kills the server without a word, and starts another one at its address. */
  void restartFar() {
    SecureEndpoint next = newFar(rig.now());
    rig.far = next;
    farPort.engine = next;
  }

  /** Both machines sleep: their clocks go on, nothing else does. */
  void sleep(Duration time) {
    nearPort.shiftNanos += time.toNanos();
    farPort.shiftNanos = nearPort.shiftNanos;
    rig.shiftNanos = nearPort.shiftNanos;
  }

  void moveNear(InetSocketAddress to) {
    if (!network.addressOf(nearPort).equals(to)) network.rebind(nearPort, to);
  }

  void blackout(boolean on) {
    network.blackout(Rig.NEAR, Rig.FAR, on);
  }

  /** From now on no datagram larger than {@code bytes} crosses the path, either way. */
  void setPathMtu(int bytes) {
    nearPort.filter = (datagram, length, to) -> length <= bytes;
    farPort.filter = nearPort.filter;
  }

  /** {@return seconds since} */
  double since(long thenNanos) {
    return (rig.now() - thenNanos) / 1e9;
  }
}
