package dev.gap.cli;

/** A mistake in the configuration: the message names where it stands and what would be right. */
final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  ConfigException(String message) {
    super(message);
  }
}
