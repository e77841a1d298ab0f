package dev.gap.mtcp.engine;

/**
 * How many connections all sessions of an engine have together, and whether there is room for one more. One session has three
 * quarters of the room at most, so that a single peer keeps nobody else out.
 */
final class Crowd {
  private final int most;
  private int together;

  /** @param most at least 1 */
  Crowd(int most) {
    this.most = most;
  }

  /** {@return whether there is room for one more of a session that has {@code own} already} */
  boolean hasRoomBeside(int own) {
    return together < most && own < Math.max(1, most / 4 * 3);
  }

  void enter() {
    together++;
  }

  void leave(int count) {
    together -= count;
  }

  int together() {
    return together;
  }
}
