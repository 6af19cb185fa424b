package dev.belvedere.scrape.discovery;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.scrape.config.DiscoveryConfig;
import dev.belvedere.scrape.config.FilePattern;
import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Target groups in files, which are looked at often enough that a change seems to take effect at once.
final class FileSource implements TargetSource {

    private static final long MAX_POLL_MILLIS = 5000;

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
        byte[] bytes = disk.readAll(file, TargetFile.MAX_BYTES);
        byte[] digest = digest(bytes);
        Known before = known.get(file);
        if (before != null && Arrays.equals(before.digest, digest)) {
            return before;
        }
        List<TargetGroup> groups = new ArrayList<>();
        for (TargetGroup group : TargetFile.parse(file, bytes)) {
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

    @Override
    public long intervalMillis() {
        return Math.min(MAX_POLL_MILLIS, config.refreshMillis());
    }
}
