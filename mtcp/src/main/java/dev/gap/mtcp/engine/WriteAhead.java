package dev.gap.mtcp.engine;

import dev.gap.transport.RateController;

/**
 * How many bytes an application may write before they are acknowledged: what is in flight and as much again, and a lead, so that
 * the path never waits for the application.
 *
 * @param most bytes in any case
 */
record WriteAhead(long most) {
  private static final long LEAST_LEAD = 256 << 10;
  private static final long MOST_LEAD = 4 << 20;
  /** Such a part of a second's sending lies ready: who writes may pause, as kernel TCP in front of a proxy does. */
  private static final int LEAD_PART = 4;

  /**
   * {@return how many bytes}
   *
   * @param pacingRate of the path, in bytes a second, or {@link RateController#UNLIMITED} while it is not known
   * @param plentiful whether there is memory enough for a long lead
   * @param outstanding bytes in flight
   */
  long limit(long pacingRate, boolean plentiful, long outstanding) {
    boolean led = pacingRate != RateController.UNLIMITED && plentiful;
    long lead = led ? Math.clamp(pacingRate / LEAD_PART, LEAST_LEAD, MOST_LEAD) : LEAST_LEAD;
    return Math.min(most, lead + 2 * outstanding);
  }
}
