package dev.belvedere.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.yaml.ConfigException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertmanagerConfigReaderTest {

    private static AlertmanagerConfig read(String text) {
        return new AlertmanagerConfigReader(new LocalDisk(), Path.of("/etc/belvedere")).read("am.yml", text);
    }

    @Test
    void everything_that_is_built_in_is_read() {
        AlertmanagerConfig config = read("""
                global:
                  resolve_timeout: 10m
                  http_config: {follow_redirects: false}
                route:
                  receiver: team
                  group_by: [alertname, cluster]
                  group_wait: 10s
                  group_interval: 1m
                  repeat_interval: 2h
                receivers:
                  - name: team
                    webhook_configs:
                      - url: http://hooks.example/a?token=s3cret
                        send_resolved: false
                        max_alerts: 5
                        timeout: 3s
                        http_config:
                          authorization: {credentials_file: token}
                          tls_config: {insecure_skip_verify: true, min_version: TLS13}
                      - url_file: hook.url
                """);
        assertThat(config.resolveTimeoutMillis()).isEqualTo(600_000);
        assertThat(config.route())
                .isEqualTo(new AlertmanagerConfig.Route(
                        "team", List.of("alertname", "cluster"), false, 10_000, 60_000, 7_200_000));
        AlertmanagerConfig.Webhook first =
                config.receivers().getFirst().webhooks().getFirst();
        assertThat(first.url().reveal()).isEqualTo("http://hooks.example/a?token=s3cret");
        assertThat(first.toString()).doesNotContain("s3cret");
        assertThat(first.sendsResolved()).isFalse();
        assertThat(first.maxAlerts()).isEqualTo(5);
        assertThat(first.timeoutMillis()).isEqualTo(3000);
        assertThat(first.http().authorizationType()).isEqualTo("Bearer");
        assertThat(first.http().credentialsFile()).contains(Path.of("/etc/belvedere/token"));
        assertThat(first.http().connection().tls().orElseThrow().minVersion()).isEqualTo("TLSv1.3");
        AlertmanagerConfig.Webhook second =
                config.receivers().getFirst().webhooks().getLast();
        assertThat(second.urlFile()).contains(Path.of("/etc/belvedere/hook.url"));
        assertThat(second.sendsResolved()).isTrue();
        assertThat(second.http().connection().followsRedirects()).isFalse();
    }

    @Test
    void alertmanagers_defaults_hold() {
        AlertmanagerConfig config = read("route: {receiver: r, group_by: ['...']}\nreceivers: [{name: r}]\n");
        assertThat(config.route().groupsByAll()).isTrue();
        assertThat(config.route().groupWaitMillis()).isEqualTo(30_000);
        assertThat(config.route().groupIntervalMillis()).isEqualTo(300_000);
        assertThat(config.route().repeatIntervalMillis()).isEqualTo(14_400_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "^^ ~ am.yml: no route provided in config",
                "receivers: [] ~ am.yml:1:1: no route provided in config",
                "route: {} ~ root route must specify a default receiver",
                "route: {receiver: x} ~ am.yml:1:19: undefined receiver \"x\" used in route",
                "{route: {receiver: r}, receivers: [{name: r}, {name: r}]} ~ name \"r\" is not unique",
                "{route: {receiver: r, routes: [{}]}, receivers: [{name: r}]} ~ am.yml:1:23: \"routes\" is not built in yet",
                "{route: {receiver: r, nonsense: 1}, receivers: [{name: r}]} ~ unknown key \"nonsense\"",
                "{route: {receiver: r, group_by: [a, '...']}, receivers: [{name: r}]} ~ cannot have wildcard group_by",
                "{route: {receiver: r, group_by: [a, a]}, receivers: [{name: r}]} ~ duplicated label \"a\" in group_by",
                "{route: {receiver: r, group_interval: 0s}, receivers: [{name: r}]} ~ group_interval cannot be zero",
                "{route: {receiver: r}, receivers: [{name: r, slack_configs: []}]} ~ \"slack_configs\" is not built in yet",
                "{route: {receiver: r}, receivers: [{name: r, pigeon_configs: []}]} ~ unknown key \"pigeon_configs\"",
                "{route: {receiver: r}, receivers: [{name: r, webhook_configs: [{}]}]} ~ one of url or url_file",
                "{route: {receiver: r}, receivers: [{name: r, webhook_configs: [{url: 'ftp://x'}]}]} ~ must begin with http",
                "{route: {receiver: r}, receivers: [{name: r, webhook_configs: [{url: 'a b'}]}]} ~ is no valid URL",
                "{route: {receiver: r}, receivers: [{name: r, webhook_configs: [{url: 'http://x', max_alerts: -1}]}]} "
                        + "~ max_alerts must be 0",
                "{route: {receiver: r}, receivers: [{name: r}], inhibit_rules: [{}]} ~ \"inhibit_rules\" is not built in yet",
                "{global: {smtp_from: a@b}, route: {receiver: r}, receivers: [{name: r}]} ~ \"smtp_from\" is not built in yet",
                "{global: {nonsense: 1}, route: {receiver: r}, receivers: [{name: r}]} ~ unknown key \"nonsense\"",
            })
    void wrong_files_are_refused(String text, String problem) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(ConfigException.class).hasMessageContaining(problem);
    }
}
