package dev.gap.packetdrill.run;

/** Flags of send and receive calls; each is {@code MSG_} and its name. */
public enum MsgFlag {
  /** Urgent data. */
  OOB,
  /** Leave in the buffer what is read. */
  PEEK,
  /** Do not block; the runner sees to it. */
  DONTWAIT,
  /** Return only when everything asked for is there; the runner sees to it. */
  WAITALL,
  /** Discard instead of copying. */
  TRUNC,
  /** No signal for a broken pipe. */
  NOSIGNAL,
  /** More is to come: as if TCP_CORK were set during the call. */
  MORE,
  /** What follows is not to share a segment with this. */
  EOR,
  /** Connect, with data in the SYN if a cookie allows it. */
  FASTOPEN,
  /** Send without copying: no difference on the wire. */
  ZEROCOPY,
  /** Shut down for writing after this (FreeBSD). */
  EOF,
  /** No flag of a script: the caller blocks until all is queued, so that more comes as soon as there is room. */
  BLOCKING,
  /** Ask for what was reported in the error queue. */
  ERRQUEUE
}
