package dev.gap.mtcp.engine;

/** What an endpoint has counted since it began. Written by the engine's thread alone. */
public final class EndpointStats {
  long received;
  long sent;
  long unauthentic;
  long malformed;
  long unknown;
  long wrongAddress;
  long refused;
  long opened;
  long resetsAnswered;
  long migrations;

  /**
   * A copy of the counters.
   *
   * @param received datagrams received
   * @param sent datagrams sent
   * @param unauthentic datagrams that no holder of the key had made
   * @param malformed segments with impossible fields
   * @param unknown segments of no known connection
   * @param wrongAddress segments for a dialer that came from another address than its server's
   * @param refused connections refused because there were too many
   * @param opened connections dialed and accepted
   * @param resetsAnswered segments answered by a reset
   * @param migrations times that a connection followed its peer to another address
   */
  public record Snapshot(long received, long sent, long unauthentic, long malformed, long unknown, long wrongAddress,
      long refused, long opened, long resetsAnswered, long migrations) {}

  /** Counts datagrams that came and went. */
  public void count(int in, int out) {
    received += in;
    sent += out;
  }

  /** Counts a datagram that no holder of the key had made. */
  public void countUnauthentic() {
    unauthentic++;
  }

  /** {@return the counters now} */
  public Snapshot snapshot() {
    return new Snapshot(received, sent, unauthentic, malformed, unknown, wrongAddress, refused, opened, resetsAnswered,
        migrations);
  }
}
