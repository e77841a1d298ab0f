package dev.gap.packetdrill.python;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The little of Python that scripts use: assertions, assignments, print and expressions. Variables live as long as the
 * object, as they do in the one Python process that the original starts.
 */
public final class PythonCode {
  private final Map<String, Value> variables = new HashMap<>();
  private final List<String> printed = new ArrayList<>();

  /** Starts with no variable set. */
  public PythonCode() {}

  /** Gives a variable a number. */
  public void set(String name, long value) {
    variables.put(name, new Value.Int(value));
  }

  /** {@return the lines printed so far} */
  public List<String> printed() {
    return List.copyOf(printed);
  }

  /** Runs statements; what they set stays set. */
  public void run(String code) throws PythonException {
    statements(code, true);
  }

  /** Parses code without running it. */
  public static void check(String code) throws PythonException {
    new PythonCode().statements(code, false);
  }

  private void statements(String code, boolean execute) throws PythonException {
    Tokens in = new Tokens(code);
    NodeParser parser = new NodeParser(in);
    Evaluator evaluator = new Evaluator(variables);
    while (in.peek().kind() != Tokens.Kind.END) {
      if (in.peek().kind() == Tokens.Kind.NEWLINE) {
        in.next();
        continue;
      }
      statement(in, parser, evaluator, execute);
      if (!in.atEndOfStatement()) throw new PythonException.Unusable("unexpected \"" + in.peek().text() + "\"");
    }
  }

  private void statement(Tokens in, NodeParser parser, Evaluator evaluator, boolean execute) throws PythonException {
    if (in.accept("assert")) {
      check(in, parser, evaluator, execute);
    } else if (in.accept("print")) {
      Node what = in.atEndOfStatement() ? new Node.Constant(new Value.Text("")) : parser.expressions();
      if (execute) printed.add(evaluator.value(what).toString());
    } else if (in.accept("import") || in.accept("from") || in.accept("pass")) {
      while (!in.atEndOfStatement())
        in.next();
    } else if (in.accept("if")) {
      Node condition = parser.expression();
      in.expect(":");
      statement(in, parser, evaluator, execute && evaluator.value(condition).truth());
    } else {
      assign(in, parser, evaluator, execute);
    }
  }

  private static void check(Tokens in, NodeParser parser, Evaluator evaluator, boolean execute) throws PythonException {
    Node condition = parser.expression();
    Node message = in.accept(",") ? parser.expressions() : null;
    if (!execute || evaluator.value(condition).truth()) return;
    String told = message == null ? "" : ": " + evaluator.value(message);
    throw new PythonException.AssertionFailed(Describe.condition(condition, evaluator) + told);
  }

  private void assign(Tokens in, NodeParser parser, Evaluator evaluator, boolean execute) throws PythonException {
    Tokens.Token operator = in.peek(1);
    boolean named = in.peek().kind() == Tokens.Kind.NAME && operator.kind() == Tokens.Kind.OPERATOR;
    if (!named || !operator.text().matches("([-+*/%&|^])?=")) {
      Node node = parser.expressions();
      if (execute) evaluator.value(node);
      return;
    }
    String name = in.next().text();
    in.next();
    Node node = parser.expressions();
    if (!execute) return;
    Value value = evaluator.value(node);
    variables.put(name, operator.is("=")
        ? value
        : Evaluator.binary(operator.text().substring(0, 1), evaluator.value(new Node.Name(name)), value));
  }
}
