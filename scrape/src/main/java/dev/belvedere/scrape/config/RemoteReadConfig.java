package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.net.URI;
import java.util.Map;

/// An entry of `remote_read`: another system that queries may ask.
///
/// @param requiredMatchers a query goes there only if it selects by all of these
public record RemoteReadConfig(
        URI url,
        String name,
        long timeoutMillis,
        Map<String, String> headers,
        boolean readsRecent,
        Map<String, String> requiredMatchers,
        boolean filtersExternalLabels,
        HttpClientConfig client) {

    static RemoteReadConfig read(YamlNode node, ConfigSource source) {
        if (node.isNull()) {
            throw node.error("empty or null remote read config section");
        }
        YamlMap map = node.map();
        RemoteReadConfig config = new RemoteReadConfig(
                Urls.parse(Urls.require(map, "url")),
                map.string("name", ""),
                map.durationMillis("remote_timeout", 60_000),
                HttpClientConfig.plainHeaders(map),
                map.bool("read_recent", false),
                map.stringMap("required_matchers"),
                map.bool("filter_external_labels", true),
                HttpClientConfig.read(map, source.directory()));
        map.integer("chunked_read_limit", 0);
        map.rejectUnknown();
        return config;
    }
}
