package dev.belvedere.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigCheckTest {

    private static final Path CONFIG = Path.of("/etc/b/belvedere.yml");
    private final MemoryDisk disk = new MemoryDisk();

    private void write(Path path, String text) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private List<String> found(String config) throws IOException {
        write(CONFIG, config);
        ServerConfig.Origin origin = new ServerConfig.Origin(Optional.of(CONFIG), List.of(), disk, Map.of(), 2);
        return ConfigCheck.run(origin, ServerConfig.load(origin)).stream()
                .map(each ->
                        (each.isRefused() ? "refused: " : "") + each.problem().getMessage())
                .toList();
    }

    @Test
    void missing_files_are_named_with_their_lines_and_as_promtool_judges_them() throws IOException {
        write(Path.of("/etc/b/there"), "secret");
        assertThat(found("""
                        scrape_configs:
                        - job_name: a
                          authorization: {credentials_file: gone}
                        - job_name: b
                          authorization:
                            credentials_file: there
                          tls_config: {ca_file: ca.pem, cert_file: cert.pem, key_file: there}
                        - job_name: c
                          basic_auth: {username: x, password_file: /etc/b/there}
                          http_sd_configs:
                          - url: http://x
                            authorization: {credentials_file: sd}
                        remote_write:
                        - url: http://x
                          basic_auth: {username: x, password_file: pw}
                        """))
                .containsExactly(
                        "refused: /etc/b/belvedere.yml:3:37: credentials_file \"gone\" does not exist; it is read when it is used",
                        "/etc/b/belvedere.yml:7:25: ca_file \"ca.pem\" does not exist; it is read when it is used",
                        "refused: /etc/b/belvedere.yml:7:44: cert_file \"cert.pem\" does not exist; it is read when it is used",
                        "/etc/b/belvedere.yml:12:39: credentials_file \"sd\" does not exist; it is read when it is used",
                        "/etc/b/belvedere.yml:15:44: password_file \"pw\" does not exist; it is read when it is used");
    }

    @Test
    void nothing_is_found_where_nothing_is_named() throws IOException {
        assertThat(found("global: {scrape_interval: 1s}\n")).isEmpty();
    }

    @Test
    void files_of_scrape_configs_are_looked_into_from_where_they_lie() throws IOException {
        disk.createDirectories(Path.of("/etc/b/jobs"));
        write(Path.of("/etc/b/jobs/there"), "secret");
        write(Path.of("/etc/b/jobs/a.yml"), """
                scrape_configs:
                - job_name: a
                  authorization: {credentials_file: there}
                - job_name: b
                  tls_config: {cert_file: gone, key_file: there}
                  file_sd_configs: [{files: [a.json]}]
                """);
        assertThat(found("scrape_config_files: [jobs/*.yml]\n"))
                .containsExactly(
                        "refused: /etc/b/jobs/a.yml:5:27: cert_file \"gone\" does not exist; it is read when it is used",
                        "/etc/b/jobs/a.yml:6:30: \"a.json\" does not exist; its targets are found as soon as it does");
    }

    @Test
    void targets_that_no_relabelling_makes_usable_are_refused() throws IOException {
        write(Path.of("/etc/b/a.json"), "[{\"targets\": [\"http://sd\"]}, {\"targets\": [\"fine:1\"]}]");
        write(Path.of("/etc/b/b.yml"), "- targets: 7\n");
        assertThat(found("""
                        scrape_configs:
                        - job_name: a
                          static_configs: [{targets: ["http://bad", "http://good", "fine:1"]}]
                          file_sd_configs: [{files: [a.json, b.yml, "c*.yml"]}]
                          relabel_configs:
                          - {source_labels: [__address__], regex: "http://(good)", target_label: __address__}
                        alerting:
                          alertmanagers:
                          - static_configs: [{targets: ["http://bad", "fine:1"]}]
                            relabel_configs: [{regex: nothing, action: labeldrop}]
                        """))
                .containsExactly(
                        "refused: /etc/b/belvedere.yml:3:31: \"http://bad\" is not a host and port",
                        "refused: /etc/b/belvedere.yml:4:30: /etc/b/a.json: \"http://sd\" is not a host and port",
                        "refused: /etc/b/b.yml:1:12: expected a list, found \"7\"",
                        "/etc/b/belvedere.yml:4:45: \"c*.yml\" does not exist; its targets are found as soon as it does",
                        "refused: /etc/b/belvedere.yml:9:33: \"http://bad\" is not a host and port");
    }
}
