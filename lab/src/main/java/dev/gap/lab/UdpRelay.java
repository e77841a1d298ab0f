package dev.gap.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bad link between real sockets: it takes datagrams at one address and passes them on to a target through a
 * {@link Link}, and the replies back through another. Like a NAT it gives each client a socket of its own towards the
 * target, so that replies find their way; it forgets a client after 2 minutes of silence, and the one silent longest
 * when there are more than 1024. It needs no privileges. All its work is done by one daemon thread, exact to a fraction
 * of a millisecond. Safe for use by many threads.
 */
public final class UdpRelay implements AutoCloseable {
  private static final int MAX_CLIENTS = 1024;
  private static final long IDLE_NANOS = Duration.ofMinutes(2).toNanos();
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;
  private static final int MAX_DATAGRAM_BYTES = 65_536;
  /** The most datagrams taken from one socket before others get their turn. */
  private static final int BURST = 64;

  private static final long LONGEST_SLEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
  /** Selectors count in milliseconds and may be late by one: what is due sooner than this is waited for in naps. */
  private static final long SELECT_FROM_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final InetSocketAddress target;
  private final Selector selector;
  private final DatagramChannel listener;
  private final InetSocketAddress localAddress;
  private final Thread thread = Thread.ofPlatform().daemon().name("udp-relay").unstarted(this::run);
  private final long originNanos = System.nanoTime();
  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();
  private final Link<Client> up;
  private final Link<Client> down;
  /** In the order of last use, the one silent longest first. */
  private final LinkedHashMap<InetSocketAddress, Client> clients = new LinkedHashMap<>(16, 0.75f, true);
  private long failures;
  private volatile boolean open = true;

  private UdpRelay(InetSocketAddress listen, InetSocketAddress target, LinkSpec up, LinkSpec down, long seed)
      throws IOException {
    this.target = target;
    this.up = new Link<>(up, seed);
    this.down = new Link<>(down, ~seed);
    selector = Selector.open();
    DatagramChannel channel = null;
    try {
      channel = newSocket();
      channel.bind(listen);
      localAddress = (InetSocketAddress) channel.getLocalAddress();
      channel.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      if (channel != null) channel.close();
      selector.close();
      throw e;
    }
    listener = channel;
  }

  /**
   * Starts a relay.
   *
   * @param listen where clients send to; port 0 picks a free one: see {@link #localAddress}
   * @param target where their datagrams go
   * @param up the link from clients to target, shared by all clients
   * @param down the link from target to clients, shared by all clients
   * @param seed what every random choice follows from
   * @throws IllegalArgumentException if an address is unresolved
   * @throws IOException if {@code listen} cannot be bound
   */
  public static UdpRelay start(InetSocketAddress listen, InetSocketAddress target, LinkSpec up, LinkSpec down,
      long seed) throws IOException {
    if (listen.isUnresolved() || target.isUnresolved())
      throw new IllegalArgumentException("unresolved address: " + (listen.isUnresolved() ? listen : target));
    UdpRelay relay = new UdpRelay(listen, target, up, down, seed);
    relay.thread.start();
    return relay;
  }

  /** {@return the address that clients send to} */
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  /** {@return the counters of the link from clients to target} */
  public LinkStats up() {
    return stats(up);
  }

  /** {@return the counters of the link from target to clients} */
  public LinkStats down() {
    return stats(down);
  }

  private LinkStats stats(Link<Client> link) {
    lock.lock();
    try {
      return link.stats();
    } finally {
      lock.unlock();
    }
  }

  /** {@return how many times a socket refused a datagram, because its buffer was full or there was no route} */
  public long failures() {
    lock.lock();
    try {
      return failures;
    } finally {
      lock.unlock();
    }
  }

  /** Starts or ends a blackout of both directions: see {@link Link#setBlackout}. */
  public void setBlackout(boolean on) {
    lock.lock();
    try {
      up.setBlackout(on);
      down.setBlackout(on);
    } finally {
      lock.unlock();
    }
  }

  /** Changes both links from now on: see {@link Link#setSpec}. */
  public void setSpec(LinkSpec newUp, LinkSpec newDown) {
    lock.lock();
    try {
      long now = now();
      up.setSpec(newUp, now);
      down.setSpec(newDown, now);
    } finally {
      lock.unlock();
    }
    // what is on its way may be due sooner now
    selector.wakeup();
  }

  /**
   * Opens a new socket towards the target for each client and drops the old one, so that the target sees new addresses,
   * as when a NAT forgets. What the target has sent to the old ones and is not yet in the link is lost.
   *
   * @throws IOException if a socket cannot be opened (clients not yet served then keep theirs) or the relay is closed
   */
  public void rebind() throws IOException {
    lock.lock();
    try {
      if (!open) throw new IOException("the relay at " + localAddress + " is closed");
      for (Client client : clients.values()) {
        // opened before the old one is closed, or the system might hand out the same port again
        DatagramChannel fresh = openTowardsTarget();
        fresh.register(selector, SelectionKey.OP_READ, client);
        closeQuietly(client.socket);
        client.socket = fresh;
      }
    } finally {
      lock.unlock();
    }
    selector.wakeup();
  }

