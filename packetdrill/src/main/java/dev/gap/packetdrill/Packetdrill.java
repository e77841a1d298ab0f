package dev.gap.packetdrill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.run.Outcome;
import dev.gap.packetdrill.run.Profile;
import dev.gap.packetdrill.run.ScriptRunner;
import dev.gap.packetdrill.run.StackUnderTest;
import dev.gap.packetdrill.script.Script;
import dev.gap.packetdrill.script.ScriptException;
import dev.gap.packetdrill.script.ScriptParser;
import dev.gap.packetdrill.script.Symbols;

/** The tool: runs scripts from files and directories on a stack and tells how they went. */
public final class Packetdrill {
  private final ScriptRunner runner;

  /**
   * @param kind whose habits the stack is to have, null to go by each script
   */
  public Packetdrill(StackUnderTest.Factory factory, Profile.@Nullable Kind kind) {
    runner = new ScriptRunner(factory, kind);
  }

  /** Runs every script in {@code paths}, in order of their names. */
  public Report run(List<Path> paths) throws IOException {
    Report report = new Report();
    for (Path script : scripts(paths))
      report.add(script, run(script));
    return report;
  }

  /** {@return how the script in a file went} */
  public Outcome run(Path file) throws IOException {
    return run(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  /** {@return how the script whose text this is went} */
  public Outcome run(String name, String text) {
    Script script;
    try {
      script = parse(name, text);
    } catch (ScriptException e) {
      int line = e.position().line();
      return switch (e) {
        case ScriptException.Syntax s -> new Outcome.Failed(line, "a script in the language",
            String.valueOf(s.getMessage()), "", List.of());
        case ScriptException.Unsupported u -> new Outcome.Unsupported(line, u.reason(), List.of());
      };
    }
    try {
      return runner.run(script);
    } catch (RuntimeException e) {
      StackTraceElement[] trace = e.getStackTrace();
      String where = trace.length == 0 ? "" : " at " + trace[0];
      return new Outcome.Failed(0, "the stack to go on", "it threw " + e + where, "", List.of());
    }
  }

  /** {@return a script, with the words replaced that the public corpora expect on the command line} */
  public static Script parse(String name, String text) throws ScriptException {
    boolean v6 = name.endsWith("v6.pkt") || text.contains("--ip_version=ipv6");
    Symbols symbols = new Symbols().define("CMSG_LEVEL_IP", v6 ? "SOL_IPV6" : "SOL_IP")
        .define("CMSG_TYPE_RECVERR", v6 ? "IPV6_RECVERR" : "IP_RECVERR")
        .define("CODE", v6 ? "address_unreachable" : "host_unreachable");
    return ScriptParser.parse(name, forFreeBsd(text), symbols);
  }

  /** The scripts of FreeBSD have parts for it and parts for the standard: the former hold. Lines keep their numbers. */
  private static String forFreeBsd(String text) {
    if (!text.contains("#ifdef ")) return text;
    StringBuilder kept = new StringBuilder(text.length());
    boolean within = true;
    for (String line : text.split("\n", -1)) {
      String directive = line.strip();
      boolean isDirective = true;
      if (directive.startsWith("#ifdef ")) within = directive.equals("#ifdef FreeBSD");
      else if (directive.startsWith("#ifndef ")) within = !directive.equals("#ifndef FreeBSD");
      else if (directive.startsWith("#else")) within = !within;
      else if (directive.startsWith("#endif")) within = true;
      else isDirective = false;
      kept.append(within && !isDirective ? line : "").append('\n');
    }
    return kept.toString();
  }

  /** {@return the files among {@code paths} and the scripts in the directories among them} */
  public static List<Path> scripts(List<Path> paths) throws IOException {
    List<Path> scripts = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        scripts.add(path);
        continue;
      }
      try (Stream<Path> inside = Files.walk(path)) {
        inside.filter(p -> p.toString().endsWith(".pkt") && Files.isRegularFile(p)).sorted().forEach(scripts::add);
      }
    }
    return scripts;
  }
}
