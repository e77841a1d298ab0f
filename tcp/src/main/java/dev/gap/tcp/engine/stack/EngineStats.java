package dev.gap.tcp.engine.stack;

/** What an engine has counted. */
public final class EngineStats {
  public long received;
  public long sent;
  public long malformed;
  public long notForUs;
  public long fragments;
  public long reassembled;
  /** First fragments that did not hold all headers (RFC 7112), and packets that did not become whole and whose senders may know. */
  public long headersCut;
  public long reassemblyTimeouts;
  /** Of ICMP. */
  public long errorsSent;
  public long resetsSent;
  /** Segments dropped because they were not signed as they had to be. */
  public long badSignatures;
  public long synsDropped;
  public long cookiesSent;
  public long cookiesReceived;
  public long cookiesFailed;
  public long acceptOverflows;
  public long timeWaitOverflows;
  public long challengesSuppressed;
  public long fastOpenAccepted;
  public long fastOpenRejected;
}
