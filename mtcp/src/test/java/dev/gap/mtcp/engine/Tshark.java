package dev.gap.mtcp.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Runs tshark with the dissector of tools/mtcp.lua. */
final class Tshark {
  private static final int PATIENCE_SECONDS = 120;
  private static final List<String> FIELDS = List.of("mtcp.profile", "mtcp.problem", "mtcp.rid", "mtcp.pn",
      "mtcp.direction", "mtcp.suite", "mtcp.tag.status", "mtcp.hash.status", "mtcp.id", "mtcp.seq", "mtcp.ack",
      "mtcp.tsval",
      "mtcp.tsecr", "mtcp.window", "mtcp.flags.fin", "mtcp.flags.rst", "mtcp.flags.ack", "mtcp.flags.cnt",
      "mtcp.flags.rsv",
      "mtcp.offset", "mtcp.sack", "mtcp.sack.first", "mtcp.sack.last", "mtcp.len", "mtcp.data", "mtcp.padding",
      "mtcp.control", "mtcp.control.token", "mtcp.control.challenge", "mtcp.control.reason", "mtcp.control.reset",
      "mtcp.control.body", "mtcp.fragment.id", "mtcp.fragment.index", "mtcp.fragment.count", "_ws.expert.message",
      "_ws.col.Protocol", "_ws.col.Info");
  private static final int LINKTYPE_ETHERNET = 1;
  private static final int ETHERNET = 14;
  private static final int IP = 20;
  private static final int UDP = 8;

  private final Path directory;
  private final List<String> preferences = new ArrayList<>();

  /** What is shown of one packet. */
  record Row(Map<String, String> fields) {
    String text(String field) {
      return Objects.requireNonNull(fields.get(field), field);
    }

    boolean has(String field) {
      return !text(field).isEmpty();
    }

    int number(String field) {
      return (int) Long.decode(text(field)).longValue();
    }

    byte[] bytes(String field) {
      return HexFormat.of().parseHex(text(field).replace(":", ""));
    }

    /** {@return the segment that is shown} */
    TestSegment segment() {
      int flags = 0;
      String[] names = {"fin", "rst", "ack", "cnt", "rsv"};
      for (int i = 0; i < names.length; i++)
        flags |= number("mtcp.flags." + names[i]) << i;
      List<Integer> sack = new ArrayList<>();
      if (has("mtcp.sack.first")) {
        String[] first = text("mtcp.sack.first").split(",", -1);
        String[] last = text("mtcp.sack.last").split(",", -1);
        for (int i = 0; i < first.length; i++) {
          sack.add(Integer.parseUnsignedInt(first[i]));
          sack.add(Integer.parseUnsignedInt(last[i]));
        }
      }
      byte[] data = bytes("mtcp.data");
      if (data.length != number("mtcp.len")) throw new AssertionError("the length is not that of the data: " + fields);
      return new TestSegment(Long.parseUnsignedLong(text("mtcp.id").substring(2), 16), number("mtcp.seq"),
          number("mtcp.ack"), number("mtcp.tsval"), number("mtcp.tsecr"), number("mtcp.window"), flags, sack, data);
    }
  }

  /** @param directory for its files */
  Tshark(Path directory) {
    this.directory = directory;
  }

