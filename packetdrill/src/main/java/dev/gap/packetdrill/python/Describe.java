package dev.gap.packetdrill.python;

import java.util.ArrayList;
import java.util.List;

/** Says what an assertion that failed was about, with the numbers it saw. */
final class Describe {
  private Describe() {}

  static String condition(Node node, Evaluator evaluator) {
    List<String> seen = new ArrayList<>();
    names(node, evaluator, seen);
    String text = text(node);
    return "assertion failed: " + text + (seen.isEmpty() ? "" : " where " + String.join(", ", seen));
  }

  private static void names(Node node, Evaluator evaluator, List<String> seen) {
    switch (node) {
      case Node.Constant _ -> {
      }
      case Node.Name(String name) -> {
        try {
          String value = name + " = " + evaluator.value(node);
          if (!seen.contains(value)) seen.add(value);
        } catch (PythonException e) {
          seen.add(name + " is not defined");
        }
      }
      case Node.And(Node left, Node right) -> both(left, right, evaluator, seen);
      case Node.Or(Node left, Node right) -> both(left, right, evaluator, seen);
      case Node.Not(Node operand) -> names(operand, evaluator, seen);
      case Node.Comparison(List<Node> operands, List<String> _) -> all(operands, evaluator, seen);
      case Node.Binary(String _, Node left, Node right) -> both(left, right, evaluator, seen);
      case Node.Unary(String _, Node operand) -> names(operand, evaluator, seen);
      case Node.Call(String _, List<Node> arguments) -> all(arguments, evaluator, seen);
      case Node.Method(Node of, String _, List<Node> arguments) -> {
        names(of, evaluator, seen);
        all(arguments, evaluator, seen);
      }
      case Node.Items(List<Node> items) -> all(items, evaluator, seen);
      case Node.Index(Node of, Node index) -> both(of, index, evaluator, seen);
      case Node.Choice(Node condition, Node then, Node otherwise) -> all(List.of(condition, then, otherwise), evaluator,
          seen);
    }
  }

  private static void both(Node left, Node right, Evaluator evaluator, List<String> seen) {
    all(List.of(left, right), evaluator, seen);
  }

  private static void all(List<Node> nodes, Evaluator evaluator, List<String> seen) {
    for (Node node : nodes)
      names(node, evaluator, seen);
  }

  private static String text(Node node) {
    return switch (node) {
      case Node.Constant(Value value) -> value.toString();
      case Node.Name(String name) -> name;
      case Node.And(Node left, Node right) -> text(left) + " and " + text(right);
      case Node.Or(Node left, Node right) -> text(left) + " or " + text(right);
      case Node.Not(Node operand) -> "not " + text(operand);
      case Node.Comparison(List<Node> operands, List<String> operators) -> {
        StringBuilder out = new StringBuilder(text(operands.getFirst()));
        for (int i = 0; i < operators.size(); i++) {
          out.append(' ').append(operators.get(i)).append(' ').append(text(operands.get(i + 1)));
        }
        yield out.toString();
      }
      case Node.Binary(String operator, Node left, Node right) -> "(" + text(left) + " " + operator + " " + text(right)
          + ")";
      case Node.Unary(String operator, Node operand) -> operator + text(operand);
      case Node.Call(String function, List<Node> arguments) -> function + "(" + texts(arguments) + ")";
      case Node.Method(Node of, String name, List<Node> arguments) -> text(of) + "." + name + "(" + texts(arguments)
          + ")";
      case Node.Items(List<Node> items) -> "(" + texts(items) + ")";
      case Node.Index(Node of, Node index) -> text(of) + "[" + text(index) + "]";
      case Node.Choice(Node condition, Node then, Node otherwise) -> text(then) + " if " + text(condition) + " else "
          + text(otherwise);
    };
  }

  private static String texts(List<Node> nodes) {
    return String.join(", ", nodes.stream().map(Describe::text).toList());
  }
}
