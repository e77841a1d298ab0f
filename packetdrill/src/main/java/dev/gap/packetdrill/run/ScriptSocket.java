package dev.gap.packetdrill.run;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.wire.Packet;

/**
 * A socket or connection of a script, and what is known about its counterpart in the stack: ports, and how sequence
 * numbers and timestamps of the script are to be translated. As tcpdump prints them, numbers are absolute in segments
 * with SYN (the stack's as if its initial one were what the script says) and relative to the SYN in others.
 */
final class ScriptSocket {
  enum Phase {
    NEW, LISTENING, CONNECTING, SYN_SENT, SYN_RECEIVED, SYN_ACK_SENT
  }

  /** A packet that went out. */
  record Sent(Packet packet, long nanos) {}

  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private final Map<Long, Long> timestamps = new HashMap<>();
  private final Map<String, String> cookies;

  private Phase phase = Phase.NEW;
  private int fd = -1;
  private int localPort = -1;
  private int remotePort = -1;
  private long scriptIsn;
  private @Nullable Long liveIsn;
  private @Nullable Long remoteIsn;
  private @Nullable Long offeredIsn;
  private boolean opened;
  private @Nullable Long firstScriptStamp;
  private long firstLiveStamp;
  private boolean ownData;
  private boolean urgent;

  /**
   * @param cookies the Fast Open cookies behind words, shared by all sockets
   */
  ScriptSocket(Map<String, String> cookies) {
    this.cookies = cookies;
  }

  Phase phase() {
    return phase;
  }

  void setPhase(Phase newPhase) { phase = newPhase; }

  /** {@return the script's descriptor, -1 if it has none (yet)} */
  int fd() {
    return fd;
  }

  void setFd(int newFd) { fd = newFd; }

  int localPort() {
    return localPort;
  }

  int remotePort() {
    return remotePort;
  }

  void setPorts(int local, int remote) {
    localPort = local;
    remotePort = remote;
  }

  ArrayDeque<Sent> sent() {
    return sent;
  }

  Map<String, String> cookies() {
    return cookies;
  }

  /** {@return whether the script gave bytes to send in so many words, so that they do not tell their place} */
  boolean sendsOwnData() {
    return ownData;
  }

  void setSendsOwnData() {
    ownData = true;
  }

  /** {@return whether urgent data came in, which is not read in its place} */
  boolean urgent() {
    return urgent;
  }

  void setUrgent() {
    urgent = true;
  }

  /** What the script calls the stack's initial sequence number. */
  void setScriptIsn(long isn) { scriptIsn = isn; }

  /** What the stack took for its initial sequence number. */
  void setLiveIsn(long isn) { liveIsn = isn; }

  @Nullable
  Long liveIsn() {
    return liveIsn;
  }

  @Nullable
  Long remoteIsn() {
    return remoteIsn;
  }

  void setRemoteIsn(long isn) { remoteIsn = isn; }

  /** Takes note of a segment of the peer: which initial sequence number it may be about. */
  void received(long sequence, boolean syn, boolean ack) {
    // what comes before any SYN opens nothing
    if (!syn) opened |= remoteIsn != null;
    else if (!ack) offeredIsn = sequence;
    else if (!opened) remoteIsn = sequence;
  }

  /** The stack sent a SYN-ACK, so the SYN that came last began a connection. */
  void accepted() {
    if (offeredIsn != null) remoteIsn = offeredIsn;
    offeredIsn = null;
  }

  /** {@return a sequence number of the stack in the script's terms} */
  long toScript(long live, boolean syn) {
    return live - localOffset(syn) & 0xffff_ffffL;
  }

  /** {@return a sequence number of the stack in its own terms} */
  long toLive(long script, boolean syn) {
    return script + localOffset(syn) & 0xffff_ffffL;
  }

  private long localOffset(boolean syn) {
    return liveIsn == null ? 0 : liveIsn - (syn ? scriptIsn : 0);
  }

  /** {@return a sequence number of the peer in the script's terms} */
  long remoteToScript(long live, boolean syn) {
    return live - remoteOffset(syn) & 0xffff_ffffL;
  }

  /** {@return a sequence number of the peer as on the wire} */
  long remoteToLive(long script, boolean syn) {
    return script + remoteOffset(syn) & 0xffff_ffffL;
  }

  private long remoteOffset(boolean syn) {
    return syn || remoteIsn == null ? 0 : remoteIsn;
  }

  /** Remembers which timestamp of the stack the script's stands for. */
  void learnTimestamp(long script, long live) {
    timestamps.put(script, live);
    if (firstScriptStamp != null) return;
    firstScriptStamp = script;
    firstLiveStamp = live;
  }

  /** {@return a timestamp of the stack in the script's terms} */
  long timestampToScript(long live) {
    return firstScriptStamp == null ? live : firstScriptStamp + live - firstLiveStamp & 0xffff_ffffL;
  }

  /** {@return the stack's timestamp that the script means: the very one it stood for, or one as far from the first} */
  long timestampToLive(long script) {
    Long known = timestamps.get(script);
    if (known != null) return known;
    return firstScriptStamp == null ? script : script - firstScriptStamp + firstLiveStamp & 0xffff_ffffL;
  }
}
