package dev.belvedere.promql.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The runner itself: what must fail does, and says where.
class PromqlScriptTest {

    private static final String LOAD =
            "load 1m\n  m{a=\"1\"} 1+1x5\n  m{a=\"2\"} 5\n  h {{count:3 sum:5 buckets:[1 2]}}\n\n";

    private static ScriptResult run(String evaluation) {
        return PromqlScript.run("s.test", LOAD + evaluation);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eval instant at 0m m{a=\"1\"}\n  m{a=\"1\"} 1",
                "eval instant at 0m m > 3\n  m{a=\"2\"} 5",
                "eval_ordered instant at 0m sort_desc(m)\n  m{a=\"2\"} 5\n  m{a=\"1\"} 1",
                "eval range from 0m to 2m step 1m m{a=\"1\"}\n  m{a=\"1\"} 1+1x2",
                "eval instant at 0m 1 + 1\n  2",
                "eval instant at 0m \"x\"\n  expect string \"x\"",
                "eval instant at 2m m{a=\"1\"}[2m]\n  expect range vector from 1m to 2m step 1m\n  m{a=\"1\"} 2 3",
                "eval_fail instant at 0m m + on() m",
                "eval instant at 0m m + on() m\n  expect fail regex:duplicate series",
                "eval instant at 0m h\n  h {{count:3 sum:5 buckets:[1 2]}}",
                "eval instant at 5m rate(m{a=\"1\"}[5m])\n  expect info\n  expect no_warn\n  {a=\"1\"} 0.016666666666666666",
            })
    void what_is_right_passes(String evaluation) {
        ScriptResult result = run(evaluation);
        assertThat(result.messages()).isEmpty();
        assertThat(result.passed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eval instant at 0m m{a=\"1\"}\n  m{a=\"1\"} 1.001",
                "eval instant at 0m m{a=\"1\"}\n  m{a=\"2\"} 1",
                "eval instant at 0m m\n  m{a=\"1\"} 1",
                "eval instant at 0m m{a=\"1\"}\n  m{a=\"1\"} 1\n  m{a=\"2\"} 5",
                "eval_ordered instant at 0m sort_desc(m)\n  m{a=\"1\"} 1\n  m{a=\"2\"} 5",
                "eval range from 0m to 2m step 1m m{a=\"1\"}\n  m{a=\"1\"} 1 2",
                "eval range from 0m to 2m step 1m m{a=\"1\"}\n  m{a=\"1\"} 1 _ 3",
                "eval instant at 0m 1 + 1\n  3",
                "eval instant at 0m \"x\"\n  expect string \"y\"",
                "eval_fail instant at 0m m",
                "eval instant at 0m m + on() m\n  expect fail msg:something else",
                "eval instant at 0m m + on() m",
                "eval instant at 0m m + on() m\n  expect fail\n  expect fail regex:duplicate series",
                "eval instant at 0m h\n  h {{count:3 sum:5 buckets:[2 1]}}",
                "eval instant at 0m h\n  h {{count:3 sum:5 counter_reset_hint:gauge buckets:[1 2]}}",
                "eval_warn instant at 0m m\n  m{a=\"1\"} 1\n  m{a=\"2\"} 5",
                "eval instant at 5m rate(m{a=\"1\"}[5m])\n  expect no_info\n  {a=\"1\"} 0.016666666666666666",
                "eval instant at 5m rate(m{a=\"1\"}[5m])\n  expect info msg:other\n  {a=\"1\"} 0.016666666666666666",
                "eval instant at 0m m{\n  1",
                "eval sometime m\n  1",
                "evaluate it",
            })
    void what_is_wrong_fails_at_its_line(String evaluation) {
        ScriptResult result = run(evaluation);
        assertThat(result.failures()).hasSize(1);
        assertThat(result.messages().getFirst()).startsWith("s.test:6: ");
        assertThat(result.passed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "load 1x\n  m 1",
                "load 1m\n  m 1 two",
                "load 1m\n  m{a=\"b 1",
                "load 1m\n  m {{schema:99 count:1}}",
                "load 1m\n  m {{count:1 buckets:[1 2}}",
                "load 1m\n  m {{what:1}}",
                "load 1m\n  m 0x99999999",
                "load 1m\n  m@st -1m\n  other 1",
                "boom",
            })
    void what_cannot_be_read_is_a_failure_and_the_rest_runs(String block) {
        ScriptResult result = PromqlScript.run("s.test", block + "\n\nclear\n\neval instant at 0m 1\n  1\n");
        assertThat(result.failures()).hasSize(1);
        assertThat(result.failures().getFirst().line()).isEqualTo(1);
        assertThat(result.passed()).isEqualTo(1);
    }

    @Test
    void clear_forgets_what_was_loaded() {
        assertThat(run("clear\n\neval instant at 0m m\n").isPassed()).isTrue();
        assertThat(run("eval instant at 0m m\n").isPassed()).isFalse();
    }
}
