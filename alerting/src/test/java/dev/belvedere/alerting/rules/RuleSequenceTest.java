package dev.belvedere.alerting.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleSequenceTest {

    private final PromqlRules language = PromqlRules.forChecking(new PromqlEngine(PromqlOptions.DEFAULT));

    /// Name and expression, ...; the sequences as `a`, or `[a b]` where they are interleaved.
    private String cut(String... rules) {
        List<RecordingRule> all = new ArrayList<>();
        for (int i = 0; i < rules.length; i += 2) {
            all.add(new RecordingRule(new RuleDefinition.Recording(rules[i], language.parse(rules[i + 1]), Map.of())));
        }
        StringBuilder text = new StringBuilder();
        for (RuleSequence sequence : RuleSequence.cut(all)) {
            List<String> names = sequence.rules().stream()
                    .map(rule -> rule.definition().name())
                    .toList();
            text.append(sequence.isInterleaved() ? names.toString().replace(",", "") : names.getFirst())
                    .append(' ');
        }
        return text.toString().strip();
    }

    @Test
    void rules_that_read_only_what_stands_before_them_follow_each_other() {
        assertThat(cut("a", "sum(x)", "b", "a * 2", "c", "rate(b[5m]) + a")).isEqualTo("a b c");
    }

    @Test
    void a_rule_that_reads_itself_or_a_later_one_is_interleaved_with_all_between() {
        assertThat(cut("a", "x", "b", "b offset 1m + 1", "c", "y")).isEqualTo("a [b] c");
        assertThat(cut("a", "x", "b", "d", "c", "y", "d", "z", "e", "a")).isEqualTo("a [b c d] e");
        assertThat(cut("a", "b", "b", "c", "c", "x", "d", "a")).isEqualTo("[a b c] d");
    }

    @Test
    void a_selector_without_a_name_may_read_any_rule() {
        assertThat(cut("a", "x", "b", "count({job=\"j\"})", "c", "y")).isEqualTo("a [b c]");
        assertThat(cut("a", "x", "b", "count({__name__=~\"x|y\"})")).isEqualTo("a b");
    }

    @Test
    void what_may_read_results_from_the_future_interleaves_all() {
        assertThat(cut("a", "x", "b", "a offset -1m", "c", "y")).isEqualTo("[a b c]");
        assertThat(cut("a", "x", "b", "a @ 1700000000", "c", "y")).isEqualTo("[a b c]");
        assertThat(cut("a", "x", "b", "x offset -1m", "c", "y @ end()")).isEqualTo("a b c");
    }
}
