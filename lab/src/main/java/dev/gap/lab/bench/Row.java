package dev.gap.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that was measured of one system in one scenario. */
final class Row {
  private final Scenario scenario;
  private final BenchSystem system;
  private final List<Transfer> transfers = new ArrayList<>();
  private final List<Echo> echoes = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  Row(Scenario scenario, BenchSystem system) {
    this.scenario = scenario;
    this.system = system;
  }

  Scenario scenario() {
    return scenario;
  }

  BenchSystem system() {
    return system;
  }

  void add(Transfer transfer) {
    transfers.add(transfer);
  }

  void add(Echo echo) {
    echoes.add(echo);
  }

  /** Notes why something could not be measured. */
  void addProblem(String problem) {
    if (!problems.contains(problem)) problems.add(problem);
  }

  List<Transfer> transfers() {
    return transfers;
  }

  List<Echo> echoes() {
    return echoes;
  }

  /** {@return why something could not be measured, or should not be trusted} */
  Optional<String> problem() {
    List<String> all = new ArrayList<>(problems);
    if (transfers.stream().anyMatch(t -> !t.verified())) all.add("BYTES DIFFER");
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all));
  }
}
