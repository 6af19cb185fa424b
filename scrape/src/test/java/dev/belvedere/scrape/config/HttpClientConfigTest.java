package dev.belvedere.scrape.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Secret;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpClientConfigTest {

    private static HttpClientConfig read(String yaml) {
        return HttpClientConfig.read(
                YamlNode.parse("test.yml", yaml).orElseThrow().map(), Path.of("/etc"));
    }

    @Test
    void headers_for_the_proxy_are_secrets_of_many_values() {
        HttpClientConfig.Proxy proxy = read("""
                proxy_url: http://proxy:3128
                no_proxy: internal
                proxy_connect_header: {X-Ticket: [one, two], X-Other: [three]}
                """).proxy();
        assertThat(proxy.connectHeaders())
                .isEqualTo(Map.of(
                        "X-Ticket", List.of(new Secret("one"), new Secret("two")),
                        "X-Other", List.of(new Secret("three"))));
        assertThat(proxy.toString()).doesNotContain("one", "three");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{proxy_url: http://p, proxy_from_environment: true}|exclude each other",
                "{no_proxy: a, proxy_from_environment: true}|exclude each other",
                "{no_proxy: a}|no_proxy needs a proxy_url",
                "{proxy_connect_header: {X: [a]}}|proxy_connect_header needs a proxy_url or proxy_from_environment",
                "{proxy_url: http://p, proxy_connect_header: {X: a}}|list",
                "{proxy_url: http://p, proxy_connect_header: [a]}|mapping",
            })
    void contradictory_proxy_settings_are_refused_with_their_place(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("test.yml:1:")
                .hasMessageContaining(message);
    }
}
