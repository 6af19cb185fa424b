package dev.belvedere.scrape.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.scrape.config.TargetGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {

    private static List<TargetGroup> read(String json) {
        return JsonTargetGroups.read(json.getBytes(StandardCharsets.UTF_8), "t.json");
    }

    @Test
    void json_groups_have_targets_and_labels() {
        assertThat(read("[{\"targets\": [\"a:1\", \"http://b\"], \"labels\": {\"x\": \"y\"}}, {\"targets\": []}]"))
                .containsExactly(
                        new TargetGroup("t.json:0", List.of("a:1", "http://b"), Labels.of("x", "y")),
                        new TargetGroup("t.json:1", List.of(), Labels.EMPTY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|t.json:1:1: expected a list of target groups",
                "[{\"targets\": \"a\"}]|t.json:1:14: expected a list of targets",
                "[{\"labels\": {\"a\": 1}}]|t.json:1:19: expected a string as value of label \"a\"",
                "[{\"label\": {}}]|t.json:1:12: unknown key \"label\" in a target group",
                "[{]|t.json:1:3: malformed JSON",
                "[] []|t.json:1:4: nothing may follow",
                "|t.json:1: expected a list of target groups",
            })
    void malformed_groups_are_refused_at_their_place(String json, String message) {
        assertThatThrownBy(() -> read(json == null ? "" : json))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }
}