  /** Ends the relay: closes its sockets, drops what is on its way, and waits for its thread to end. */
  @Override
  public void close() {
    open = false;
    selector.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void run() {
    try {
      long nextNanos = now() + LONGEST_SLEEP_NANOS;
      while (open) {
        sleepUntil(nextNanos);
        lock.lock();
        try {
          receive();
          deliver();
          forgetIdle();
          nextNanos = Math.min(up.nextDueNanos(), down.nextDueNanos());
        } finally {
          lock.unlock();
        }
      }
    } catch (IOException e) {
      // only the selector itself can have failed, and without it there is no relay
      throw new IllegalStateException("the relay at " + localAddress + " has broken down", e);
    } finally {
      closeSockets();
    }
  }

  /** Returns at that time, or earlier if there is something to receive or a change to the links. */
  private void sleepUntil(long nextNanos) throws IOException {
    long waitNanos = Math.min(nextNanos - now(), LONGEST_SLEEP_NANOS);
    if (waitNanos >= SELECT_FROM_NANOS) {
      selector.select(TimeUnit.NANOSECONDS.toMillis(waitNanos) - 1);
    } else if (selector.selectNow() == 0 && waitNanos > 0) {
      LockSupport.parkNanos(Math.min(waitNanos, NAP_NANOS));
    }
  }

  private void receive() {
    Set<SelectionKey> ready = selector.selectedKeys();
    for (SelectionKey key : ready) {
      if (!key.isValid())
        continue; // closed by a rebind, or to make room, since it was selected
      DatagramChannel socket = (DatagramChannel) key.channel();
      Client client = (Client) key.attachment();
      for (int i = 0; i < BURST; i++) {
        buffer.clear();
        try {
          if (!(client == null ? receiveFromClient() : receiveFromTarget(client, socket))) break;
        } catch (IOException e) {
          // that datagram's trouble, or that client's for want of a socket: not the relay's
          failures++;
          break;
        }
      }
    }
    ready.clear();
  }

  private boolean receiveFromClient() throws IOException {
    InetSocketAddress source = (InetSocketAddress) listener.receive(buffer);
    if (source == null) return false;
    Client client = clients.get(source);
    if (client == null) client = welcome(source);
    client.lastUsedNanos = now();
    up.admit(client, buffer.array(), buffer.position(), client.lastUsedNanos);
    return true;
  }

  private boolean receiveFromTarget(Client client, DatagramChannel socket) throws IOException {
    SocketAddress source = socket.receive(buffer);
    if (source == null) return false;
    if (!source.equals(target)) return true;
    clients.get(client.address); // counts as use
    client.lastUsedNanos = now();
    down.admit(client, buffer.array(), buffer.position(), client.lastUsedNanos);
    return true;
  }

  private Client welcome(InetSocketAddress address) throws IOException {
    if (clients.size() == MAX_CLIENTS) forgetEldest();
    DatagramChannel socket = openTowardsTarget();
    Client client = new Client(address, socket);
    socket.register(selector, SelectionKey.OP_READ, client);
    clients.put(address, client);
    return client;
  }

  private DatagramChannel openTowardsTarget() throws IOException {
    DatagramChannel socket = newSocket();
    try {
      // not connected: Java's connected channels cannot send empty datagrams
      return socket.bind(null);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static DatagramChannel newSocket() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
    return channel;
  }

  private void forgetIdle() {
    long now = now();
    while (!clients.isEmpty() && now - clients.firstEntry().getValue().lastUsedNanos > IDLE_NANOS)
      forgetEldest();
  }

  private void forgetEldest() {
    closeQuietly(clients.pollFirstEntry().getValue().socket);
  }

  private void deliver() {
    long now = now();
    while (up.poll(now, this::sendToTarget)) {
      // sent
    }
    while (down.poll(now, this::sendToClient)) {
      // sent
    }
  }

  private void sendToTarget(Client client, byte[] bytes, int length) {
    try {
      count(client.socket.send(ByteBuffer.wrap(bytes, 0, length), target), length);
    } catch (IOException e) {
      failures++;
    }
  }

  private void sendToClient(Client client, byte[] bytes, int length) {
    try {
      count(listener.send(ByteBuffer.wrap(bytes, 0, length), client.address), length);
    } catch (IOException e) {
      failures++;
    }
  }

  /** A socket whose send buffer is full takes nothing and says so by its answer. */
  private void count(int sent, int length) {
    if (sent < length) failures++;
  }

  private long now() {
    return System.nanoTime() - originNanos;
  }

  private void closeSockets() {
    lock.lock();
    try {
      open = false;
      clients.values().forEach(client -> closeQuietly(client.socket));
      clients.clear();
      closeQuietly(listener);
      closeQuietly(selector);
    } finally {
      lock.unlock();
    }
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing is buffered that closing could lose, and there is no one to act on it
    }
  }

  /** Who sends to the relay, and the socket through which the target knows it. */
  private static final class Client {
    private final InetSocketAddress address;
    private DatagramChannel socket;
    private long lastUsedNanos;

    Client(InetSocketAddress address, DatagramChannel socket) {
      this.address = address;
      this.socket = socket;
    }
  }
}
