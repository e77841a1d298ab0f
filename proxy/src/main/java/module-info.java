/** Inbounds, relay and server of the proxy. */
@org.jspecify.annotations.NullMarked module dev.gap.proxy {
  requires static org.jspecify;
  requires transitive dev.gap.mtcp;
  requires org.slf4j;

  exports dev.gap.proxy;
}
