package dev.gap.cli;

import java.util.Locale;

/** The two long-running sides. */
enum Role {
  LOCAL, SERVER;

  /** {@return the name of the command} */
  String command() {
    return name().toLowerCase(Locale.ROOT);
  }
}
