/** The TCP/IP engine, which touches nothing but its arguments, and the sockets that people hold. */
@org.jspecify.annotations.NullMarked module dev.gap.tcp {
  requires static org.jspecify;
  requires jdk.net;
  requires transitive dev.gap.transport;
  requires transitive dev.gap.io;

  exports dev.gap.tcp;
  exports dev.gap.tcp.engine;
  exports dev.gap.tcp.engine.congestion;
  exports dev.gap.tcp.engine.connection;
  exports dev.gap.tcp.engine.receive;
  exports dev.gap.tcp.engine.send;
  exports dev.gap.tcp.engine.stack;
  exports dev.gap.tcp.engine.wire;
}
