package dev.gap.mtcp.engine;

/**
 * How many copies a guarded segment of a path is to have: as many as leave about one in a thousand lost for all that. What single losses and
 * bursts of them take from this is measured together: each segment lost with its copies asks for one more, and each that
 * arrives for a little less.
 */
final class Redundancy {
  private static final double FIRST = 2;
  private static final double LEAST = 1;
  /** At 30 % loss, six transmissions leave less than one in a thousand lost. */
  private static final double MOST = 5;
  private static final double ACCEPTED_LOSS = 0.001;

  private double wanted = FIRST;

  /** {@return how many copies, 1 to 5} */
  int copies() {
    return (int) Math.round(wanted);
  }

  /** Notes that a segment with copies arrived, or one of them did. */
  void onArrived() {
    wanted = Math.max(LEAST, wanted - ACCEPTED_LOSS);
  }

  /** Notes that a segment was lost, and its copies, too. */
  void onLost() {
    wanted = Math.min(MOST, wanted + 1);
  }
}
