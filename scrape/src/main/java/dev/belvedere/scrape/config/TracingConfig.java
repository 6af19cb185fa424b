package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.List;
import java.util.Map;

/// `tracing`: where the server's own traces go besides its own store.
public record TracingConfig(
        String endpoint,
        boolean isHttp,
        double samplingFraction,
        boolean isInsecure,
        long timeoutMillis,
        boolean isCompressed,
        Map<String, String> headers,
        TlsConfig tls) {

    static TracingConfig read(YamlNode node, ConfigSource source) {
        YamlMap map = node.map();
        for (Map.Entry<String, List<String>> closed : Map.of(
                        "client_type", List.of("grpc", "http"), "compression", List.of("", "gzip"))
                .entrySet()) {
            map.get(closed.getKey()).ifPresent(value -> {
                if (!closed.getValue().contains(value.string())) {
                    throw value.error("unknown " + closed.getKey() + " \"" + value.string() + "\"");
                }
            });
        }
        TracingConfig config = new TracingConfig(
                Urls.require(map, "endpoint").string(),
                map.string("client_type", "grpc").equals("http"),
                map.number("sampling_fraction", 0),
                map.bool("insecure", false),
                map.durationMillis("timeout", 10_000),
                map.string("compression", "").equals("gzip"),
                HttpClientConfig.plainHeaders(map),
                map.get("tls_config", tls -> TlsConfig.read(tls, source.directory()), TlsConfig.DEFAULT));
        map.rejectUnknown();
        return config;
    }
}
