package dev.gap.packetdrill.python;

import java.util.List;
import java.util.stream.Collectors;

/** A value in Python. */
public sealed interface Value {
  /** An integer; 64 bits are enough for what a TCP connection tells of itself. */
  record Int(long value) implements Value {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A floating-point number. */
  record Real(double value) implements Value {
    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /** A truth value. */
  record Bool(boolean value) implements Value {
    @Override
    public String toString() {
      return value ? "True" : "False";
    }
  }

  /** A string. */
  record Text(String value) implements Value {
    @Override
    public String toString() {
      return value;
    }
  }

  /** A tuple or list. */
  record Items(List<Value> values) implements Value {
    public Items {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return values.stream().map(Object::toString).collect(Collectors.joining(", ", "(", ")"));
    }
  }

  /** None. */
  record None() implements Value {
    @Override
    public String toString() {
      return "None";
    }
  }

  /** {@return whether it counts as true} */
  default boolean truth() {
    return switch (this) {
      case Int(long value) -> value != 0;
      case Real(double value) -> value != 0;
      case Bool(boolean value) -> value;
      case Text(String value) -> !value.isEmpty();
      case Items(List<Value> values) -> !values.isEmpty();
      case None() -> false;
    };
  }
}
