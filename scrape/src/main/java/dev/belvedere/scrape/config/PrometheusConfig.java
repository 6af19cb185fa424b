package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.relabel.NameValidation;
import dev.belvedere.wire.otlp.OtlpOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A whole prometheus.yml.
///
/// @param scrapeConfigs those of `scrape_config_files` included
/// @param ruleFiles resolved against the file's directory
public record PrometheusConfig(
        GlobalConfig global,
        List<ScrapeConfig> scrapeConfigs,
        List<FilePattern> ruleFiles,
        AlertingConfig alerting,
        List<RemoteWriteConfig> remoteWrites,
        List<RemoteReadConfig> remoteReads,
        StorageConfig storage,
        OtlpOptions otlp,
        Optional<TracingConfig> tracing) {

    /// What an empty file says.
    public static final PrometheusConfig DEFAULT = new PrometheusConfig(
            GlobalConfig.DEFAULT,
            List.of(),
            List.of(),
            AlertingConfig.DEFAULT,
            List.of(),
            List.of(),
            StorageConfig.DEFAULT,
            OtlpOptions.DEFAULT,
            Optional.empty());

    private static final int MAX_FILE_BYTES = 16 << 20;

    public PrometheusConfig {
        scrapeConfigs = List.copyOf(scrapeConfigs);
        ruleFiles = List.copyOf(ruleFiles);
        remoteWrites = List.copyOf(remoteWrites);
        remoteReads = List.copyOf(remoteReads);
    }

    /// Reads a file that holds these sections and nothing else.
    ///
    /// @throws ConfigException if it cannot be read or used
    public static PrometheusConfig load(Path file, ConfigSource source) {
        Optional<YamlNode> document = parse(file, source);
        if (document.isEmpty() || document.get().isNull()) {
            return DEFAULT;
        }
        YamlMap map = document.get().map();
        PrometheusConfig config = read(map, source);
        map.rejectUnknown();
        return config;
    }

    /// Reads these sections of a mapping that may have others besides; the caller rejects unknown keys when it has
    /// read its own.
    public static PrometheusConfig read(YamlMap map, ConfigSource source) {
        GlobalConfig global = map.get("global", node -> GlobalConfig.read(node, source), GlobalConfig.DEFAULT);
        NameValidation names = global.scrape().names();
        map.get("runtime").ifPresent(node -> {
            YamlMap runtime = node.map();
            runtime.integer("gogc", 0);
            runtime.rejectUnknown();
        });
        List<FilePattern> ruleFiles = new ArrayList<>();
        for (YamlNode node : map.list("rule_files")) {
            ruleFiles.add(FilePattern.read(node, source.directory()));
        }
        return new PrometheusConfig(
                global,
                scrapeConfigs(map, global, source),
                ruleFiles,
                map.get("alerting", node -> AlertingConfig.read(node, names, source), AlertingConfig.DEFAULT),
                remoteWrites(map, names, source),
                remoteReads(map, source),
                map.get("storage", StorageConfig::read, StorageConfig.DEFAULT),
                map.get("otlp", node -> OtlpConfig.read(node, names), OtlpOptions.DEFAULT),
                map.get("tracing").map(node -> TracingConfig.read(node, source)));
    }

    private static List<ScrapeConfig> scrapeConfigs(YamlMap map, GlobalConfig global, ConfigSource source) {
        List<ScrapeConfig> configs = new ArrayList<>();
        Set<String> jobNames = new HashSet<>();
        addScrapeConfigs(map, global, source, configs, jobNames);
        for (YamlNode node : map.list("scrape_config_files")) {
            FilePattern pattern = FilePattern.read(node, source.directory());
            try {
                for (Path file : pattern.files(source.disk())) {
                    Path directory = file.getParent();
                    ConfigSource inner = directory == null ? source : source.in(directory);
                    Optional<YamlNode> document = parse(file, inner).filter(found -> !found.isNull());
                    if (document.isPresent()) {
                        YamlMap contents = document.get().map();
                        addScrapeConfigs(contents, global, inner, configs, jobNames);
                        contents.rejectUnknown();
                    }
                }
            } catch (IOException e) {
                throw node.error("cannot list " + pattern + ": " + e.getMessage());
            }
        }
        return configs;
    }

    private static void addScrapeConfigs(
            YamlMap map, GlobalConfig global, ConfigSource source, List<ScrapeConfig> configs, Set<String> jobNames) {
        for (YamlNode node : map.list("scrape_configs")) {
            ScrapeConfig config = ScrapeConfig.read(node, global.scrape(), source);
            if (!jobNames.add(config.jobName())) {
                throw node.error("two scrape configs have the job name \"" + config.jobName() + "\"");
            }
            configs.add(config);
        }
    }

    private static List<RemoteWriteConfig> remoteWrites(YamlMap map, NameValidation names, ConfigSource source) {
        List<RemoteWriteConfig> configs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (YamlNode node : map.list("remote_write")) {
            RemoteWriteConfig config = RemoteWriteConfig.read(node, names, source);
            if (!config.name().isEmpty() && !seen.add(config.name())) {
                throw node.error("two remote write sections have the name \"" + config.name() + "\"");
            }
            configs.add(config);
        }
        return configs;
    }

    private static List<RemoteReadConfig> remoteReads(YamlMap map, ConfigSource source) {
        List<RemoteReadConfig> configs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (YamlNode node : map.list("remote_read")) {
            RemoteReadConfig config = RemoteReadConfig.read(node, source);
            if (!config.name().isEmpty() && !seen.add(config.name())) {
                throw node.error("two remote read sections have the name \"" + config.name() + "\"");
            }
            configs.add(config);
        }
        return configs;
    }

    private static Optional<YamlNode> parse(Path file, ConfigSource source) {
        try {
            byte[] bytes = source.disk().readAll(file, MAX_FILE_BYTES);
            return YamlNode.parse(file.toString(), new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ConfigException(file.toString(), 0, 0, "cannot be read: " + e.getMessage());
        }
    }

    /// What is understood but does nothing yet, one sentence each; to be logged when the configuration is applied.
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (ScrapeConfig config : scrapeConfigs) {
            for (DiscoveryConfig discovery : config.discoveries()) {
                if (discovery instanceof DiscoveryConfig.NotBuiltIn other) {
                    warnings.add("job \"" + config.jobName() + "\": " + other.kind()
                            + " discovery is not built in yet and finds no targets; use file_sd_configs or"
                            + " http_sd_configs meanwhile");
                }
            }
        }
        return warnings;
    }
}
