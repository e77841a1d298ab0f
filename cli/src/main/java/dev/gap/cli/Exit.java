package dev.gap.cli;

/** Exit codes, after sysexits.h where it has one. */
final class Exit {
  static final int OK = 0;
  /** The command did not succeed. */
  static final int FAILED = 1;
  /** The command line is wrong. */
  static final int USAGE = 64;
  /** A host name cannot be resolved. */
  static final int NO_HOST = 68;
  /** An address is in use, or a process that should be there is not. */
  static final int UNAVAILABLE = 69;
  /** A defect of gap. */
  static final int SOFTWARE = 70;
  /** The configuration is wrong. */
  static final int CONFIG = 78;

  private Exit() {}
}
