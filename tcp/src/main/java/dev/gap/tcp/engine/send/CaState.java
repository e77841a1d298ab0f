package dev.gap.tcp.engine.send;

/** What a sender makes of the acknowledgments: the names and order are Linux's, which tools know. */
public enum CaState {
  /** Nothing is wrong. */
  OPEN,
  /** Duplicate or selective acknowledgments: loss or reordering. */
  DISORDER,
  /** The window is being reduced for a mark of congestion, RFC 3168 section 6.1.2. */
  CWR,
  /** Fast recovery, RFC 6582, 6675, 6937. */
  RECOVERY,
  /** After a retransmission timeout. */
  LOSS
}