  /** {@return whether there is such a command here} */
  static boolean isInstalled() {
    try {
      return new ProcessBuilder("sh", "-c", "command -v tshark").redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
          .waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  Tshark with(String preference, Object value) {
    preferences.add("-o");
    preferences.add(preference + ":" + value);
    return this;
  }

  /** {@return what is shown of each packet of a capture file} */
  List<Row> read(Path capture, String... options) throws IOException, InterruptedException {
    List<String> command = command(capture.toString(), options);
    Path out = directory.resolve("tshark.out");
    Path errors = directory.resolve("tshark.err");
    Process process = builder(command, errors).redirectOutput(out.toFile()).start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end");
    }
    String complaints = Files.readString(errors);
    if (process.exitValue() != 0 || complaints.contains("Lua"))
      throw new AssertionError(command + " failed: " + process.exitValue() + " " + complaints);
    String text = Files.readString(out, UTF_8);
    if (text.contains("Lua Error")) throw new AssertionError(text);
    return text.lines().map(Tshark::row).toList();
  }

  /**
   * Gives tshark a capture file as if it were just being captured: once the first packet is shown, does {@code then}, and
   * gives the others.
   */
  List<Row> watch(Path capture, Runnable then) throws IOException {
    byte[] whole = Files.readAllBytes(capture);
    int first = 24 + 16 + ByteBuffer.wrap(whole).getInt(24 + 8);
    Process process = builder(command("-", "-l"), directory.resolve("tshark.err")).start();
    try (BufferedReader out = process.inputReader(UTF_8)) {
      OutputStream in = process.getOutputStream();
      in.write(whole, 0, first);
      in.flush();
      List<Row> rows = new ArrayList<>(List.of(row(Objects.requireNonNull(out.readLine(), "tshark has ended"))));
      then.run();
      in.write(whole, first, whole.length - first);
      in.close();
      out.lines().map(Tshark::row).forEach(rows::add);
      return rows;
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> command(String input, String... options) {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-X", "lua_script:" + script()));
    command.addAll(preferences);
    command.addAll(List.of(options));
    command.addAll(List.of("-r", input, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"));
    for (String field : FIELDS)
      command.addAll(List.of("-e", field));
    return command;
  }

  private ProcessBuilder builder(List<String> command, Path errors) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    // not what the user has set or installed
    builder.environment().put("WIRESHARK_CONFIG_DIR", directory.toString());
    return builder;
  }

  private static Row row(String line) {
    String[] values = line.split("\t", -1);
    if (values.length != FIELDS.size()) throw new AssertionError("other fields than asked for: " + line);
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < values.length; i++)
      fields.put(FIELDS.get(i), values[i]);
    return new Row(fields);
  }

  private static Path script() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path script = at.resolve("tools/mtcp.lua");
      if (Files.exists(script)) return script;
    }
    throw new AssertionError("no tools/mtcp.lua above " + Path.of("").toAbsolutePath());
  }

  /** Writes a capture file of datagrams between two hosts, with headers of Ethernet, IPv4 and UDP. {@return its path} */
  Path write(String name, List<Pcap.Datagram> datagrams) throws IOException {
    int bytes = 24;
    for (Pcap.Datagram d : datagrams)
      bytes += 16 + ETHERNET + IP + UDP + d.payload().length;
    ByteBuffer file = ByteBuffer.allocate(bytes);
    file.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65535).putInt(LINKTYPE_ETHERNET);
    for (Pcap.Datagram d : datagrams)
      write(file, d);
    Path path = directory.resolve(name);
    Files.write(path, file.array());
    return path;
  }

  private static void write(ByteBuffer file, Pcap.Datagram d) {
    int udp = UDP + d.payload().length;
    long micros = TimeUnit.NANOSECONDS.toMicros(d.nanos());
    file.putInt((int) (micros / 1_000_000)).putInt((int) (micros % 1_000_000));
    file.putInt(ETHERNET + IP + udp).putInt(ETHERNET + IP + udp);
    byte from = (byte) (d.sourcePort() < d.destinationPort() ? 2 : 1);
    byte to = (byte) (3 - from);
    file.put(new byte[]{2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0});
    file.putShort((short) 0x4500).putShort((short) (IP + udp)).putInt(0x4000).putShort((short) 0x4011)
        .putShort((short) 0);
    file.put(new byte[]{10, 77, 0, from, 10, 77, 0, to});
    file.putShort((short) d.sourcePort()).putShort((short) d.destinationPort()).putShort((short) udp)
        .putShort((short) 0);
    file.put(d.payload());
  }
}
