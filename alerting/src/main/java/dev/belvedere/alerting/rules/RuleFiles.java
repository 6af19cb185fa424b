package dev.belvedere.alerting.rules;

import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads rule files, as strictly as Prometheus does, and finds all their faults in one go.
public final class RuleFiles {

    /// @param files those without a fault
    /// @param problems faults, each with its file and line; a file with one must not be loaded
    /// @param warnings sentences about what is probably not meant
    public record Outcome(List<RuleFile> files, List<ConfigException> problems, List<String> warnings) {

        public Outcome {
            files = List.copyOf(files);
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }

        /// @throws ConfigException the first fault
        public Outcome orThrow() {
            if (!problems.isEmpty()) {
                throw problems.getFirst();
            }
            return this;
        }
    }

    private static final int MAX_FILE_BYTES = 16 << 20;
    private static final int MAX_DEPTH = 8;

    /// @param languages by the name that `type` gives them
    /// @param hasLegacyNames whether label and metric names are held to Prometheus 2's alphabet
    record Checks(Map<String, RuleLanguage> languages, boolean hasLegacyNames) {

        boolean isLabelName(String name) {
            return isAnnotationName(name) && !name.equals(Labels.METRIC_NAME);
        }

        boolean isAnnotationName(String name) {
            return hasLegacyNames ? LabelNames.isLegacyLabelName(name) : LabelNames.isUtf8Name(name);
        }

        boolean isMetricName(String name) {
            return hasLegacyNames ? LabelNames.isLegacyMetricName(name) : LabelNames.isUtf8Name(name);
        }
    }

    private final Checks checks;

    /// @param languages by the name that `type` gives them
    public RuleFiles(Map<String, RuleLanguage> languages) {
        this(languages, false);
    }

    /// @param hasLegacyNames whether label and metric names are held to Prometheus 2's alphabet
    public RuleFiles(Map<String, RuleLanguage> languages, boolean hasLegacyNames) {
        this.checks = new Checks(Map.copyOf(languages), hasLegacyNames);
    }

    /// All files that `paths` name. A directory stands for its `.yml`, `.yaml` and `.rules` files and those below.
    public Outcome read(Disk disk, List<Path> paths) {
        List<RuleFile> files = new ArrayList<>();
        List<ConfigException> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<Path> all = new ArrayList<>();
        for (Path path : paths) {
            try {
                collect(disk, path, 0, all);
            } catch (IOException e) {
                problems.add(unreadable(path, e));
            }
        }
        for (Path path : all) {
            try {
                String text = new String(disk.readAll(path, MAX_FILE_BYTES), StandardCharsets.UTF_8);
                Outcome outcome = parse(path.toString(), text);
                files.addAll(outcome.files());
                problems.addAll(outcome.problems());
                warnings.addAll(outcome.warnings());
            } catch (IOException e) {
                problems.add(unreadable(path, e));
            }
        }
        return new Outcome(files, problems, warnings);
    }

    private static ConfigException unreadable(Path path, IOException e) {
        String reason = e.getMessage() == null || e.getMessage().equals(path.toString())
                ? e.getClass().getSimpleName()
                : e.getMessage();
        return new ConfigException(path.toString(), 0, 0, "cannot be read: " + reason);
    }

    private static void collect(Disk disk, Path path, int depth, List<Path> into) throws IOException {
        List<Path> entries = disk.list(path);
        if (entries.isEmpty()) {
            boolean isRuleFile = path.toString().matches(".*\\.(yml|yaml|rules)");
            if (depth == 0 || isRuleFile) {
                into.add(path);
            }
        } else if (depth < MAX_DEPTH) {
            for (Path entry : entries) {
                collect(disk, entry, depth + 1, into);
            }
        }
    }

