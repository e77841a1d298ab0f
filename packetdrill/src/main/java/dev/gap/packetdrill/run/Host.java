package dev.gap.packetdrill.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gap.packetdrill.script.PacketLine;
import dev.gap.packetdrill.script.PacketLine.TcpFlags;
import dev.gap.packetdrill.wire.Packet;
import dev.gap.packetdrill.wire.PacketDecoder;
import dev.gap.packetdrill.wire.WireException;

/**
 * The stack together with what the script holds of it: descriptors, sockets, and the packets that went out. As in the
 * original, packet lines are about one socket at a time, which is the one that a call concerned last, or about the one
 * whose ports a line names.
 */
final class Host {
  private static final int FIRST_REMOTE_PORT = 50000;

  private final RunConfig config;
  private final StackUnderTest stack;
  private final List<String> notes;
  private final Map<Integer, Descriptor> descriptors = new HashMap<>();
  private final List<ScriptSocket> sockets = new ArrayList<>();
  private final ArrayDeque<ScriptSocket.Sent> sentIcmp = new ArrayDeque<>();
  private final Map<String, String> cookies = new HashMap<>();
  private @Nullable ScriptSocket current;
  private int nextRemotePort = FIRST_REMOTE_PORT;

  Host(RunConfig config, StackUnderTest stack, List<String> notes) {
    this.config = config;
    this.stack = stack;
    this.notes = notes;
  }

  RunConfig config() {
    return config;
  }

  StackUnderTest stack() {
    return stack;
  }

  void note(String note) {
    if (!notes.contains(note)) notes.add(note);
  }

  Map<Integer, Descriptor> descriptors() {
    return descriptors;
  }

  Descriptor.@Nullable Socket socket(int fd) {
    return descriptors.get(fd) instanceof Descriptor.Socket socket ? socket : null;
  }

  /** {@return a new socket, which packet lines are about from now on} */
  ScriptSocket newSocket(int fd) {
    ScriptSocket socket = new ScriptSocket(cookies);
    socket.setFd(fd);
    sockets.add(socket);
    current = socket;
    return socket;
  }

  @Nullable
  ScriptSocket current() {
    return current;
  }

  void setCurrent(ScriptSocket socket) { current = socket; }

  ArrayDeque<ScriptSocket.Sent> sentIcmp() {
    return sentIcmp;
  }

  @Nullable
  ScriptSocket withPorts(int local, int remote) {
    for (ScriptSocket socket : sockets.reversed()) {
      if (socket.localPort() == local && socket.remotePort() == remote) return socket;
    }
    return null;
  }

  /** {@return the socket a line about TCP is about, made if the line starts a connection} */
  ScriptSocket forLine(PacketLine.Tcp line) {
    PacketLine.Ports ports = line.ports();
    if (ports != null) {
      int local = line.inbound() ? ports.destination() : ports.source();
      int remote = line.inbound() ? ports.source() : ports.destination();
      ScriptSocket known = withPorts(local, remote);
      ScriptSocket socket = known == null ? child(local, remote, line) : known;
      current = socket;
      return socket;
    }
    ScriptSocket socket = current;
    boolean starts = socket == null || socket.phase() == ScriptSocket.Phase.NEW
        || socket.phase() == ScriptSocket.Phase.LISTENING;
    if (!starts && socket != null) return socket;
    if (!line.inbound() && socket != null) return socket;
    ScriptSocket child = child(config.bindPort(), nextRemotePort++, line);
    // a socket that does not listen takes part in nothing: the number of its peer stays as it is
    if (socket != null && socket.phase() == ScriptSocket.Phase.NEW) child.setRemoteIsn(0);
    return child;
  }

  private ScriptSocket child(int local, int remote, PacketLine.Tcp line) {
    ScriptSocket child = newSocket(-1);
    child.setPorts(local, remote);
    child.setPhase(ScriptSocket.Phase.SYN_RECEIVED);
    if (line.inbound()) child.setRemoteIsn(line.sequence().start());
    return child;
  }

  /** Takes the packets the stack has to send. */
  void drain(long nowNanos) throws RunException {
    for (byte[] packet = stack.poll(nowNanos); packet != null; packet = stack.poll(nowNanos)) {
      Packet decoded;
      try {
        decoded = PacketDecoder.decode(packet);
      } catch (WireException e) {
        throw new RunException.Mismatch("a correct packet", "the stack sent " + e.getMessage());
      }
      if (decoded.ip().destination().equals(config.local())) {
        stack.receive(packet, nowNanos);
      } else {
        dispatch(decoded, nowNanos);
      }
    }
  }

  private void dispatch(Packet packet, long nowNanos) {
    switch (packet) {
      case Packet.Icmp icmp -> sentIcmp.add(new ScriptSocket.Sent(icmp, nowNanos));
      case Packet.Other other -> note("ignored a packet of protocol " + other.protocol());
      case Packet.Tcp tcp -> {
        ScriptSocket socket = owner(tcp);
        if (socket == null) {
          note("ignored a segment of a socket the script does not know: " + PacketText.of(tcp));
        } else {
          socket.sent().add(new ScriptSocket.Sent(tcp, nowNanos));
        }
      }
    }
  }

  private @Nullable ScriptSocket owner(Packet.Tcp tcp) {
    boolean syn = (tcp.flags() & TcpFlags.SYN) != 0;
    boolean ack = (tcp.flags() & TcpFlags.ACK) != 0;
    ScriptSocket known = withPorts(tcp.sourcePort(), tcp.destinationPort());
    boolean again = known != null && known.liveIsn() != null && known.liveIsn() == tcp.sequence();
    ScriptSocket socket = syn && !ack && !again ? connecting(tcp) : null;
    if (socket == null) socket = known;
    if (socket != null && syn) socket.setLiveIsn(tcp.sequence());
    if (socket != null && syn && ack) socket.accepted();
    return socket;
  }

  /** {@return the socket whose connect call this SYN must come from: it is new, or its port was not known} */
  private @Nullable ScriptSocket connecting(Packet.Tcp syn) {
    for (ScriptSocket socket : sockets.reversed()) {
      boolean waits = socket.phase() == ScriptSocket.Phase.CONNECTING;
      boolean fits = socket.remotePort() == syn.destinationPort()
          && (socket.localPort() < 0 || socket.localPort() == syn.sourcePort());
      if (waits && fits) {
        socket.setPorts(syn.sourcePort(), syn.destinationPort());
        return socket;
      }
    }
    return null;
  }
}
