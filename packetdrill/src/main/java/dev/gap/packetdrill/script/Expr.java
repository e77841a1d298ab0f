package dev.gap.packetdrill.script;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** An argument or result of a system call. */
public sealed interface Expr {
  /** {@code ...}: whatever fits. */
  record Ellipsis() implements Expr {
    @Override
    public String toString() {
      return "...";
    }
  }

  /** A number. */
  record Numeral(long value) implements Expr {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A symbol. */
  record Word(String name) implements Expr {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A string, its escapes replaced, one character for each byte. */
  record Text(String value) implements Expr {
    /** {@return the bytes meant} */
    public byte[] bytes() {
      return value.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
      return '"' + value + '"';
    }
  }

  /** Alternatives joined by {@code |}. */
  record Or(List<Expr> parts) implements Expr {
    public Or {
      parts = List.copyOf(parts);
    }

    @Override
    public String toString() {
      return join(parts, "|");
    }
  }

  /** {@code [a, b]}. */
  record Array(List<Expr> items) implements Expr {
    public Array {
      items = List.copyOf(items);
    }

    @Override
    public String toString() {
      return "[" + join(items, ", ") + "]";
    }
  }

  /** <code>{a, b}</code>. */
  record Tuple(List<Expr> items) implements Expr {
    public Tuple {
      items = List.copyOf(items);
    }

    @Override
    public String toString() {
      return "{" + join(items, ", ") + "}";
    }
  }

  /** <code>{name=a, name=b}</code>. */
  record Struct(List<Field> fields) implements Expr {
    public Struct {
      fields = List.copyOf(fields);
    }

    /** {@return the value of a field, {@code ...} if there is none} */
    public Expr field(String name) {
      return fields.stream().filter(f -> f.name.equals(name)).map(Field::value).findFirst().orElse(new Ellipsis());
    }

    @Override
    public String toString() {
      return fields.stream().map(f -> f.name + "=" + f.value).collect(Collectors.joining(", ", "{", "}"));
    }
  }

  /** A named part of a struct. */
  record Field(String name, Expr value) {}

  /** {@code function(a, b)}, such as htons(8080). */
  record Call(String function, List<Expr> arguments) implements Expr {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String toString() {
      return function + "(" + join(arguments, ", ") + ")";
    }
  }

  private static String join(List<Expr> parts, String separator) {
    return parts.stream().map(Object::toString).collect(Collectors.joining(separator));
  }
}
