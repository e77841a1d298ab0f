package dev.gap.packetdrill.python;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Parses expressions by Python's precedence. */
final class NodeParser {
  private static final List<Set<String>> BINARY = List.of(Set.of("|"), Set.of("^"), Set.of("&"), Set.of("<<", ">>"),
      Set.of("+", "-"), Set.of("*", "/", "//", "%"));
  private static final Set<String> COMPARISONS = Set.of("<", ">", "<=", ">=", "==", "!=", "in", "is");

  private final Tokens in;

  NodeParser(Tokens in) {
    this.in = in;
  }

  Node expression() throws PythonException {
    Node value = or();
    if (!in.accept("if")) return value;
    Node condition = or();
    in.expect("else");
    return new Node.Choice(condition, value, expression());
  }

  /** {@return an expression, or a tuple if commas follow} */
  Node expressions() throws PythonException {
    Node first = expression();
    if (!in.peek().is(",")) return first;
    List<Node> items = new ArrayList<>(List.of(first));
    while (in.accept(",") && !in.atEndOfStatement() && !in.peek().is(")"))
      items.add(expression());
    return new Node.Items(items);
  }

  private Node or() throws PythonException {
    Node left = and();
    while (in.accept("or"))
      left = new Node.Or(left, and());
    return left;
  }

  private Node and() throws PythonException {
    Node left = not();
    while (in.accept("and"))
      left = new Node.And(left, not());
    return left;
  }

  private Node not() throws PythonException {
    return in.accept("not") ? new Node.Not(not()) : comparison();
  }

  private Node comparison() throws PythonException {
    List<Node> operands = new ArrayList<>(List.of(binary(0)));
    List<String> operators = new ArrayList<>();
    while (COMPARISONS.contains(in.peek().text()) || (in.peek().is("not") && in.peek(1).is("in"))) {
      if (in.peek().kind() == Tokens.Kind.STRING) break;
      String operator = in.next().text();
      if (operator.equals("not")) operator += " " + in.next().text();
      if (operator.equals("is") && in.accept("not")) operator = "is not";
      operators.add(operator);
      operands.add(binary(0));
    }
    return operators.isEmpty() ? operands.getFirst() : new Node.Comparison(operands, operators);
  }

  private Node binary(int level) throws PythonException {
    if (level == BINARY.size()) return unary();
    Node left = binary(level + 1);
    while (in.peek().kind() == Tokens.Kind.OPERATOR && BINARY.get(level).contains(in.peek().text())) {
      left = new Node.Binary(in.next().text(), left, binary(level + 1));
    }
    return left;
  }

  private Node unary() throws PythonException {
    for (String operator : List.of("-", "+", "~"))
      if (in.accept(operator)) return new Node.Unary(operator, unary());
    Node base = postfix();
    return in.accept("**") ? new Node.Binary("**", base, unary()) : base;
  }

  private Node postfix() throws PythonException {
    Node node = primary();
    while (true) {
      if (in.accept("[")) {
        node = new Node.Index(node, expression());
        in.expect("]");
      } else if (in.accept(".")) {
        String method = in.next().text();
        in.expect("(");
        node = new Node.Method(node, method, arguments());
      } else {
        return node;
      }
    }
  }

  private Node primary() throws PythonException {
    Tokens.Token token = in.next();
    return switch (token.kind()) {
      case NUMBER -> new Node.Constant(number(token.text()));
      case STRING -> string(token.text());
      case NAME -> name(token.text());
      case OPERATOR -> bracket(token);
      case NEWLINE, END -> throw new PythonException.Unusable("expected an expression");
    };
  }

  private Node bracket(Tokens.Token token) throws PythonException {
    boolean round = token.is("(");
    if (!round && !token.is("[")) throw new PythonException.Unusable("unexpected \"" + token.text() + "\"");
    String close = round ? ")" : "]";
    List<Node> items = new ArrayList<>();
    boolean comma = false;
    while (!in.accept(close)) {
      items.add(expression());
      if (in.accept(",")) comma = true;
      else if (!in.peek().is(close)) in.expect(close);
    }
    return round && !comma && items.size() == 1 ? items.getFirst() : new Node.Items(items);
  }

  private Node string(String first) {
    StringBuilder text = new StringBuilder(first);
    while (in.peek().kind() == Tokens.Kind.STRING)
      text.append(in.next().text());
    return new Node.Constant(new Value.Text(text.toString().replace("\\n", "\n").replace("\\t", "\t")));
  }

  private Node name(String name) throws PythonException {
    switch (name) {
      case "True" -> {
        return new Node.Constant(new Value.Bool(true));
      }
      case "False" -> {
        return new Node.Constant(new Value.Bool(false));
      }
      case "None" -> {
        return new Node.Constant(new Value.None());
      }
      default -> {
        if (!in.accept("(")) return new Node.Name(name);
      }
    }
    return new Node.Call(name, arguments());
  }

  /** {@return what stands before the closing parenthesis} */
  private List<Node> arguments() throws PythonException {
    List<Node> arguments = new ArrayList<>();
    while (!in.accept(")")) {
      arguments.add(expression());
      if (!in.accept(",") && !in.peek().is(")")) in.expect(")");
    }
    return arguments;
  }

  private static Value number(String text) throws PythonException {
    try {
      String lower = text.toLowerCase(Locale.ROOT);
      if (lower.startsWith("0x")) return new Value.Int(Long.parseLong(lower.substring(2), 16));
      if (lower.contains(".") || lower.contains("e")) return new Value.Real(Double.parseDouble(text));
      return new Value.Int(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new PythonException.Unusable("cannot read the number " + text);
    }
  }
}
