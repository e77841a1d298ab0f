package dev.gap.packetdrill.run;

import java.util.Set;

/**
 * What poll would tell of a socket.
 *
 * @param now what holds now
 * @param inputs how many times there was news for readers so far, for edge-triggered epoll
 * @param outputs how many times writers that had found no room were told of some, for edge-triggered epoll
 */
public record Readiness(Set<Event> now, long inputs, long outputs) {
  public Readiness {
    now = Set.copyOf(now);
  }

  /** What poll tells; each is {@code POLL} or {@code EPOLL} and its name. */
  public enum Event {
    IN, PRI, OUT, ERR, HUP, RDHUP
  }
}
