/** The mTCP engine, which touches nothing but its arguments, and the sockets that people hold. */
@org.jspecify.annotations.NullMarked module dev.gap.mtcp {
  requires static org.jspecify;
  requires transitive dev.gap.transport;
  requires dev.gap.io;

  exports dev.gap.mtcp;
  exports dev.gap.mtcp.engine;
  exports dev.gap.mtcp.engine.protection;
  exports dev.gap.mtcp.engine.secure;
  exports dev.gap.mtcp.engine.wire;
}
