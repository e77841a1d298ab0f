package dev.gap.packetdrill.python;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PythonCodeTest {
  private static PythonCode code() {
    PythonCode code = new PythonCode();
    code.set("cwnd", 10);
    code.set("OPT", 4);
    return code;
  }

  @ParameterizedTest
  @ValueSource(strings = {"assert cwnd == 10", "assert cwnd == 10, cwnd", "assert 9 < cwnd <= 10",
      "assert (cwnd & OPT) == 0", "assert cwnd == 5 or cwnd != 5 and not cwnd < 3", "assert cwnd in (9, 10)",
      "assert cwnd not in [1,\n 2]", "assert cwnd / 4 == 2.5 and cwnd // 4 == 2 and cwnd % 4 == 2",
      "assert -cwnd == -10; assert 2 ** 3 == 8", "assert abs(cwnd - 12) <= 2", "assert max(cwnd, 11) == 11",
      "assert (1 << 3 | 1) == 9", "assert 'a%d' % cwnd == \"a10\"", "assert cwnd > 5 \\\n and cwnd < 20",
      "\n# nothing\nassert True\n\n", "assert 0x10 == 16", "import sys\nassert cwnd", "if cwnd == 9: assert False",
      "assert (3 if cwnd else 4) == 3", "assert '{}:{{{}}}'.format(cwnd, OPT) == '10:{4}'",
      "assert '{1} {0:03d} {1:.1f}'.format(cwnd, OPT) == '4 010 4.0'", "x = cwnd * 2\nx += 1\nassert x == 21"})
  void whatHoldsPasses(String text) {
    assertThatCode(() -> code().run(text)).doesNotThrowAnyException();
    assertThatCode(() -> PythonCode.check(text)).doesNotThrowAnyException();
  }

  @Test
  void whatDoesNotHoldTellsTheNumbersSeen() {
    assertThatThrownBy(() -> code().run("assert cwnd == 9, 'cwnd is %d of %s' % (cwnd, 'x')"))
        .isInstanceOf(PythonException.AssertionFailed.class)
        .hasMessage("assertion failed: cwnd == 9 where cwnd = 10: cwnd is 10 of x");
  }

  @Test
  void variablesLiveOnAndPrintingIsRemembered() throws PythonException {
    PythonCode code = code();
    code.run("before = cwnd");
    code.set("cwnd", 20);
    code.run("print('was', before); assert cwnd == 2 * before");
    assertThat(code.printed()).containsExactly("(was, 10)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"assert unknown == 1", "assert", "for x in y: pass", "assert 1 / 0", "a b",
      "assert f(1)", "assert 'x'.upper() == 'X'", "assert cwnd.format(1)", "print '{}{}'.format(1)", "assert (1",
      "assert 'open"})
  void whatCannotBeRunIsNoFailedAssertion(String text) {
    assertThatThrownBy(() -> code().run(text)).isInstanceOf(PythonException.Unusable.class);
  }
}
