package dev.belvedere.scrape.discovery;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.config.DiscoveryConfig;
import dev.belvedere.scrape.config.FilePattern;
import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Target groups in files, which are looked at often enough that a change seems to take effect at once.
final class FileSource implements TargetSource {

    private static final long MAX_POLL_MILLIS = 5000;
    private static final int MAX_FILE_BYTES = 64 << 20;

    /// What a file held at the last poll: a file is parsed again only when its bytes have changed.
    ///
    /// @param digest of the bytes
    private record Known(byte[] digest, List<TargetGroup> groups) {}

    private final DiscoveryConfig.FromFiles config;
    private final Disk disk;
    private Map<Path, Known> known = Map.of();

    FileSource(DiscoveryConfig.FromFiles config, Disk disk) {
        this.config = config;
        this.disk = disk;
    }

    @Override
    public List<TargetGroup> poll() throws IOException {
        List<TargetGroup> groups = new ArrayList<>();
        Map<Path, Known> polled = new HashMap<>();
        for (FilePattern pattern : config.files()) {
            for (Path file : pattern.files(disk)) {
                Known read = read(file);
                polled.put(file, read);
                groups.addAll(read.groups);
            }
        }
        known = polled;
        return groups;
    }

    private Known read(Path file) throws IOException {
        byte[] bytes = disk.readAll(file, MAX_FILE_BYTES);
        byte[] digest = digest(bytes);
        Known before = known.get(file);
        if (before != null && Arrays.equals(before.digest, digest)) {
            return before;
        }
        List<TargetGroup> groups = new ArrayList<>();
        for (TargetGroup group : parse(file, bytes)) {
            groups.add(new TargetGroup(
                    group.source(), group.addresses(), group.labels().with("__meta_filepath", file.toString())));
        }
        return new Known(digest, groups);
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static List<TargetGroup> parse(Path file, byte[] bytes) throws IOException {
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