    /// One file, given its text.
    public Outcome parse(String path, String text) {
        List<ConfigException> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        try {
            List<YamlNode> documents = YamlNode.parseAll(path, text);
            if (documents.size() > 1) {
                warnings.add(path + ": has more than one YAML document; only the first is used");
            }
            List<RuleFile.Group> groups = new ArrayList<>();
            if (!documents.isEmpty() && !documents.getFirst().isNull()) {
                groups.addAll(new DocumentReader(path, text, problems).groups(documents.getFirst()));
            }
            warnings.addAll(duplicates(path, groups));
            List<RuleFile> files = problems.isEmpty() ? List.of(new RuleFile(path, groups)) : List.of();
            return new Outcome(files, problems, warnings);
        } catch (ConfigException e) {
            problems.add(e);
            return new Outcome(List.of(), problems, warnings);
        }
    }

    private static List<String> duplicates(String path, List<RuleFile.Group> groups) {
        Map<String, Integer> counts = new HashMap<>();
        List<String> warnings = new ArrayList<>();
        for (RuleFile.Group group : groups) {
            for (RuleDefinition rule : group.rules()) {
                if (counts.merge(rule.identity(), 1, Integer::sum) == 2) {
                    warnings.add(path + ": rule " + rule.name() + rule.labels()
                            + " is there more than once: its results overwrite each other");
                }
            }
        }
        return warnings;
    }

    /// Reads one file and collects its faults.
    private final class DocumentReader {

        private final String path;
        private final String text;
        private final List<ConfigException> problems;

        DocumentReader(String path, String text, List<ConfigException> problems) {
            this.path = path;
            this.text = text;
            this.problems = problems;
        }

        List<RuleFile.Group> groups(YamlNode root) {
            List<RuleFile.Group> groups = new ArrayList<>();
            Set<String> names = new HashSet<>();
            MergedMap map = new MergedMap(root);
            for (YamlNode node : map.get("groups").map(YamlNode::list).orElse(List.of())) {
                try {
                    groups.add(group(node, names));
                } catch (ConfigException e) {
                    problems.add(e);
                }
            }
            map.rejectUnknown();
            return groups;
        }

        private RuleFile.Group group(YamlNode node, Set<String> names) {
            MergedMap map = new MergedMap(node);
            String name = map.string("name");
            if (name.isEmpty()) {
                throw node.error("Groupname must not be empty");
            }
            if (!names.add(name)) {
                throw node.error("groupname: \"" + name + "\" is repeated in the same file");
            }
            Map<String, String> groupLabels = new HashMap<>();
            map.nodes("labels").forEach((label, value) -> {
                if (!checks.isLabelName(label)) {
                    throw value.error("invalid label name: " + label);
                }
                groupLabels.put(label, value.string());
            });
            OptionalLong interval = duration(map, "interval");
            OptionalLong offset = duration(map, "query_offset");
            long limit = map.get("limit").map(YamlNode::integer).orElse(0L);
            if (limit > Integer.MAX_VALUE) {
                throw map.get("limit").orElse(node).error("limit must be at most " + Integer.MAX_VALUE);
            }
            List<RuleDefinition> rules = new ArrayList<>();
            int number = 0;
            for (YamlNode rule : map.get("rules").map(YamlNode::list).orElse(List.of())) {
                number++;
                RuleReader.GroupPlace place = new RuleReader.GroupPlace(name, number, groupLabels);
                rule(rule, place).ifPresent(rules::add);
            }
            map.rejectUnknown();
            return new RuleFile.Group(
                    name,
                    interval.orElse(0) == 0 ? OptionalLong.empty() : interval,
                    offset,
                    (int) Math.max(0, limit),
                    rules);
        }

        private OptionalLong duration(MergedMap map, String key) {
            return map.get(key)
                    .map(value -> OptionalLong.of(value.durationMillis()))
                    .orElse(OptionalLong.empty());
        }

        private Optional<RuleDefinition> rule(YamlNode node, RuleReader.GroupPlace place) {
            try {
                return new RuleReader(checks, this::placeIn, new MergedMap(node), place, problems).read();
            } catch (ConfigException e) {
                problems.add(e);
                return Optional.empty();
            }
        }

        /// An error at a character of a string.
        private ConfigException placeIn(YamlNode scalar, int offset, String problem) {
            ScalarPosition.Place place = ScalarPosition.of(text, scalar, offset);
            return new ConfigException(path, place.line(), place.column(), problem);
        }
    }
}
