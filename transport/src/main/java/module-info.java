/** Protocol mechanisms, each in one file, and the wall between protocol and world. */
@org.jspecify.annotations.NullMarked module dev.gap.transport {
  requires static org.jspecify;

  exports dev.gap.transport;
}
