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

class NamedFilesTest {

    private static final Path CONFIG = Path.of("/etc/b/belvedere.yml");
    private final MemoryDisk disk = new MemoryDisk();

    private void write(Path path, String text) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private List<String> missing(String config) throws IOException {
        write(CONFIG, config);
        ServerConfig.Origin origin = new ServerConfig.Origin(Optional.of(CONFIG), List.of(), disk, Map.of(), 2);
        ServerConfig.load(origin);
        return NamedFiles.missing(origin).stream()
                .map(each ->
                        (each.isRefused() ? "refused: " : "") + each.problem().getMessage())
                .toList();
    }

    @Test
    void missing_files_are_named_with_their_lines_and_as_promtool_judges_them() throws IOException {
        write(Path.of("/etc/b/there"), "secret");
        assertThat(missing("""
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
                        "refused: /etc/b/belvedere.yml:3:37: credentials_file \"gone\" does not exist",
                        "/etc/b/belvedere.yml:7:25: ca_file \"ca.pem\" does not exist",
                        "refused: /etc/b/belvedere.yml:7:44: cert_file \"cert.pem\" does not exist",
                        "/etc/b/belvedere.yml:12:39: credentials_file \"sd\" does not exist",
                        "/etc/b/belvedere.yml:15:44: password_file \"pw\" does not exist");
    }

    @Test
    void nothing_is_missing_where_nothing_is_named() throws IOException {
        assertThat(missing("global: {scrape_interval: 1s}\n")).isEmpty();
    }
}
