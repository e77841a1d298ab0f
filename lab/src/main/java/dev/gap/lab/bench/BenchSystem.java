package dev.gap.lab.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Something that carries bytes from far to near, and can be measured. */
public sealed interface BenchSystem permits GapSystem, TcpSystem, KcptunSystem, Ngtcp2System, PeerSystem {
  /** {@return how it is called in options and tables} */
  String name();

  /** {@return what it is, in a line} */
  String title();

  /** {@return why it cannot run here and what helps} Empty if it can. */
  Optional<String> missing();

  /** {@return whether it can measure that} */
  default boolean can(Scenario.Measure measure) {
    return true;
  }

  /**
   * Starts what it needs in both places, and returns when that is ready.
   *
   * @return the command of its probe in near, to which the measurement is to be added
   */
  List<String> start(Stage stage) throws IOException;
}
