package dev.gap.packetdrill.gap;

import java.util.HashMap;
import java.util.Map;

import dev.gap.tcp.engine.congestion.Cwnd;
import dev.gap.tcp.engine.connection.TcpConnection;
import dev.gap.tcp.engine.connection.TcpInfo;
import dev.gap.tcp.engine.connection.TcpState;
import dev.gap.tcp.engine.send.CaState;
import dev.gap.tcp.engine.send.SenderInfo;

/** {@code struct tcp_info}, by the names of its fields. */
final class Infos {
  private static final int TIMESTAMPS = 1;
  private static final int SACK = 2;
  private static final int WINDOW_SCALE = 4;
  private static final int ECN = 8;
  private static final int ECN_SEEN = 16;
  private static final int SYN_DATA = 32;

  private Infos() {}

  /** {@return what is told of a socket without connection: whether it listens} */
  static Map<String, Long> idle(boolean listens) {
    return Map.of("tcpi_state", (long) state(listens ? TcpState.LISTEN : TcpState.CLOSED));
  }

  static Map<String, Long> of(TcpConnection connection, long now) {
    Map<String, Long> fields = of(connection.info(now));
    put(fields, "tcpi_snd_nxt", connection.sender().next() & 0xffff_ffffL);
    put(fields, "tcpi_rcv_nxt", connection.receiver().next() & 0xffff_ffffL);
    return fields;
  }

  private static Map<String, Long> of(TcpInfo info) {
    Map<String, Long> fields = new HashMap<>();
    SenderInfo sender = info.sender();
    put(fields, "tcpi_state", state(info.state()));
    put(fields, "tcpi_ca_state", caState(sender.state()));
    put(fields, "tcpi_retransmits", sender.timeouts());
    put(fields, "tcpi_probes", sender.windowProbes() + info.keepaliveProbes());
    put(fields, "tcpi_backoff", sender.backoff());
    put(fields, "tcpi_options", options(info));
    put(fields, "tcpi_snd_wscale", Math.max(0, info.sendScale()));
    put(fields, "tcpi_rcv_wscale", Math.max(0, info.receiveScale()));
    put(fields, "tcpi_rto", info.rtoNanos() / 1000);
    put(fields, "tcpi_ato", info.ackTimeoutNanos() / 1000);
    put(fields, "tcpi_snd_mss", info.sendMss());
    put(fields, "tcpi_rcv_mss", info.receiveMss());
    put(fields, "tcpi_unacked", sender.unacked());
    put(fields, "tcpi_sacked", sender.sacked());
    put(fields, "tcpi_lost", sender.lost());
    put(fields, "tcpi_retrans", sender.retransmissions());
    // Linux counts no forward acknowledgments any more
    put(fields, "tcpi_fackets", 0);
    put(fields, "tcpi_pmtu", info.pathMtu());
    put(fields, "tcpi_rcv_ssthresh", info.receiveWindow());
    put(fields, "tcpi_rtt", info.rttNanos() / 1000);
    put(fields, "tcpi_rttvar", info.rttDeviationNanos() / 1000);
    put(fields, "tcpi_snd_ssthresh", sender.ssthresh() == Cwnd.INFINITE ? Integer.MAX_VALUE : sender.ssthresh());
    put(fields, "tcpi_snd_cwnd", sender.cwnd());
    put(fields, "tcpi_advmss", info.advertisedMss() - (info.timestamps() ? 12 : 0));
    put(fields, "tcpi_reordering", sender.reordering());
    put(fields, "tcpi_rcv_space", info.receiveSpace());
    put(fields, "tcpi_total_retrans", sender.totalRetransmissions());
    put(fields, "tcpi_snd_rexmitpack", sender.totalRetransmissions());
    put(fields, "tcpi_notsent_bytes", info.unsentBytes());
    put(fields, "tcpi_min_rtt", info.minRttNanos() / 1000);
    put(fields, "tcpi_pacing_rate", sender.pacingRate());
    put(fields, "tcpi_delivered", sender.delivered());
    put(fields, "tcpi_snd_wnd", info.sendWindow());
    put(fields, "tcpi_rcv_wnd", info.receiveWindow());
    putTotals(fields, info);
    return fields;
  }

  private static void putTotals(Map<String, Long> fields, TcpInfo info) {
    TcpInfo.Totals totals = info.totals();
    put(fields, "tcpi_bytes_acked", totals.acknowledged());
    put(fields, "tcpi_bytes_received", totals.received());
    put(fields, "tcpi_bytes_sent", totals.sent());
    put(fields, "tcpi_bytes_retrans", totals.sentAgain());
    put(fields, "tcpi_dsack_dups", info.sender().segmentsDoubled());
    put(fields, "tcpi_reord_seen", info.sender().reorderings());
    TcpInfo.Marks marks = info.marks();
    put(fields, "tcpi_received_ce", marks.received());
    put(fields, "tcpi_received_ce_bytes", marks.receivedCe());
    put(fields, "tcpi_received_e0_bytes", marks.receivedEct0());
    put(fields, "tcpi_received_e1_bytes", marks.receivedEct1());
    put(fields, "tcpi_delivered_ce", marks.delivered());
    put(fields, "tcpi_delivered_ce_bytes", marks.deliveredCe());
    put(fields, "tcpi_delivered_e0_bytes", marks.deliveredEct0());
    put(fields, "tcpi_delivered_e1_bytes", marks.deliveredEct1());
    TcpInfo.Times times = info.times();
    put(fields, "tcpi_last_data_sent", times.sinceSent() / 1_000_000);
    put(fields, "tcpi_last_data_recv", times.sinceData() / 1_000_000);
    put(fields, "tcpi_last_ack_recv", times.sinceHeard() / 1_000_000);
    put(fields, "tcpi_last_ack_sent", 0);
    put(fields, "tcpi_busy_time", times.busy() / 1000);
    put(fields, "tcpi_rwnd_limited", times.byWindow() / 1000);
    put(fields, "tcpi_sndbuf_limited", times.byBuffer() / 1000);
  }

  private static void put(Map<String, Long> fields, String name, long value) {
    fields.put(name, value);
  }

  private static int options(TcpInfo info) {
    return (info.timestamps() ? TIMESTAMPS : 0) | (info.sack() ? SACK : 0) | (info.sendScale() >= 0 ? WINDOW_SCALE : 0)
        | (info.ecn() ? ECN : 0) | (info.ecnSeen() ? ECN_SEEN : 0) | (info.fastOpenTaken() ? SYN_DATA : 0);
  }

  private static int caState(CaState state) {
    return switch (state) {
      case OPEN -> 0;
      case DISORDER -> 1;
      case CWR -> 2;
      case RECOVERY -> 3;
      case LOSS -> 4;
    };
  }

  private static int state(TcpState state) {
    return switch (state) {
      case ESTABLISHED -> 1;
      case SYN_SENT -> 2;
      case SYN_RECEIVED -> 3;
      case FIN_WAIT_1 -> 4;
      case FIN_WAIT_2 -> 5;
      case TIME_WAIT -> 6;
      case CLOSED -> 7;
      case CLOSE_WAIT -> 8;
      case LAST_ACK -> 9;
      case LISTEN -> 10;
      case CLOSING -> 11;
    };
  }
}
