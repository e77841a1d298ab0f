package dev.gap.mtcp.engine.secure;

import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gap.transport.LongMap;

/** Whose keys a receiver ID of this side stands for. */
final class Channels {
  /** Keys, and what they belong to: a session, or a handshake not yet proved. */
  record Channel(Epoch epoch, @Nullable Session session, @Nullable HalfOpen halfOpen) {}

  private final LongMap<Channel> byId;
  private final RandomGenerator random;

  Channels(RandomGenerator random) {
    byId = new LongMap<>(random.nextLong());
    this.random = random;
  }

  /** {@return the channel of a receiver ID, or null} */
  @Nullable
  Channel get(int id) {
    return byId.get(id & 0xFFFFFFFFL);
  }

  void put(Epoch epoch, Session session) {
    put(new Channel(epoch, session, null));
  }

  void put(HalfOpen half) {
    put(new Channel(half.epoch(), null, half));
  }

  private void put(Channel channel) {
    byId.put(channel.epoch().localId() & 0xFFFFFFFFL, channel);
  }

  /** Erases keys and forgets whose they were. */
  void drop(@Nullable Epoch epoch) {
    if (epoch == null) return;
    byId.remove(epoch.localId() & 0xFFFFFFFFL);
    epoch.erase();
  }

  /** {@return a receiver ID that is not in use, not 0} */
  int drawId() {
    int id = random.nextInt();
    while (id == 0 || get(id) != null)
      id = random.nextInt();
    return id;
  }
}
