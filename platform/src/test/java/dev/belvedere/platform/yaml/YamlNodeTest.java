package dev.belvedere.platform.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class YamlNodeTest {

    private static YamlNode parse(String text) {
        return YamlNode.parse("belvedere.yml", text).orElseThrow();
    }

    @Test
    void an_override_replaces_one_value_and_leaves_its_neighbours() {
        YamlNode node = parse("server:\n  listen: a\n  idleTimeout: 5m\nquery: {}\n")
                .with("server.listen", "127.0.0.1:0", "--set server.listen");
        YamlMap server = node.map().require("server").map();
        assertThat(server.string("listen", "")).isEqualTo("127.0.0.1:0");
        assertThat(server.durationMillis("idleTimeout", 0)).isEqualTo(300_000);
        assertThat(node.map().has("query")).isTrue();
    }

    @Test
    void an_override_makes_the_mappings_it_needs_and_takes_any_yaml() {
        YamlNode node = parse("{}").with("server.allowedHosts", "[a, b]", "--set");
        assertThat(node.map().require("server").map().strings("allowedHosts")).containsExactly("a", "b");
        assertThat(parse("server:\n")
                        .with("server.listen", "x", "--set")
                        .map()
                        .require("server")
                        .map()
                        .string("listen", ""))
                .isEqualTo("x");
    }

    @Test
    void errors_about_an_overridden_value_name_where_it_came_from() {
        YamlNode node = parse("query:\n  maxSamples: 5\n").with("query.maxSamples", "many", "--set query.maxSamples");
        YamlMap query = node.map().require("query").map();
        assertThatThrownBy(() -> query.integer("maxSamples", 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--set query.maxSamples:1:1:");
        assertThatThrownBy(() -> parse("a: 1").with("a.b", "2", "--set a.b")).isInstanceOf(ConfigException.class);
    }

    @Test
    void an_unknown_key_is_named_with_its_line_and_column() {
        YamlMap map = parse("known: 1\nunknown: 2\n").map();
        map.integer("known", 0);
        assertThatThrownBy(map::rejectUnknown).hasMessage("belvedere.yml:2:1: unknown key \"unknown\"");
    }

    @Test
    void a_tilde_is_nothing_and_integers_have_other_forms() {
        YamlMap map =
                parse("a: ~\nb: NULL\nc: \"~\"\nd: 0x1F\ne: 1_000\nf: -5\n").map();
        assertThat(map.get("a")).isEmpty();
        assertThat(map.get("b")).isEmpty();
        assertThat(map.string("c", "")).isEqualTo("~");
        assertThat(map.integer("d", 0)).isEqualTo(31);
        assertThat(map.integer("e", 0)).isEqualTo(1000);
        assertThat(map.integer("f", 0)).isEqualTo(-5);
    }

    @Test
    void a_tree_of_aliases_is_refused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(8)));
        }
        assertThatThrownBy(() -> parse(bomb.toString())).isInstanceOf(ConfigException.class);
    }
}
