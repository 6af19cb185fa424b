package dev.belvedere.scrape.relabel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.testkit.fuzz.ParserBudget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary text as relabelling rules, and the label value they meet: rules are refused with a place, or do the same
/// each time and leave labels that are none twice and none empty.
class RelabelFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(64 << 20, 40_000);

    /// A few hundred wild cards over a long value cost their product.
    private static final int MAX_BYTES = 2000;

    static Stream<byte[]> rules() {
        return Stream.of(
                        "a:80\n{action: replace, source_labels: [__address__], regex: '(.*):(\\d+)', target_label: p, replacement: $2}",
                        "x\n{action: labelmap, regex: '__meta_(.+)', replacement: 'm_${1}'}",
                        "ä\n{action: hashmod, source_labels: [v, __meta_a], modulus: 8, target_label: h}",
                        "q\n{action: labeldrop, regex: '__meta_.*|v'}\n{action: labelkeep, regex: 'i.*'}",
                        "Mixed\n{action: lowercase, source_labels: [v], target_label: l}",
                        "k\n{action: keepequal, source_labels: [v], target_label: job}",
                        "z\n{action: replace, source_labels: [v], separator: '', regex: '(?P<n>z+)?', target_label: '${n}_x', replacement: '$$${n}$1$'}",
                        "y\n{action: keep, source_labels: [v, job], separator: '\\n', regex: '(?s)(y.)*?j?|[^a-c]{2,9}'}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<RelabelRule> read(List<String> lines) {
        return lines.stream()
                .flatMap(line -> YamlNode.parseAll("r.yml", line).stream())
                .map(node -> RelabelRule.read(node, NameValidation.UTF8))
                .toList();
    }

    @MethodSource("rules")
    @FuzzTest
    void rules(byte[] bytes) {
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 2 || bytes.length > MAX_BYTES) {
            return;
        }
        List<String> texts = lines.subList(1, lines.size());
        Labels labels = Labels.of(
                "__address__", lines.getFirst(), "v", lines.getFirst(), "job", "j", "__meta_a", "b", "__meta_é", "c");
        BUDGET.run(bytes.length, () -> {
            try {
                RelabelRule.apply(read(texts), labels);
            } catch (ConfigException e) {
                assertThat(e.getMessage()).startsWith("r.yml");
            }
        });
        List<RelabelRule> rules;
        try {
            rules = read(texts);
        } catch (ConfigException e) {
            return;
        }
        assertThat(read(texts)).isEqualTo(rules);
        Optional<Labels> once = RelabelRule.apply(rules, labels);
        assertThat(RelabelRule.apply(rules, labels)).isEqualTo(once);
        once.ifPresent(result -> {
            for (int i = 0; i < result.size(); i++) {
                assertThat(result.value(i)).isNotEmpty();
                assertThat(result.name(i)).isNotEmpty();
                assertThat(i == 0 || Labels.compareUtf8(result.name(i - 1), result.name(i)) < 0)
                        .isTrue();
            }
        });
    }
}
