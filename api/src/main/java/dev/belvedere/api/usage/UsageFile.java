package dev.belvedere.api.usage;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.InvalidRegexException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// The file that usage is kept in. Format: docs/format/metric-usage.md. One thread at a time writes.
final class UsageFile {

    private static final System.Logger LOG = System.getLogger(UsageFile.class.getName());
    private static final String MAGIC = "belvedere-metric-usage 1 ";
    private static final String FILE = "metric-usage";
    private static final String TEMPORARY = "metric-usage.tmp";
    private static final int MAX_BYTES = 128 << 20;
    private static final int FIELDS = 7;

    /// @param usages names and patterns
    record Content(long sinceMillis, Map<MetricUsage.Key, Usage> usages) {
        Content(long sinceMillis, Map<MetricUsage.Key, Usage> names, Map<MetricUsage.Key, Usage> patterns) {
            this(sinceMillis, new HashMap<>(names));
            usages.putAll(patterns);
        }
    }

    private final Disk disk;
    private final Path directory;

    UsageFile(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /// What was written last. A file that is missing or damaged counts from now on.
    Content read(long nowMillis) {
        Path path = directory.resolve(FILE);
        try {
            if (disk.exists(path)) {
                return parse(new String(disk.readAll(path, MAX_BYTES), StandardCharsets.UTF_8));
            }
        } catch (IOException | IllegalArgumentException | InvalidRegexException e) {
            LOG.log(
                    Level.WARNING,
                    "usage of metrics is counted anew, since " + path + " is unreadable: " + e.getMessage());
        }
        return new Content(nowMillis, new HashMap<>());
    }

    private static Content parse(String text) {
        int end = text.lastIndexOf("crc32c ");
        if (!text.startsWith(MAGIC) || end < 0 || !text.substring(end).equals(checksum(text.substring(0, end)))) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
        String[] lines = text.substring(0, end).split("\n");
        Map<MetricUsage.Key, Usage> usages = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] fields = lines[i].split(" ");
            if (fields.length != FIELDS) {
                throw new IllegalArgumentException("line " + (i + 1) + " has " + fields.length + " fields");
            }
            String name = URLDecoder.decode(fields[2], StandardCharsets.UTF_8);
            boolean isPattern = fields[1].equals("~");
            if (isPattern) {
                AnchoredRegex.compile(name);
            }
            usages.put(
                    new MetricUsage.Key(new Tenant(fields[0]), isPattern, name),
                    new Usage(
                            Long.parseLong(fields[3]),
                            Long.parseLong(fields[4]),
                            Long.parseLong(fields[5]),
                            Long.parseLong(fields[6])));
        }
        return new Content(Long.parseLong(lines[0].substring(MAGIC.length())), usages);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "crc32c %08x\n".formatted(crc.getValue());
    }

    void write(Content content) throws IOException {
        StringBuilder text =
                new StringBuilder(MAGIC).append(content.sinceMillis()).append('\n');
        content.usages()
                .forEach((key, usage) -> text.append(key.tenant().name())
                        .append(key.isPattern() ? " ~ " : " = ")
                        .append(URLEncoder.encode(key.name(), StandardCharsets.UTF_8))
                        .append(' ')
                        .append(usage.lastMillis())
                        .append(' ')
                        .append(usage.rules())
                        .append(' ')
                        .append(usage.dashboards())
                        .append(' ')
                        .append(usage.api())
                        .append('\n'));
        text.append(checksum(text.toString()));
        disk.createDirectories(directory);
        Path temporary = directory.resolve(TEMPORARY);
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary)) {
            file.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)), 0);
            file.sync();
        }
        disk.rename(temporary, directory.resolve(FILE));
        disk.syncDirectory(directory);
    }
}
