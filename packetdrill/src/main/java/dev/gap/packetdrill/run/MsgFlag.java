package dev.gap.packetdrill.run;

/** Flags of send and receive calls; each is {@code MSG_} and its name. */
public enum MsgFlag {
  /** Urgent data. */
  OOB(0x1),
  /** Leave in the buffer what is read. */
  PEEK(0x2),
  /** Do not block; the runner sees to it. */
  DONTWAIT(0x40),
  /** Return only when everything asked for is there; the runner sees to it. */
  WAITALL(0x100),
  /** Discard instead of copying. */
  TRUNC(0x20),
  /** No signal for a broken pipe. */
  NOSIGNAL(0x4000),
  /** More is to come: as if TCP_CORK were set during the call. */
  MORE(0x8000),
  /** What follows is not to share a segment with this. */
  EOR(0x80),
  /** Connect, with data in the SYN if a cookie allows it. */
  FASTOPEN(0x2000_0000),
  /** Send without copying: no difference on the wire. */
  ZEROCOPY(0x400_0000),
  /** Shut down for writing after this (FreeBSD). */
  EOF(0),
  /** No flag of a script: the caller blocks until all is queued, so that more comes as soon as there is room. */
  BLOCKING(0),
  /** Ask for what was reported in the error queue. */
  ERRQUEUE(0x2000);

  private final int bit;

  MsgFlag(int bit) {
    this.bit = bit;
  }

  /** {@return the bit that stands for it on Linux, 0 if none does} */
  int bit() {
    return bit;
  }
}
