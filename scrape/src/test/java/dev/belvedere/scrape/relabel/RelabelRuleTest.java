package dev.belvedere.scrape.relabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelabelRuleTest {

    private static final Labels LABELS =
            Labels.of("a", "foo", "b", "bar", "c", "baz", "__meta_kubernetes_pod_label_app", "web");

    private static Optional<Labels> apply(String rules) {
        return RelabelRule.apply(
                RelabelRule.readAll(
                        YamlNode.parse("r.yml", "rules:\n" + rules)
                                .orElseThrow()
                                .map(),
                        "rules",
                        NameValidation.UTF8),
                LABELS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{source_labels: [a], regex: f(.*), target_label: d, replacement: 'ch${1}-$1x-$$'} | d | choo--$",
                "{source_labels: [a, b], regex: 'foo;bar', target_label: d, replacement: hit} | d | hit",
                "{source_labels: [a, b], separator: '', regex: 'foobar', target_label: d, replacement: hit} | d | hit",
                "{source_labels: [a], regex: 'oo', target_label: a, replacement: hit} | a | foo",
                "{source_labels: [a], regex: '(?P<x>.)oo', target_label: d, replacement: '${x}'} | d | f",
                "{source_labels: [a], regex: '(.*)', target_label: 'x_${1}', replacement: y} | x_foo | y",
                "{source_labels: [a], target_label: a, replacement: ''} | a | ''",
                "{target_label: new, replacement: static} | new | static",
                "{source_labels: [missing], target_label: a} | a | ''",
                "{action: hashmod, source_labels: [c], modulus: 1000, target_label: d} | d | 976",
                "{action: uppercase, source_labels: [a], target_label: d} | d | FOO",
                "{action: lowercase, source_labels: [a, b], target_label: d} | d | foo;bar",
                "{action: labelmap, regex: '__meta_kubernetes_pod_label_(.+)'} | app | web",
                "{action: labelmap, regex: '(a)', replacement: 'x_$1'} | x_a | foo",
                "{action: labeldrop, regex: '[ab]'} | a | ''",
                "{action: labeldrop, regex: '[ab]'} | c | baz",
                "{action: labelkeep, regex: 'a'} | c | ''",
            })
    void rules_rewrite_labels(String rule, String label, String expected) {
        assertThat(apply("- " + rule).orElseThrow().get(label)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{action: keep, source_labels: [a], regex: f.o} | true",
                "{action: keep, source_labels: [a], regex: f.} | false",
                "{action: drop, source_labels: [a], regex: f.o} | false",
                "{action: drop, source_labels: [a], regex: f.} | true",
                "{action: keepequal, source_labels: [a], target_label: a} | true",
                "{action: keepequal, source_labels: [a], target_label: b} | false",
                "{action: dropequal, source_labels: [a], target_label: a} | false",
                "{action: DropEqual, source_labels: [a], target_label: b} | true",
            })
    void rules_keep_and_drop(String rule, boolean isKept) {
        assertThat(apply("- " + rule).isPresent()).isEqualTo(isKept);
    }

    @Test
    void rules_see_what_the_ones_before_them_made() {
        assertThat(apply("""
                - {source_labels: [a], target_label: d, replacement: 'x$1'}
                - {source_labels: [d], target_label: e, replacement: 'y$1'}
                - {action: keep, source_labels: [e], regex: yxfoo}
                """).orElseThrow().get("e")).isEqualTo("yxfoo");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{regex: 'a(b'} | r.yml:2:11: ",
                "{action: replace} | r.yml:2:3: relabel action replace needs a target_label",
                "{action: hashmod, target_label: a} | r.yml:2:3: relabel action hashmod needs a modulus above 0",
                "{action: juggle} | r.yml:2:4: unknown relabel action \"juggle\"",
                "{actoin: drop} | r.yml:2:4: unknown key \"actoin\"",
                "{action: labeldrop, source_labels: [a]} | r.yml:2:3: relabel action labeldrop takes only a regex",
            })
    void a_rule_that_cannot_work_is_refused_at_its_place(String rule, String message) {
        assertThatThrownBy(() -> apply("- " + rule))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }
}
