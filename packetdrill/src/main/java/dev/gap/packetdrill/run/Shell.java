package dev.gap.packetdrill.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes shell commands for what they would do to the host, and does that to a profile. Nothing is ever executed.
 */
final class Shell {
  private static final Pattern PRODUCT = Pattern.compile("\\$\\(\\(\\s*(\\d+(?:\\s*\\*\\s*\\d+)*)\\s*\\)\\)");
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");
  private static final Pattern ASSIGNMENT = Pattern.compile("([\\w./-]+?)\\s*=\\s*(.*)", Pattern.DOTALL);
  private static final Pattern ECHO = Pattern.compile("(?:/bin/)?echo\\s+(.*?)\\s*>\\s*(/proc/sys/\\S+)");
  private static final Pattern SIGNATURE_KEY = Pattern.compile("-A\\s+tcp-md5\\s+\"([^\"]*)\"");
  private static final String PROC = "/proc/sys/";

  private final Profile initial;
  private final List<String> notes;
  private Profile profile;
  private boolean forget;
  private long sleepNanos;

  Shell(Profile profile, List<String> notes) {
    initial = profile;
    this.profile = profile;
    this.notes = notes;
  }

  Profile profile() {
    return profile;
  }

  /** {@return whether the last commands make the host forget what it learned} */
  boolean forgets() {
    return forget;
  }

  /** {@return how long the last commands sleep} */
  long sleepNanos() {
    return sleepNanos;
  }

  /** Takes in the commands that stood in backquotes. */
  void run(String commands) throws RunException {
    forget = false;
    sleepNanos = 0;
    if (commands.contains("setkey")) signatureKeys(commands);
    for (String line : computed(commands.replace("\\\n", " ")).split("\\n|;|&&|\\|\\|", -1)) {
      String command = line.replaceAll("(^|\\s)#.*", "").replaceAll("\\d?>\\s*/dev/null|2>&1|<\\s*/dev/null", "")
          .strip();
      if (!command.isEmpty()) command(command);
    }
  }

  /** Works out products in $((...)), as sizes of buffers are written. */
  private static String computed(String commands) {
    return PRODUCT.matcher(commands).replaceAll(product -> {
      long value = 1;
      for (String factor : product.group(1).split("\\*", -1))
        value *= Long.parseLong(factor.strip());
      return Long.toString(value);
    });
  }

  private void command(String command) throws RunException {
    Matcher echo = ECHO.matcher(command);
    if (echo.matches()) {
      sysctl(procName(echo.group(2)), unquoted(echo.group(1)));
      return;
    }
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find())
      words.add(unquoted(matcher.group()));
    String program = words.getFirst();
    String name = program.substring(program.lastIndexOf('/') + 1);
    switch (name) {
      case "defaults.sh" -> {
        profile = profile.with(Defaults.GTESTS);
        forget = true;
      }
      case "set_sysctls.py", "sysctl", "export" -> assignments(name, words);
      case "ip" -> ip(command, words);
      case "ifconfig" -> interfaceMtu(words);
      case "tc" -> trafficControl(command);
      case "sleep" -> sleepNanos += (long) (Double.parseDouble(words.getLast()) * 1e9);
      default -> other(name, command);
    }
  }

  /** What FreeBSD's {@code setkey} is told of keys for TCP. There is one peer, so that addresses need not be looked at. */
  private void signatureKeys(String commands) {
    Matcher added = SIGNATURE_KEY.matcher(commands);
    if (added.find()) profile = profile.with(Map.of(Setting.MD5_SECRET, added.group(1)));
    else if (commands.contains("setkey -F")) profile = profile.with(Map.of(Setting.MD5_SECRET, ""));
  }

  private void other(String name, String command) {
    if (name.startsWith("sysctl_restore")) {
      profile = initial;
    } else {
      notes.add("not run: " + command);
    }
  }

  private void assignments(String program, List<String> words) {
    List<String> names = words.subList(1, words.size());
    for (String word : names) {
      if (word.startsWith("-")) continue;
      Matcher assignment = ASSIGNMENT.matcher(word);
      if (!assignment.matches()) {
        notes.add("not run: " + program + " " + word);
      } else {
        sysctl(procName(assignment.group(1)), assignment.group(2));
      }
    }
  }

  private void sysctl(String name, String value) {
    if (name.equals("net.inet.tcp.hostcache.purgenow")) {
      forget = true;
      return;
    }
    if (name.equals("net.inet.tcp.fastopen.client_enable") && value.strip().equals("0")) forget = true;
    Sysctls.settings(name, value, profile).ifPresentOrElse(s -> profile = profile.with(s),
        () -> notes.add("no effect: sysctl " + name + "=" + value));
  }

  private static String procName(String name) {
    return name.startsWith(PROC) ? name.substring(PROC.length()).replace('/', '.') : name;
  }

  private static String unquoted(String word) {
    return word.replace("\"", "").replace("'", "");
  }

  private void ip(String command, List<String> words) {
    if (words.contains("tcp_metrics")) {
      forget = true;
    } else if (words.contains("route")) {
      route(words);
    } else if (words.contains("link") && words.contains("mtu")) {
      interfaceMtu(words);
    } else {
      notes.add("not run: " + command);
    }
  }

  private void route(List<String> words) {
    Profile.Route old = Profile.Route.PLAIN;
    int ecn = words.contains("features") && words.contains("ecn") ? 1 : old.ecn();
    profile = profile.with(new Profile.Route(after(words, "initcwnd", old.initialWindow()),
        after(words, "initrwnd", old.initialReceiveWindow()), after(words, "advmss", old.advertisedMss()),
        after(words, "mtu", old.mtu()), after(words, "rto_min", old.rtoMinMillis()),
        after(words, "quickack", old.quickAck()), ecn, textAfter(words, "congctl", old.congestionControl())));
  }

  private void interfaceMtu(List<String> words) {
    int mtu = after(words, "mtu", -1);
    if (mtu > 0) profile = profile.withMtu(mtu);
    else notes.add("not run: " + String.join(" ", words));
  }

  /** The words "lock" may stand before a number, and "ms" after it. */
  private static int after(List<String> words, String name, int otherwise) {
    String text = textAfter(words, name, "");
    String digits = text.replaceAll("(ms|s)$", "");
    if (!digits.matches("\\d+")) return otherwise;
    int number = Integer.parseInt(digits);
    return text.endsWith("s") && !text.endsWith("ms") ? number * 1000 : number;
  }

  private static String textAfter(List<String> words, String name, String otherwise) {
    int at = words.indexOf(name);
    if (at < 0 || at + 1 >= words.size()) return otherwise;
    boolean locked = words.get(at + 1).equals("lock") && at + 2 < words.size();
    return words.get(locked ? at + 2 : at + 1);
  }

  private void trafficControl(String command) throws RunException {
    if (command.matches(".*limit 0\\b.*|.*netem.*|.*\\btbf\\b.*")) {
      throw new RunException.Unsupported("a queue that drops or delays: " + command);
    }
    boolean paces = command.matches(".*\\bqdisc (add|replace|change)\\b.*\\bfq\\b.*");
    if (command.contains("qdisc")) profile = profile.with(Map.of(Setting.PACED, paces ? "1" : "0"));
    if (!paces) notes.add("not run: " + command);
  }
}
