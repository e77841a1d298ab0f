package dev.gap.packetdrill.script;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** What an event is about. */
public sealed interface Action permits Action.Call, Action.Shell, Action.Code, PacketLine {
  /**
   * A system call with what it is to return.
   *
   * @param endNanos when a blocking call is to return, in the terms of the event's time; null if it does not block
   * @param errno the name of the error expected, null if none is named
   */
  record Call(@Nullable Long endNanos, String name, List<Expr> arguments, Expr result, @Nullable String errno)
      implements
        Action {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** Shell commands, as stood in backquotes. */
  record Shell(String text) implements Action {}

  /** Statements in Python, as stood between {@code %{} and {@code }%}. */
  record Code(String text) implements Action {}
}
