package dev.gap.packetdrill.script;

/** Why a script cannot be run as it stands. */
public sealed abstract class ScriptException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Position position;

  ScriptException(String file, Position position, String message) {
    super(file + ":" + position + ": " + message);
    this.position = position;
  }

  /** {@return where in the script the trouble is} */
  public Position position() {
    return position;
  }

  /** The text is not in the language. */
  public static final class Syntax extends ScriptException {
    private static final long serialVersionUID = 1;

    Syntax(String file, Position position, String message) {
      super(file, position, message);
    }
  }

  /** The text is in the language, but asks for more than TCP over IPv4 or IPv6. */
  public static final class Unsupported extends ScriptException {
    private static final long serialVersionUID = 1;

    private final String reason;

    Unsupported(String file, Position position, String reason) {
      super(file, position, reason + " is not supported");
      this.reason = reason;
    }

    /** {@return what was asked for} */
    public String reason() {
      return reason;
    }
  }
}
