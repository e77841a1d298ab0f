/** Small programs that use mTCP as a library. */
@org.jspecify.annotations.NullMarked module dev.gap.examples {
  requires static org.jspecify;
  requires dev.gap.mtcp;
}
