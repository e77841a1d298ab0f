/** The {@code gap} command. */
@org.jspecify.annotations.NullMarked module dev.gap.cli {
  requires static org.jspecify;
  requires dev.gap.lab;
  requires dev.gap.packetdrill;
  requires dev.gap.proxy;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires jdk.httpserver;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires org.slf4j;
  requires org.tomlj;
  requires tools.jackson.core;
  requires tools.jackson.dataformat.yaml;

  opens dev.gap.cli to info.picocli;
}
