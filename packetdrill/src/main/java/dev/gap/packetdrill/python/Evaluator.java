package dev.gap.packetdrill.python;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import dev.gap.packetdrill.python.Value.Bool;
import dev.gap.packetdrill.python.Value.Int;
import dev.gap.packetdrill.python.Value.Items;
import dev.gap.packetdrill.python.Value.Real;
import dev.gap.packetdrill.python.Value.Text;

/** Works out what expressions are worth. */
final class Evaluator {
  private final Map<String, Value> variables;

  Evaluator(Map<String, Value> variables) {
    this.variables = variables;
  }

  Value value(Node node) throws PythonException {
    return switch (node) {
      case Node.Constant(Value value) -> value;
      case Node.Name(String name) -> variable(name);
      case Node.And(Node left, Node right) -> {
        Value value = value(left);
        yield value.truth() ? value(right) : value;
      }
      case Node.Or(Node left, Node right) -> {
        Value value = value(left);
        yield value.truth() ? value : value(right);
      }
      case Node.Not(Node operand) -> new Bool(!value(operand).truth());
      case Node.Comparison(List<Node> operands, List<String> operators) -> compare(operands, operators);
      case Node.Binary(String operator, Node left, Node right) -> binary(operator, value(left), value(right));
      case Node.Unary(String operator, Node operand) -> unary(operator, value(operand));
      case Node.Call(String function, List<Node> arguments) -> call(function, values(arguments));
      case Node.Method(Node of, String name, List<Node> arguments) -> method(value(of), name, values(arguments));
      case Node.Items(List<Node> items) -> new Items(values(items));
      case Node.Index(Node of, Node index) -> index(value(of), value(index));
      case Node.Choice(Node condition, Node then, Node otherwise) -> value(value(condition).truth() ? then : otherwise);
    };
  }

  private Value variable(String name) throws PythonException {
    Value value = variables.get(name);
    if (value == null) throw new PythonException.Unusable("name '" + name + "' is not defined");
    return value;
  }

  private List<Value> values(List<Node> nodes) throws PythonException {
    List<Value> values = new ArrayList<>();
    for (Node node : nodes)
      values.add(value(node));
    return values;
  }

  private Value compare(List<Node> operands, List<String> operators) throws PythonException {
    Value left = value(operands.getFirst());
    for (int i = 0; i < operators.size(); i++) {
      Value right = value(operands.get(i + 1));
      if (!holds(operators.get(i), left, right)) return new Bool(false);
      left = right;
    }
    return new Bool(true);
  }

  private static boolean holds(String operator, Value left, Value right) throws PythonException {
    return switch (operator) {
      case "==", "is" -> same(left, right);
      case "!=", "is not" -> !same(left, right);
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      case "<" -> order(left, right) < 0;
      case "<=" -> order(left, right) <= 0;
      case ">" -> order(left, right) > 0;
      case ">=" -> order(left, right) >= 0;
      default -> throw new PythonException.Unusable("operator " + operator);
    };
  }

  private static boolean contains(Value all, Value one) throws PythonException {
    if (all instanceof Text(String text) && one instanceof Text(String part)) return text.contains(part);
    if (!(all instanceof Items(List<Value> values))) throw new PythonException.Unusable("in needs a tuple or a list");
    return values.stream().anyMatch(v -> same(v, one));
  }

  private static boolean same(Value left, Value right) {
    if (numeric(left) && numeric(right)) return Double.compare(real(left), real(right)) == 0 && integral(left, right);
    return left.equals(right);
  }

  private static boolean integral(Value left, Value right) {
    return left instanceof Real || right instanceof Real || integer(left) == integer(right);
  }

  private static int order(Value left, Value right) throws PythonException {
    if (left instanceof Text(String a) && right instanceof Text(String b)) return a.compareTo(b);
    if (!numeric(left) || !numeric(right)) throw new PythonException.Unusable("cannot order " + left + " and " + right);
    return left instanceof Real || right instanceof Real
        ? Double.compare(real(left), real(right))
        : Long.compare(integer(left), integer(right));
  }

  static boolean numeric(Value value) {
    return value instanceof Int || value instanceof Real || value instanceof Bool;
  }

