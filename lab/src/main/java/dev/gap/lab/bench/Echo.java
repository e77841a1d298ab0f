package dev.gap.lab.bench;

/** What a probe says of echoes: how many came back of how many sent, and percentiles of their times in microseconds. */
record Echo(long count, long sent, long p50, long p90, long p99, long max) {
  String line() {
    return "echoed " + count + " " + sent + " " + p50 + " " + p90 + " " + p99 + " " + max;
  }

  /** {@return the one that {@link #line} describes} */
  static Echo parse(String line) {
    String[] parts = line.strip().split(" ", -1);
    if (parts.length != 7 || !parts[0].equals("echoed"))
      throw new IllegalArgumentException("this tells of no echoes: '" + line.strip() + "'");
    return new Echo(Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]),
        Long.parseLong(parts[4]), Long.parseLong(parts[5]), Long.parseLong(parts[6]));
  }
}
