package dev.gap.packetdrill.python;

/** Why code did not run to its end. */
public sealed abstract class PythonException extends Exception {
  private static final long serialVersionUID = 1;

  PythonException(String message) {
    super(message);
  }

  /** An assertion does not hold. */
  public static final class AssertionFailed extends PythonException {
    private static final long serialVersionUID = 1;

    AssertionFailed(String message) {
      super(message);
    }
  }

  /** The code cannot be run: it has a mistake, or needs more of Python than there is here. */
  public static final class Unusable extends PythonException {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }
}
