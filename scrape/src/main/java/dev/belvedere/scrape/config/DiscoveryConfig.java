package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where the targets of a job come from.
public sealed interface DiscoveryConfig {

    /// Written in the configuration itself.
    record Static(List<TargetGroup> groups) implements DiscoveryConfig {
        public Static {
            groups = List.copyOf(groups);
        }
    }

    /// Files of target groups, JSON or YAML, that are read again when they change.
    record FromFiles(List<FilePattern> files, long refreshMillis) implements DiscoveryConfig {
        public FromFiles {
            files = List.copyOf(files);
        }
    }

    /// An HTTP server that answers with target groups in JSON.
    record FromHttp(URI url, long refreshMillis, HttpClientConfig client) implements DiscoveryConfig {}

    /// A kind that is understood but not built in: it finds no targets.
    ///
    /// @param kind as in its key: `kubernetes` for `kubernetes_sd_configs`
    record NotBuiltIn(String kind) implements DiscoveryConfig {}

    /// Reads all discovery sections of a mapping that has others besides.
    static List<DiscoveryConfig> readAll(YamlMap map, Path directory) {
        List<DiscoveryConfig> found = new ArrayList<>();
        List<TargetGroup> groups = new ArrayList<>();
        boolean isRelabelled = !map.list("relabel_configs").isEmpty();
        for (YamlNode node : map.list("static_configs")) {
            String source = String.valueOf(groups.size());
            groups.add(isRelabelled ? TargetGroup.read(node, source) : TargetGroup.readScraped(node, source));
        }
        if (!groups.isEmpty()) {
            found.add(new Static(groups));
        }
        for (YamlNode node : map.list("file_sd_configs")) {
            found.add(fromFiles(notNull(node, "file_sd_configs"), directory));
        }
        for (YamlNode node : map.list("http_sd_configs")) {
            found.add(fromHttp(notNull(node, "http_sd_configs"), directory));
        }
        for (DiscoveryKind kind : DiscoveryKind.ALL) {
            for (YamlNode node : map.list(kind.key())) {
                kind.check(notNull(node, kind.key()), directory);
                found.add(new NotBuiltIn(kind.name()));
            }
        }
        return found;
    }

    private static YamlNode notNull(YamlNode node, String key) {
        if (node.isNull()) {
            throw node.error("empty or null section in " + key);
        }
        return node;
    }

    private static FromFiles fromFiles(YamlNode node, Path directory) {
        YamlMap map = node.map();
        List<FilePattern> files = new ArrayList<>();
        for (YamlNode file : map.list("files")) {
            String lower = file.string().toLowerCase(Locale.ROOT);
            if (!lower.endsWith(".json") && !lower.endsWith(".yml") && !lower.endsWith(".yaml")) {
                throw file.error("discovery file \"" + file.string() + "\" must end in .json, .yml or .yaml");
            }
            files.add(FilePattern.read(file, directory));
        }
        if (files.isEmpty()) {
            throw node.error("file discovery needs at least one file");
        }
        FromFiles config = new FromFiles(files, map.durationMillis("refresh_interval", 5 * 60_000));
        map.rejectUnknown();
        return config;
    }

    private static FromHttp fromHttp(YamlNode node, Path directory) {
        YamlMap map = node.map();
        URI url = Urls.requireHttp(map, "url");
        FromHttp config = new FromHttp(
                url, map.durationMillis("refresh_interval", 60_000), HttpClientConfig.read(map, directory));
        map.rejectUnknown();
        return config;
    }
}
