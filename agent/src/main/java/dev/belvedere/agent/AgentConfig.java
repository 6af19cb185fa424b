package dev.belvedere.agent;

import dev.belvedere.agent.host.HostCollectors;
import dev.belvedere.agent.logs.GlobPattern;
import dev.belvedere.agent.logs.LogFiles;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The section `agent` of the configuration: what is collected of the machine itself.
///
/// @param hostname empty for what the machine calls itself
/// @param collectors names of host collectors; empty for all
/// @param hostnameLabel of GPU series: `Hostname` or `hostname`
/// @param labels put on every series and stream
public record AgentConfig(
        String hostname,
        Path root,
        boolean isHostOn,
        Set<String> collectors,
        boolean isGpuOn,
        String hostnameLabel,
        Duration gpuTimeout,
        List<LogFiles> logs,
        int maxLineBytes,
        int maxLogFiles,
        Map<String, String> labels) {

    private static final int MAX_LINE_BYTES = 256 << 10;
    private static final int LARGEST_LINE_BYTES = 16 << 20;
    private static final int MAX_LOG_FILES = 1000;
    private static final Duration GPU_TIMEOUT = Duration.ofSeconds(3);

    /// Host and GPUs, no log files.
    public static final AgentConfig DEFAULT = new AgentConfig(
            "",
            Path.of("/"),
            true,
            Set.of(),
            true,
            "Hostname",
            GPU_TIMEOUT,
            List.of(),
            MAX_LINE_BYTES,
            MAX_LOG_FILES,
            Map.of());

    public AgentConfig {
        collectors = new TreeSet<>(collectors);
        logs = List.copyOf(logs);
        labels = new TreeMap<>(labels);
    }

    /// @throws dev.belvedere.platform.yaml.ConfigException at the first thing that is wrong
    public static AgentConfig read(YamlMap section) {
        Optional<YamlNode> host = section.get("host");
        Path root = DEFAULT.root();
        Set<String> collectors = Set.of();
        if (host.filter(YamlNode::isMap).isPresent()) {
            YamlMap map = host.get().map();
            root = Path.of(map.string("root", "/"));
            collectors = collectors(map.list("collectors"));
            map.rejectUnknown();
        }
        Optional<YamlNode> gpu = section.get("gpu");
        String hostnameLabel = DEFAULT.hostnameLabel();
        long timeoutMillis = GPU_TIMEOUT.toMillis();
        if (gpu.filter(YamlNode::isMap).isPresent()) {
            YamlMap map = gpu.get().map();
            hostnameLabel = map.get("hostnameLabel", AgentConfig::hostnameLabel, hostnameLabel);
            timeoutMillis = map.durationMillis("timeout", timeoutMillis);
            map.rejectUnknown();
        }
        AgentConfig config = new AgentConfig(
                section.string("hostname", ""),
                root,
                host.map(AgentConfig::isOn).orElse(true),
                collectors,
                gpu.map(AgentConfig::isOn).orElse(true),
                hostnameLabel,
                Duration.ofMillis(timeoutMillis),
                section.list("logs").stream().map(AgentConfig::logFiles).toList(),
                section.get("maxLineBytes", AgentConfig::lineBytes, MAX_LINE_BYTES),
                section.get("maxLogFiles", AgentConfig::fileCount, MAX_LOG_FILES),
                section.stringMap("labels"));
        section.rejectUnknown();
        return config;
    }

    /// `host: false` switches off, a mapping or `true` on.
    private static boolean isOn(YamlNode node) {
        return node.isMap() || node.bool();
    }

    private static Set<String> collectors(List<YamlNode> nodes) {
        Set<String> names = new TreeSet<>();
        for (YamlNode node : nodes) {
            if (!HostCollectors.names().contains(node.string())) {
                throw node.error("no host collector \"" + node.string() + "\"; there are "
                        + String.join(", ", HostCollectors.names()));
            }
            names.add(node.string());
        }
        return names;
    }

    private static String hostnameLabel(YamlNode node) {
        if (!node.string().equals("Hostname") && !node.string().equals("hostname")) {
            throw node.error("hostnameLabel is Hostname or hostname, found \"" + node.string() + "\"");
        }
        return node.string();
    }

    private static int lineBytes(YamlNode node) {
        long bytes = node.byteSize();
        if (bytes < 1 || bytes > LARGEST_LINE_BYTES) {
            throw node.error("maxLineBytes must be between 1 and 16MB, found " + node.string());
        }
        return (int) bytes;
    }

    private static int fileCount(YamlNode node) {
        long count = node.integer();
        if (count < 1 || count > 100_000) {
            throw node.error("maxLogFiles must be between 1 and 100000, found " + node.string());
        }
        return (int) count;
    }

    private static LogFiles logFiles(YamlNode node) {
        YamlMap map = node.map();
        List<GlobPattern> paths = patterns(map.require("paths").list());
        String start = map.string("startAt", "beginning");
        if (!start.equals("beginning") && !start.equals("end")) {
            throw map.require("startAt").error("startAt is beginning or end, found \"" + start + "\"");
        }
        LogFiles files =
                new LogFiles(paths, patterns(map.list("exclude")), map.stringMap("labels"), start.equals("end"));
        map.rejectUnknown();
        return files;
    }

    private static List<GlobPattern> patterns(List<YamlNode> nodes) {
        List<GlobPattern> patterns = new ArrayList<>();
        for (YamlNode node : nodes) {
            try {
                patterns.add(GlobPattern.of(node.string()));
            } catch (IllegalArgumentException e) {
                throw node.error(String.valueOf(e.getMessage()));
            }
        }
        return patterns;
    }
}
