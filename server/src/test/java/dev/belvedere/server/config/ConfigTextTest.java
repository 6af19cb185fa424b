package dev.belvedere.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.yaml.YamlNode;
import org.junit.jupiter.api.Test;

final class ConfigTextTest {

    private static YamlNode parse(String text) {
        return YamlNode.parse("belvedere.yml", text).orElseThrow();
    }

    @Test
    void secrets_are_replaced_and_everything_else_reads_back_the_same() {
        String shown = ConfigText.redacted(parse("""
                scrape_configs:
                  - job_name: node
                    basic_auth: {username: bob, password: hunter2, password_file: /etc/pw}
                    authorization: {credentials: tok-123}
                    tls_config: {key: "-----BEGIN", key_file: k.pem}
                    oauth2: {client_id: id, client_secret: cs-1}
                    proxy_url: http://user:pw@proxy:3128
                    proxy_connect_header: {X-Ticket: [ticket-9]}
                    static_configs: [{targets: ["a:9100", "b:9100"], labels: {}}]
                """));
        assertThat(shown)
                .doesNotContain("hunter2", "tok-123", "BEGIN", "cs-1", "user:pw", "ticket-9")
                .contains("password: <secret>", "password_file: /etc/pw", "job_name: node", "\"a:9100\"");
        assertThat(ConfigText.redacted(parse(shown))).isEqualTo(shown);
    }
}
