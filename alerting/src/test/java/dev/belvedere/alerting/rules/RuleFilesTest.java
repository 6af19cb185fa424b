package dev.belvedere.alerting.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFilesTest {

    private static final Map<String, RuleLanguage> LANGUAGES =
            Map.of("promql", PromqlRules.forChecking(new PromqlEngine(PromqlOptions.DEFAULT)));
    private static final RuleFiles FILES = new RuleFiles(LANGUAGES);

    private static Path conformance(String directory) {
        Path path = Path.of(System.getProperty("belvedere.root", ".."), "..", "shared", "conformance", directory);
        assumeThat(new LocalDisk().exists(path))
                .as("the conformance files are not at %s", path)
                .isTrue();
        return path;
    }

    private static List<String> problems(String text) {
        return FILES.parse("r.yml", text).problems().stream()
                .map(ConfigException::getMessage)
                .toList();
    }

    @Test
    void prometheus_own_rule_files_load_or_are_refused_as_there() throws IOException {
        LocalDisk disk = new LocalDisk();
        for (Path file : disk.list(conformance("prometheus-rules"))) {
            String name = file.getFileName().toString();
            boolean isLegacy = name.startsWith("legacy");
            RuleFiles.Outcome outcome = new RuleFiles(LANGUAGES, isLegacy).read(disk, List.of(file));
            boolean isBad = name.contains(".bad.") || name.equals("invalid_rules.yaml");
            assertThat(outcome.problems().isEmpty())
                    .as("%s: %s", name, outcome.problems())
                    .isEqualTo(!isBad);
            outcome.problems().forEach(problem -> assertThat(problem.line()).isPositive());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "rules.yml ~ ",
                "rules_large.yml ~ ",
                "rules_duplicates.yml ~ ",
                "prometheus-rules.lint.yml ~ ",
                "at-modifier.yml ~ ",
                "negative-offset.yml ~ ",
                "bad-rules-error.yml ~ ",
                "prometheus-config.rules.good.yml ~ ",
                "rules_extrafields.yml ~ :7:5: unknown key \"namespace\"",
                "bad-rules-syntax.yml ~ :7:22: group \"bad-syntax\", rule 1, \"x\": could not parse expression: ",
                "rules-bad.yml ~ :12:33: group \"alerts\", rule 1, \"InstanceDown\": annotation \"summary\": template: "
                        + "__alert_InstanceDown:1: undefined variable \"$label\"",
            })
    void promtool_rule_files_load_or_are_refused_with_their_place(String name, String problem) {
        RuleFiles.Outcome outcome =
                FILES.read(new LocalDisk(), List.of(conformance("promtool").resolve(name)));
        if (problem == null) {
            assertThat(outcome.problems()).isEmpty();
        } else {
            assertThat(outcome.problems())
                    .anySatisfy(e -> assertThat(e.getMessage()).contains(name + problem));
        }
    }

    @Test
    void duplicates_and_further_documents_are_warned_about() {
        RuleFiles.Outcome outcome = FILES.parse("r.yml", """
                groups:
                  - name: a
                    rules:
                      - {record: x, expr: "1"}
                      - {record: x, expr: "2"}
                ---
                groups: []
                """);
        assertThat(outcome.problems()).isEmpty();
        assertThat(outcome.warnings())
                .containsExactly(
                        "r.yml: has more than one YAML document; only the first is used",
                        "r.yml: rule x{} is there more than once: its results overwrite each other");
    }

    @Test
    void a_limit_below_zero_is_none() {
        RuleFile file = FILES.parse("r.yml", "groups: [{name: a, limit: -1}]\n")
                .orThrow()
                .files()
                .getFirst();
        assertThat(file.groups().getFirst().limit()).isZero();
    }

    @Test
    void every_field_is_read() {
        RuleFile file = FILES.parse("r.yml", """
                        groups:
                          - name: gpu
                            interval: 15s
                            query_offset: 1m
                            limit: 7
                            labels: {team: ml, tier: low}
                            rules:
                              - record: gpu:util:avg
                                expr: avg by (gpu) (util)
                                labels: {tier: high}
                              - alert: Hot
                                expr: temp > 90
                                for: 5m
                                keep_firing_for: 10m
                                labels: {severity: '{{ if gt $value 99.0 }}page{{ else }}warn{{ end }}'}
                                annotations: {summary: 'GPU {{ $labels.gpu }} at {{ $value }}'}
                        """).orThrow().files().getFirst();
        RuleFile.Group group = file.groups().getFirst();
        assertThat(group.intervalMillis()).hasValue(15_000);
        assertThat(group.queryOffsetMillis()).hasValue(60_000);
        assertThat(group.limit()).isEqualTo(7);
        RuleDefinition.Recording recording =
                (RuleDefinition.Recording) group.rules().getFirst();
        assertThat(recording.labels()).hasToString("{team=\"ml\", tier=\"high\"}");
        RuleDefinition.Alerting alerting =
                (RuleDefinition.Alerting) group.rules().getLast();
        assertThat(alerting.holdMillis()).isEqualTo(300_000);
        assertThat(alerting.keepFiringMillis()).isEqualTo(600_000);
        assertThat(alerting.labelTemplates().keySet()).containsExactlyInAnyOrder("team", "tier", "severity");
        assertThat(alerting.annotations().get("summary")).isEqualTo("GPU {{ $labels.gpu }} at {{ $value }}");
    }

    @Test
    void the_place_of_a_fault_is_found_in_every_kind_of_yaml_string() {
        String head = "groups:\n- name: g\n  rules:\n  - record: r\n    expr: ";
        assertThat(problems(head + "up +\n").getFirst()).startsWith("r.yml:5:15: ");
        assertThat(problems(head + "sum(up) foo\n").getFirst()).startsWith("r.yml:5:19: ");
        assertThat(problems(head + "\"sum(up) foo\"\n").getFirst()).startsWith("r.yml:5:20: ");
        assertThat(problems(head + "'sum(up{a=''b''}) foo'\n").getFirst()).startsWith("r.yml:5:29: ");
        assertThat(problems(head + "|\n      sum(up)\n      foo\n").getFirst()).startsWith("r.yml:7:7: ");
        assertThat(problems(head + "&x >-\n      sum(up)\n\n        foo\n").getFirst())
                .startsWith("r.yml:8:9: ");
        assertThat(problems(head + "sum(up)\n      foo\n").getFirst()).startsWith("r.yml:6:7: ");
    }

    @Test
    void all_faults_of_a_file_are_told_at_once() {
        assertThat(problems("""
                        groups:
                          - name: a
                            rules:
                              - record: x
                              - alert: y
                                expr: '1 +'
                                annotations: {a: '{{ end }}', b: '{{ .x'}
                              - record: z
                                expr: '1'
                                for: 5m
                          - name: a
                        """))
                .hasSize(6)
                .anyMatch(p -> p.contains("rule 1, \"x\": field 'expr' must be set in rule"))
                .anyMatch(p -> p.contains("annotation \"a\": template: __alert_y:1: unexpected {{end}}"))
                .anyMatch(p -> p.contains("annotation \"b\": template: __alert_y:1: unclosed action"))
                .anyMatch(p -> p.contains("invalid field 'for' in recording rule"))
                .anyMatch(p -> p.contains("groupname: \"a\" is repeated"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "groups: 5 ~ r.yml:1:9: expected a list",
                "groups: [{rules: []}] ~ r.yml:1:10: Groupname must not be empty",
                "groups: [{name: a, limit: 3000000000}] ~ limit must be at most",
                "groups: [{name: a, interval: soon}] ~ not a valid duration string",
                "groups: [{name: a, labels: {__name__: x}}] ~ invalid label name: __name__",
                "groups: [{name: a, rules: [5]}] ~ expected a mapping",
                "groups: [{name: a, rules: [{alert: x, expr: 1, type: logql}]}] ~ not built in yet",
                "groups: [{name: a, rules: [{alert: x, expr: 1, type: sql}]}] ~ are unknown",
                "groups: [{name: a, rules: [{record: ^a{b}^, expr: 1}]}] ~ expected",
                "{ ~ r.yml:1:",
                "nonsense: 1 ~ unknown key \"nonsense\"",
            })
    void wrong_files_are_refused(String text, String problem) {
        assertThat(problems(text)).anyMatch(p -> p.contains(problem));
    }

    @Test
    void a_directory_stands_for_its_rule_files() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        for (String path : List.of("/etc/rules/a.yml", "/etc/rules/deep/b.yaml", "/etc/rules/README.md")) {
            disk.createDirectories(Path.of(path).resolveSibling(""));
            try (DiskFile file = disk.open(Path.of(path))) {
                file.write(ByteBuffer.wrap("groups: []".getBytes(StandardCharsets.UTF_8)), 0);
            }
        }
        assertThat(FILES.read(disk, List.of(Path.of("/etc/rules"))).files()).hasSize(2);
        RuleFiles.Outcome missing = FILES.read(disk, List.of(Path.of("/nowhere.yml")));
        assertThat(missing.problems().getFirst().getMessage()).contains("/nowhere.yml: cannot be read");
    }
}
