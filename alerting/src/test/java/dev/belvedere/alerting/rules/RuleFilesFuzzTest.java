package dev.belvedere.alerting.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.testkit.fuzz.ParserBudget;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary text as a rule file: every fault becomes a problem with a sentence, none an exception.
class RuleFilesFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(64 << 20, 40_000);
    private static final RuleFiles FILES =
            new RuleFiles(Map.of("promql", PromqlRules.forChecking(new PromqlEngine(PromqlOptions.EVERYTHING))));

    static Stream<byte[]> files() {
        return Stream.of(
                        """
                groups:
                - name: serving
                  interval: 30s
                  limit: 10
                  labels: {team: a}
                  rules:
                  - record: job:up:sum
                    expr: sum by (job) (up)
                    labels: {a: b}
                  - alert: Down
                    expr: |
                      up == 0
                    for: 5m
                    keep_firing_for: 1m
                    labels: {severity: "{{ if gt $value 1.0 }}page{{ end }}"}
                    annotations:
                      summary: '{{ $labels.instance }} {{ range query "up" }}{{ .Value | humanize }}{{ end }}'
                """,
                        "groups:\n- name: a\n  rules: [{alert: x, expr: 'sum(', annotations: {b: '{{ x }'}}]\n",
                        "groups: []\n---\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("files")
    @FuzzTest
    void file(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        BUDGET.run(content.length, () -> {
            RuleFiles.Outcome outcome = FILES.parse("r.yml", text);
            outcome.problems()
                    .forEach(problem -> assertThat(problem.getMessage()).startsWith("r.yml"));
        });
    }
}