  static double real(Value value) {
    return value instanceof Real(double real) ? real : integer(value);
  }

  static long integer(Value value) {
    return switch (value) {
      case Int(long number) -> number;
      case Bool(boolean truth) -> truth ? 1 : 0;
      case Real(double real) -> (long) real;
      case Text text -> throw new IllegalStateException("not a number: " + text);
      case Items items -> throw new IllegalStateException("not a number: " + items);
      case Value.None none -> throw new IllegalStateException("not a number: " + none);
    };
  }

  static Value binary(String operator, Value left, Value right) throws PythonException {
    if (operator.equals("%") && left instanceof Text(String format)) return new Text(Format.apply(format, right));
    if (operator.equals("+") && left instanceof Text(String a) && right instanceof Text(String b))
      return new Text(a + b);
    if (!numeric(left) || !numeric(right)) {
      throw new PythonException.Unusable("operator " + operator + " between " + left + " and " + right);
    }
    boolean whole = !(left instanceof Real) && !(right instanceof Real);
    boolean divides = operator.equals("/") || operator.equals("//") || operator.equals("%");
    if (divides && real(right) == 0) throw new PythonException.Unusable("division by zero");
    return whole && !operator.equals("/")
        ? whole(operator, integer(left), integer(right))
        : fractional(operator, real(left), real(right));
  }

  private static Value whole(String operator, long left, long right) throws PythonException {
    return new Int(switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "//" -> Math.floorDiv(left, right);
      case "%" -> Math.floorMod(left, right);
      case "**" -> Math.round(Math.pow((double) left, (double) right));
      case "&" -> left & right;
      case "|" -> left | right;
      case "^" -> left ^ right;
      case "<<" -> left << right;
      case ">>" -> left >> right;
      default -> throw new PythonException.Unusable("operator " + operator);
    });
  }

  private static Value fractional(String operator, double left, double right) throws PythonException {
    return new Real(switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor(left / right);
      case "%" -> left - right * Math.floor(left / right);
      case "**" -> Math.pow(left, right);
      default -> throw new PythonException.Unusable("operator " + operator + " on a fraction");
    });
  }

  private static Value unary(String operator, Value operand) throws PythonException {
    if (!numeric(operand)) throw new PythonException.Unusable("operator " + operator + " on " + operand);
    if (operand instanceof Real(double real)) return new Real(operator.equals("-") ? -real : real);
    long value = integer(operand);
    return new Int(operator.equals("-") ? -value : operator.equals("~") ? ~value : value);
  }

  private static Value index(Value of, Value index) throws PythonException {
    if (of instanceof Items(List<Value> values) && index instanceof Int(long at)) {
      int position = (int) (at < 0 ? at + values.size() : at);
      if (position >= 0 && position < values.size()) return values.get(position);
    }
    throw new PythonException.Unusable("no element " + index + " in " + of);
  }

  private static Value method(Value of, String name, List<Value> arguments) throws PythonException {
    if (of instanceof Text(String text) && name.equals("format")) return new Text(Format.braces(text, arguments));
    throw new PythonException.Unusable("method " + name + "() of " + of);
  }

  private static Value call(String function, List<Value> arguments) throws PythonException {
    List<Value> all = arguments.size() == 1 && arguments.getFirst() instanceof Items(List<Value> items)
        ? items
        : arguments;
    if (all.isEmpty()) throw new PythonException.Unusable(function + "() without arguments");
    Value first = all.getFirst();
    return switch (function) {
      case "abs" -> order(first, new Int(0)) < 0 ? unary("-", first) : first;
      case "min" -> all.stream().min(Comparator.comparingDouble(Evaluator::real)).orElse(first);
      case "max" -> all.stream().max(Comparator.comparingDouble(Evaluator::real)).orElse(first);
      case "int" -> new Int(integer(first));
      case "float" -> new Real(real(first));
      case "round" -> new Int(Math.round(real(first)));
      case "str", "hex" -> new Text(first.toString());
      case "len" -> new Int(first instanceof Text(String text) ? text.length() : all.size());
      default -> throw new PythonException.Unusable("function " + function + "()");
    };
  }
}
