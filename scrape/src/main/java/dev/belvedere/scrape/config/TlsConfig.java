package dev.belvedere.scrape.config;

import dev.belvedere.model.Secret;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.util.List;

/// `tls_config`: certificates as text or as files. Files are absolute or empty.
public record TlsConfig(
        String ca,
        String certificate,
        Secret key,
        String caFile,
        String certificateFile,
        String keyFile,
        String serverName,
        boolean isVerificationSkipped,
        String minVersion) {

    public static final TlsConfig DEFAULT = new TlsConfig("", "", Secret.NONE, "", "", "", "", false, "");

    private static final List<String> VERSIONS = List.of("", "TLS10", "TLS11", "TLS12", "TLS13");

    static TlsConfig read(YamlNode node, Path directory) {
        YamlMap map = node.map();
        TlsConfig tls = new TlsConfig(
                map.string("ca", ""),
                map.string("cert", ""),
                map.secret("key"),
                HttpClientConfig.file(map, "ca_file", directory),
                HttpClientConfig.file(map, "cert_file", directory),
                HttpClientConfig.file(map, "key_file", directory),
                map.string("server_name", ""),
                map.bool("insecure_skip_verify", false),
                map.string("min_version", ""));
        for (String key : List.of("min_version", "max_version")) {
            if (!VERSIONS.contains(map.string(key, ""))) {
                throw map.key(key).error("unknown TLS version; one of TLS10, TLS11, TLS12, TLS13");
            }
        }
        for (String key : List.of("ca_ref", "cert_ref", "key_ref")) {
            map.string(key, "");
        }
        map.rejectUnknown();
        boolean hasCertificate = !tls.certificate.isEmpty() || !tls.certificateFile.isEmpty();
        boolean hasKey = tls.key.isPresent() || !tls.keyFile.isEmpty();
        if (hasCertificate != hasKey && !map.has("cert_ref") && !map.has("key_ref")) {
            throw map.node().error("a client certificate needs both cert_file and key_file");
        }
        return tls;
    }

    /// The lowest version as Java names it. Versions below 1.2 are not spoken any more.
    public String javaMinVersion() {
        return minVersion.equals("TLS13") ? "TLSv1.3" : "";
    }
}
