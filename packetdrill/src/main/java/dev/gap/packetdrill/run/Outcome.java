package dev.gap.packetdrill.run;

import java.util.List;

/** How a script went. */
public sealed interface Outcome {
  /** {@return what was noticed by the way, such as shell commands that were not run} */
  List<String> notes();

  /** Everything happened as the script says. */
  record Passed(List<String> notes) implements Outcome {
    public Passed {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Something happened otherwise.
   *
   * @param line the line of the event concerned
   * @param text the event as written
   */
  record Failed(int line, String expected, String actual, String text, List<String> notes) implements Outcome {
    public Failed {
      notes = List.copyOf(notes);
    }
  }

  /** The script asks for what neither tool nor stack can do. */
  record Unsupported(int line, String reason, List<String> notes) implements Outcome {
    public Unsupported {
      notes = List.copyOf(notes);
    }
  }
}
