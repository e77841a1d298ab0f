package dev.gap.lab.bench;

/**
 * What a probe says of a download.
 *
 * @param bytes that came in the time given
 * @param firstByteNanos from before the connection was opened
 * @param elapsedNanos from the first byte to the end of the time given, or to the last byte if that came sooner
 * @param sha256 of the bytes
 */
record Download(long bytes, long firstByteNanos, long elapsedNanos, String sha256) {
  String line() {
    return "downloaded " + bytes + " " + firstByteNanos + " " + elapsedNanos + " " + sha256;
  }

  /** {@return the one that {@link #line} describes} */
  static Download parse(String line) {
    String[] parts = line.strip().split(" ", -1);
    if (parts.length != 5 || !parts[0].equals("downloaded"))
      throw new IllegalArgumentException("this tells of no download: '" + line.strip() + "'");
    return new Download(Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]), parts[4]);
  }

  double megabitsPerSecond() {
    return elapsedNanos <= 0 ? 0 : bytes * 8e3 / elapsedNanos;
  }
}
