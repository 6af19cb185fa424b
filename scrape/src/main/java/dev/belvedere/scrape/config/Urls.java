package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.net.URI;
import java.net.URISyntaxException;

/// Addresses of servers in a configuration.
final class Urls {

    private Urls() {}

    /// @throws dev.belvedere.platform.yaml.ConfigException unless the key holds an http or https URL with a host
    static URI requireHttp(YamlMap map, String key) {
        YamlNode node = require(map, key);
        URI url = parse(node);
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw node.error(key + " must begin with http:// or https://, found \"" + node.string() + "\"");
        }
        if (url.getHost() == null || url.getHost().isEmpty()) {
            throw node.error(key + " has no host: \"" + node.string() + "\"");
        }
        return url;
    }

    static YamlNode require(YamlMap map, String key) {
        YamlNode node = map.get(key).orElseThrow(() -> map.node().error("\"" + key + "\" is missing or empty"));
        if (node.isScalar() && node.string().isEmpty()) {
            throw node.error("\"" + key + "\" is missing or empty");
        }
        return node;
    }

    static URI parse(YamlNode node) {
        String text = node.string();
        if (text.equals("http://") || text.equals("https://")) {
            throw node.error("the URL has no host: \"" + text + "\"");
        }
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw node.error("not a URL: \"" + text + "\": " + e.getReason());
        }
    }
}
