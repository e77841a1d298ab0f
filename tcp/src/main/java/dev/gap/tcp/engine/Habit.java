package dev.gap.tcp.engine;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Where RFCs leave it open, or stacks have their own ways: what one does that Linux does not. */
public enum Habit {
  /** All of a receive buffer is window, and the buffer is whole segments; else half of it, for what segments cost. */
  WHOLE_SEGMENT_BUFFERS,
  /** All of a send buffer can be written; else it is filled in blocks. */
  PLAIN_SEND_BUFFERS,
  /** Data pushes when it empties the send buffer, not where a write ended. */
  PUSHES_WHEN_EMPTY,
  /** An ICMP error does not end a handshake of a listener. */
  HANDSHAKES_OUTLIVE_ICMP,
  /** Prohibited, and a missing protocol, are told as refused. */
  PROHIBITED_IS_REFUSED,
  /** Errors that may pass are told only when a connection attempt has failed, RFC 1122 section 4.2.3.9. */
  SOFT_ERRORS_WAIT,
  /** What IPv4 routers tell of a path counts only if it is less than segments would need; before the peer has told, the default. */
  PATHS_AGAINST_MSS,
  /** A SYN with FIN opens a connection. */
  TAKES_SYN_FIN,
  /** Fast Open knows its proper option only, not that of the experiment (RFC 7413 section 4.1.1). */
  PROPER_FAST_OPEN_ONLY,
  /**
   * A server says the cookie of Fast Open again that was right, and waits with its SYN-ACK for data to go with it, as long as
   * acknowledgments wait.
   */
  FAST_OPEN_ANSWERS_WITH_DATA,
  /** A cookie of Fast Open is of the client's address alone, not of the server's too. */
  FAST_OPEN_COOKIE_OF_CLIENT,
  /** Data of a SYN that was not taken goes out as if for the first time, not as lost. */
  RESENDS_SYN_DATA_AS_NEW,
  /** Challenges (RFC 5961) are few for the host, not for each connection, too. */
  CHALLENGES_OF_HOST_ONLY,
  /** A reset with the number of a FIN that has arrived is outside the window, and ignored. */
  NO_RESET_BEFORE_FIN,
  /** A reset is told as such after the peer's FIN, too; else as a broken pipe. */
  RESET_AFTER_FIN_IS_RESET,
  /** A reset that aborts a connection tells no window. */
  RESETS_WITHOUT_WINDOW,
  /** Closing does not reset when there is data that nobody has read (RFC 2525 section 2.17 would). */
  CLOSES_UNREAD,
  /** While a FIN is out, acknowledgments repeat it. */
  FIN_WITH_ACKNOWLEDGMENTS,
  /** TIME-WAIT ignores resets (RFC 1337) and answers all but the acknowledgment that is expected. */
  ANSWERS_IN_TIME_WAIT,
  /** CWR goes with what is sent next, be it a retransmission, against RFC 3168 section 6.1.5. */
  CWR_WITH_RETRANSMISSIONS,
  /** A mark of congestion counts on bare acknowledgments, too, and is echoed with the next one that is due. */
  MARKS_COUNT_ANYWHERE,
  /** The MSS that a SYN-ACK tells is no more than the path takes; else what the interface takes (RFC 9293 section 3.7.1). */
  TELLS_MSS_OF_PATH,
  /** Data of a SYN that crosses ours is taken once the connection is open; else the peer has to send it again. */
  KEEPS_CROSSING_DATA,
  /** Accurate ECN (RFC 9768) without its option; only data is marked as capable of it, whatever happens to the flags. */
  PLAIN_ACCURATE_ECN,
  /** What may be lost (RFC 6675 section 4, NextSeg, rules 3 and 4) goes out before new data, not after it. */
  HOLES_FIRST,
  /** The window comes back by one segment more than arrives as RFC 6937 has it; else only while nothing else is lost. */
  REDUCES_WITHOUT_CARE,
  /** After recovery the window is what is in flight and one (RFC 6582 section 3.2 step 3, the first way), not the threshold. */
  LEAVES_RECOVERY_SLOWLY;

  /** What Linux does. */
  public static final Set<Habit> LINUX = Set.of();
  /** What FreeBSD does. */
  public static final Set<Habit> FREEBSD = Collections.unmodifiableSet(EnumSet.allOf(Habit.class));
}
