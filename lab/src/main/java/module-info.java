/** Networks to test on: links and hosts in virtual time, and real links made worse on purpose. */
@org.jspecify.annotations.NullMarked module dev.gap.lab {
  requires dev.gap.io;
  requires dev.gap.transport;
  requires static org.jspecify;

  exports dev.gap.lab;
  exports dev.gap.lab.bench;
}
