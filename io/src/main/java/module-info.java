/** The outside of the engines: the loop that owns one, and the sockets it talks through. */
@org.jspecify.annotations.NullMarked module dev.gap.io {
  requires static org.jspecify;
  requires jdk.net;
  requires transitive dev.gap.transport;

  exports dev.gap.io;
}
