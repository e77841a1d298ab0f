package dev.gap.packetdrill.run;

import java.util.EnumSet;
import java.util.Set;

import dev.gap.packetdrill.run.Readiness.Event;

/** One descriptor's place in an epoll instance. */
final class EpollItem {
  private final Set<Event> wanted;
  private final boolean edge;
  private final boolean once;
  private final Set<Event> told = EnumSet.noneOf(Event.class);
  private long inputs = -1;
  private long outputs = -1;
  private long errors;
  private boolean done;

  EpollItem(Set<Event> wanted, boolean edge, boolean once) {
    this.wanted = EnumSet.noneOf(Event.class);
    this.wanted.addAll(wanted);
    this.wanted.add(Event.ERR);
    this.wanted.add(Event.HUP);
    this.edge = edge;
    this.once = once;
  }

  /**
   * {@return what epoll_wait is to tell now, empty if nothing}
   *
   * @param reports how many times there was news in the error queue so far
   */
  Set<Event> tell(Readiness readiness, long reports) {
    Set<Event> ready = EnumSet.noneOf(Event.class);
    for (Event event : readiness.now())
      if (wanted.contains(event)) ready.add(event);
    if (done || ready.isEmpty()) {
      told.retainAll(ready);
      return EnumSet.noneOf(Event.class);
    }
    boolean input = readiness.inputs() != inputs && ready.contains(Event.IN);
    boolean output = readiness.outputs() != outputs && ready.contains(Event.OUT);
    boolean error = reports != errors && ready.contains(Event.ERR);
    boolean news = !told.containsAll(ready) || input || output || error;
    told.clear();
    told.addAll(ready);
    inputs = readiness.inputs();
    outputs = readiness.outputs();
    errors = reports;
    if (edge && !news) return EnumSet.noneOf(Event.class);
    done = once;
    return ready;
  }
}
