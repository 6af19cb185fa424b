package dev.belvedere.scrape.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.scrape.config.HttpClientConfig;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyChoiceTest {

    private static final String PROXY = "http://proxy:3128";

    private static String configured(String noProxy, String target) {
        return new ProxyChoice(new HttpClientConfig.Proxy(PROXY, noProxy, false, Map.of()), Map.of())
                .proxyOf(URI.create(target));
    }

    @ParameterizedTest
    @CsvSource({
        "'', http://127.0.0.1:9100/metrics, false",
        "'', http://a.example/metrics, false",
        "example, http://127.0.0.1:9100/metrics, true",
        "example, http://localhost/metrics, true",
        "example, http://a.example/metrics, true",
        "example, http://EXAMPLE/metrics, true",
        "example, http://anexample/metrics, false",
        "'x, .example', http://a.example/metrics, true",
        "*.example, http://a.example/metrics, true",
        "*, http://a.example/metrics, true",
        "a.example:9100, http://a.example:9100/metrics, true",
        "a.example:9100, http://a.example/metrics, false",
        "a.example:80, http://a.example/metrics, true",
        "10.0.0.0/8, http://10.1.2.3:9100/metrics, true",
        "10.0.0.0/8, http://11.1.2.3:9100/metrics, false",
        "10.0.0.0/x, http://10.1.2.3:9100/metrics, false",
        "10.1.2.3, http://10.1.2.3:9100/metrics, true",
        "fd00::/8, http://[fd12::1]:9100/metrics, true",
        "fd00::/8, http://[fe12::1]:9100/metrics, false",
    })
    void hosts_of_no_proxy_are_reached_directly(String noProxy, String target, boolean isDirect) {
        assertThat(configured(noProxy, target)).isEqualTo(isDirect ? "" : PROXY);
    }

    @Test
    void the_environment_names_a_proxy_for_each_scheme() {
        ProxyChoice choice = new ProxyChoice(
                new HttpClientConfig.Proxy("", "", true, Map.of()),
                Map.of("http_proxy", "p:1", "HTTPS_PROXY", "http://p:2", "NO_PROXY", "direct.example"));
        assertThat(choice.proxyOf(URI.create("http://a.example/"))).isEqualTo("http://p:1");
        assertThat(choice.proxyOf(URI.create("https://a.example/"))).isEqualTo("http://p:2");
        assertThat(choice.proxyOf(URI.create("https://direct.example/"))).isEmpty();
        assertThat(choice.proxyOf(URI.create("http://127.0.0.1:9100/"))).isEmpty();
        assertThat(new ProxyChoice(new HttpClientConfig.Proxy("", "", true, Map.of()), Map.of())
                        .proxyOf(URI.create("http://a.example/")))
                .isEmpty();
    }
}
