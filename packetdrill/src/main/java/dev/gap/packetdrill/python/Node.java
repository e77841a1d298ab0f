package dev.gap.packetdrill.python;

import java.util.List;

/** An expression. */
sealed interface Node {
  record Constant(Value value) implements Node {}

  record Name(String name) implements Node {}

  record And(Node left, Node right) implements Node {}

  record Or(Node left, Node right) implements Node {}

  record Not(Node operand) implements Node {}

  /** A chain such as {@code a < b <= c}: all neighbours are compared. */
  record Comparison(List<Node> operands, List<String> operators) implements Node {}

  record Binary(String operator, Node left, Node right) implements Node {}

  record Unary(String operator, Node operand) implements Node {}

  record Call(String function, List<Node> arguments) implements Node {}

  /** What {@code of.name(arguments)} calls. */
  record Method(Node of, String name, List<Node> arguments) implements Node {}

  record Items(List<Node> items) implements Node {}

  record Index(Node of, Node index) implements Node {}

  record Choice(Node condition, Node then, Node otherwise) implements Node {}
}
