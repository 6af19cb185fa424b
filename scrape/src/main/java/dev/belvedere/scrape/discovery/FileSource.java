package dev.belvedere.scrape.discovery;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.config.DiscoveryConfig;
import dev.belvedere.scrape.config.FilePattern;
import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Target groups in files, which are looked at often enough that a change seems to take effect at once.
final class FileSource implements TargetSource {

    private static final long MAX_POLL_MILLIS = 5000;
    private static final int MAX_FILE_BYTES = 64 << 20;

    private final DiscoveryConfig.FromFiles config;
    private final Disk disk;

    FileSource(DiscoveryConfig.FromFiles config, Disk disk) {
        this.config = config;
        this.disk = disk;
    }

    @Override
    public List<TargetGroup> poll() throws IOException {
        List<TargetGroup> groups = new ArrayList<>();
        for (FilePattern pattern : config.files()) {
            for (Path file : pattern.files(disk)) {
                for (TargetGroup group : read(file)) {
                    groups.add(new TargetGroup(
                            group.source(),
                            group.addresses(),
                            group.labels().with("__meta_filepath", file.toString())));
                }
            }
        }
        return groups;
    }

    private List<TargetGroup> read(Path file) throws IOException {
        byte[] bytes = disk.readAll(file, MAX_FILE_BYTES);
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            return JsonTargetGroups.read(bytes, file.toString());
        }
        Optional<YamlNode> document = YamlNode.parse(file.toString(), new String(bytes, StandardCharsets.UTF_8));
        List<TargetGroup> groups = new ArrayList<>();
        if (document.isPresent() && !document.get().isNull()) {
            for (YamlNode node : document.get().list()) {
                groups.add(TargetGroup.read(node, file + ":" + groups.size()));
            }
        }
        return groups;
    }

    @Override
    public long intervalMillis() {
        return Math.min(MAX_POLL_MILLIS, config.refreshMillis());
    }
}
