/** Tests of TCP stacks written as packet scripts: parser and runner of the packetdrill language, in virtual time. */
@org.jspecify.annotations.NullMarked module dev.gap.packetdrill {
  requires static org.jspecify;
  requires dev.gap.tcp;

  exports dev.gap.packetdrill;
  exports dev.gap.packetdrill.gap;
  exports dev.gap.packetdrill.python;
  exports dev.gap.packetdrill.run;
  exports dev.gap.packetdrill.script;
  exports dev.gap.packetdrill.wire;
}
