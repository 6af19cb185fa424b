package dev.belvedere.server.config;

import dev.belvedere.agent.AgentConfig;
import dev.belvedere.alerting.notify.AlertmanagerConfig;
import dev.belvedere.alerting.notify.AlertmanagerConfigReader;
import dev.belvedere.model.Durations;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.config.ConfigSource;
import dev.belvedere.scrape.config.FilePattern;
import dev.belvedere.scrape.config.PrometheusConfig;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The whole configuration: a prometheus.yml, and Belvedere's own sections beside it.
///
/// @param text as it may be shown to people
public record ServerConfig(
        ListenConfig listen,
        DataConfig data,
        QueryConfig query,
        IngestConfig ingest,
        RulesConfig rules,
        SelfConfig self,
        AgentConfig agent,
        PrometheusConfig prometheus,
        AlertmanagerConfig alertmanager,
        String text) {

    private static final int MAX_FILE_BYTES = 16 << 20;

    /// Where a configuration comes from, so that it can be read again.
    ///
    /// @param file absent to run on defaults
    /// @param overrides key and value of each `--set`, in order; later ones win
    /// @param cores of this machine
    public record Origin(
            Optional<Path> file, List<Override> overrides, Disk disk, Map<String, String> environment, int cores) {

        public Origin {
            overrides = List.copyOf(overrides);
            environment = Map.copyOf(environment);
        }
    }

    /// @param option what an error about the value names: `--listen`, `--set query.timeout`
    public record Override(String key, String value, String option) {}

    /// @throws ConfigException naming file, line and column
    public static ServerConfig load(Origin origin) {
        YamlNode document = document(origin);
        YamlMap root = document.map();
        PrometheusConfig prometheus = PrometheusConfig.read(root, source(origin));
        ServerConfig config = new ServerConfig(
                ListenConfig.read(section(root, "server")),
                DataConfig.read(section(root, "data"), origin.cores()),
                QueryConfig.read(section(root, "query"), origin.cores()),
                IngestConfig.read(section(root, "ingest")),
                RulesConfig.read(section(root, "rules")),
                SelfConfig.read(section(root, "self")),
                AgentConfig.read(section(root, "agent")),
                prometheus,
                alertmanager(root, origin),
                ConfigText.of(document, prometheus));
        requireDownsamplingInTime(root, config);
        root.rejectUnknown();
        return config;
    }

    /// Windows are made of samples: before these go.
    private static void requireDownsamplingInTime(YamlMap root, ServerConfig config) {
        long configured = config.prometheus().storage().retentionMillis();
        long retention = configured > 0 ? configured : TsdbOptions.DEFAULT.retentionMillis();
        if (config.data().metrics().rollups().stream().anyMatch(rollup -> rollup.afterMillis() >= retention)) {
            throw section(root, "data")
                    .key("downsampling")
                    .error("\"after\" must be less than the retention of samples, " + Durations.format(retention));
        }
    }

    private static ConfigSource source(Origin origin) {
        return new ConfigSource(directory(origin), origin.disk(), origin.environment());
    }

    /// The file to which queries are logged, if any.
    public Optional<Path> queryLogFile(Origin origin) {
        String name = prometheus.global().queryLogFile();
        return name.isEmpty() ? Optional.empty() : Optional.of(directory(origin).resolve(name));
    }

    /// What relative names in the file are relative to.
    static Path directory(Origin origin) {
        Path here = Path.of("").toAbsolutePath();
        return origin.file()
                .flatMap(file -> Optional.ofNullable(file.toAbsolutePath().getParent()))
                .orElse(here);
    }

    /// Section `alertmanager`: the name of an alertmanager.yml, or what would stand in one.
    private static AlertmanagerConfig alertmanager(YamlMap root, Origin origin) {
        Optional<YamlNode> section = root.get("alertmanager");
        if (section.isEmpty()) {
            return AlertmanagerConfig.NONE;
        }
        YamlNode node = section.get();
        Path directory = directory(origin);
        if (node.isMap()) {
            return new AlertmanagerConfigReader(origin.disk(), directory).read(node);
        }
        Path file = directory.resolve(node.string());
        YamlNode document = parse(file, origin.disk())
                .filter(found -> !found.isNull())
                .orElseThrow(() -> new ConfigException(file.toString(), 0, 0, "no route provided in config"));
        Path fileDirectory = file.getParent();
        return new AlertmanagerConfigReader(origin.disk(), fileDirectory == null ? directory : fileDirectory)
                .read(document);
    }

    /// All rule files that the configuration names.
    ///
    /// @throws ConfigException if their directories cannot be read
    public List<Path> ruleFiles(Disk disk) {
        List<Path> files = new ArrayList<>();
        for (FilePattern pattern : prometheus.ruleFiles()) {
            try {
                files.addAll(pattern.files(disk));
            } catch (IOException e) {
                throw new ConfigException(pattern.toString(), 0, 0, "cannot be listed: " + e.getMessage());
            }
        }
        return files;
    }

    static YamlNode document(Origin origin) {
        YamlNode document = origin.file()
                .flatMap(file -> parse(file, origin.disk()))
                .filter(found -> !found.isNull())
                .orElseGet(ServerConfig::emptyMap);
        for (Override override : origin.overrides()) {
            document = document.with(override.key(), override.value(), override.option());
        }
        return document;
    }

    private static YamlNode emptyMap() {
        return YamlNode.parse("defaults", "{}").orElseThrow();
    }

    static Optional<YamlNode> parse(Path file, Disk disk) {
        try {
            return YamlNode.parse(
                    file.toString(), new String(disk.readAll(file, MAX_FILE_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ConfigException(file.toString(), 0, 0, "cannot be read: " + e.getMessage());
        }
    }

    /// A section, or an empty one where it is absent.
    private static YamlMap section(YamlMap root, String key) {
        return root.get(key).orElseGet(ServerConfig::emptyMap).map();
    }
}
