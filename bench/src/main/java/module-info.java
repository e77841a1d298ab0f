/** Other Java libraries that {@code gap lab} measures beside gap: no part of the product. */
@org.jspecify.annotations.NullMarked module dev.gap.bench {
  requires dev.gap.io;
  requires dev.gap.lab;
  requires dev.gap.tcp;
  requires io.netty.buffer;
  requires io.netty.codec.classes.quic;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires kcp.base;
  requires static org.jspecify;
  requires tech.kwik.core;
}
