package dev.gap.packetdrill.run;

/** Why a script does not go on. */
sealed abstract class RunException extends Exception {
  private static final long serialVersionUID = 1;

  RunException(String message) {
    super(message);
  }

  /** Something happened otherwise than the script says. */
  static final class Mismatch extends RunException {
    private static final long serialVersionUID = 1;

    private final String expected;
    private final String actual;

    Mismatch(String expected, String actual) {
      super("expected " + expected + ", but " + actual);
      this.expected = expected;
      this.actual = actual;
    }

    String expected() {
      return expected;
    }

    String actual() {
      return actual;
    }
  }

  /** The script asks for what cannot be done. */
  static final class Unsupported extends RunException {
    private static final long serialVersionUID = 1;

    private final String reason;

    Unsupported(String reason) {
      super(reason + " is not supported");
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }
}
