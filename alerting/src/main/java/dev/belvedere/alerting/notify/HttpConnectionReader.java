package dev.belvedere.alerting.notify;

import dev.belvedere.model.Secret;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.ConnectionOptions;
import dev.belvedere.platform.http.ConnectionOptions.TlsOptions;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Reads the part of `http_config` that says how to connect. Certificates are read with the configuration.
final class HttpConnectionReader {

    private static final int MAX_PEM_BYTES = 1 << 20;

    private final Disk disk;
    private final Path base;

    HttpConnectionReader(Disk disk, Path base) {
        this.disk = disk;
        this.base = base;
    }

    ConnectionOptions read(YamlMap map) {
        return new ConnectionOptions(
                map.bool("follow_redirects", true),
                map.bool("enable_http2", true),
                map.string("proxy_url", ""),
                Map.of(),
                map.get("tls_config").map(node -> tls(node.map())));
    }

    private TlsOptions tls(YamlMap map) {
        TlsOptions options = new TlsOptions(
                pem(map, "ca"),
                pem(map, "cert"),
                new Secret(pem(map, "key")),
                map.string("server_name", ""),
                map.bool("insecure_skip_verify", false),
                minVersion(map));
        map.rejectUnknown();
        return options;
    }

    private String pem(YamlMap map, String key) {
        Optional<YamlNode> text = map.get(key);
        Optional<YamlNode> file = map.get(key + "_file");
        if (text.isPresent() && file.isPresent()) {
            throw file.get().error("at most one of " + key + " and " + key + "_file must be configured");
        }
        if (file.isEmpty()) {
            return text.map(YamlNode::string).orElse("");
        }
        try {
            byte[] bytes = disk.readAll(base.resolve(file.get().string()), MAX_PEM_BYTES);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw file.get().error(key + "_file cannot be read: " + e.getMessage());
        }
    }

    private static String minVersion(YamlMap map) {
        String version = map.string("min_version", "");
        return switch (version) {
            case "" -> "";
            case "TLS12" -> "TLSv1.2";
            case "TLS13" -> "TLSv1.3";
            default -> throw map.key("min_version").error("min_version must be TLS12 or TLS13, found " + version);
        };
    }
}
