package dev.belvedere.agent.host;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads, writes, discards and flushes of each block device. Partitions and RAM disks are left out, as in
/// node_exporter.
final class DiskstatsCollector implements HostCollector {

    private record Column(String name, MetricType type, double scale, String help) {}

    private static final String FILE = "proc/diskstats";
    private static final Pattern EXCLUDED = Pattern.compile("^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$");

    /// The kernel counts in sectors of 512 bytes whatever the device does, and in milliseconds.
    private static final double SECTOR_BYTES = 512;

    private static final double MILLISECOND = 0.001;
    private static final int FIRST_COLUMN = 3;
    private static final Column[] COLUMNS = {
        column("reads_completed_total", 1, "Reads completed."),
        column("reads_merged_total", 1, "Reads merged with others."),
        column("read_bytes_total", SECTOR_BYTES, "Bytes read."),
        column("read_time_seconds_total", MILLISECOND, "Seconds spent by all reads."),
        column("writes_completed_total", 1, "Writes completed."),
        column("writes_merged_total", 1, "Writes merged with others."),
        column("written_bytes_total", SECTOR_BYTES, "Bytes written."),
        column("write_time_seconds_total", MILLISECOND, "Seconds spent by all writes."),
        new Column("io_now", MetricType.GAUGE, 1, "Operations in progress."),
        column("io_time_seconds_total", MILLISECOND, "Seconds during which something was in progress."),
        column("io_time_weighted_seconds_total", MILLISECOND, "Seconds in progress, summed over operations."),
        column("discards_completed_total", 1, "Discards completed."),
        column("discards_merged_total", 1, "Discards merged with others."),
        column("discarded_sectors_total", 1, "Sectors discarded."),
        column("discard_time_seconds_total", MILLISECOND, "Seconds spent by all discards."),
        column("flush_requests_total", 1, "Flush requests completed."),
        column("flush_requests_time_seconds_total", MILLISECOND, "Seconds spent by all flush requests.")
    };

    private final HostFiles files;

    DiskstatsCollector(HostFiles files) {
        this.files = files;
    }

    private static Column column(String name, double scale, String help) {
        return new Column(name, MetricType.COUNTER, scale, help);
    }

    @Override
    public String name() {
        return "diskstats";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        for (String line : files.lines(FILE)) {
            String[] fields = HostFiles.fields(line);
            if (fields.length <= FIRST_COLUMN || EXCLUDED.matcher(fields[2]).find()) {
                continue;
            }
            Labels device = Labels.of("device", fields[2]);
            out.add("node_disk_info", MetricType.GAUGE, "What is known of the device; always 1.", identity(fields), 1);
            for (int i = 0; i < COLUMNS.length && FIRST_COLUMN + i < fields.length; i++) {
                Column column = COLUMNS[i];
                double value = HostFiles.number(FILE, fields[FIRST_COLUMN + i]) * column.scale();
                out.add("node_disk_" + column.name(), column.type(), column.help(), device, value);
            }
        }
    }

    private Labels identity(String[] fields) {
        Map<String, String> udev = udevProperties(fields[0], fields[1]);
        String serial = udev.getOrDefault(
                "SCSI_IDENT_SERIAL", udev.getOrDefault("ID_SERIAL_SHORT", udev.getOrDefault("ID_SERIAL", "")));
        return Labels.of(
                "device", fields[2],
                "major", fields[0],
                "minor", fields[1],
                "path", udev.getOrDefault("ID_PATH", ""),
                "wwn", udev.getOrDefault("ID_WWN", ""),
                "model", udev.getOrDefault("ID_MODEL", ""),
                "serial", serial,
                "revision", udev.getOrDefault("ID_REVISION", ""),
                "rotational",
                        files.value("sys/block/" + fields[2] + "/queue/rotational")
                                .orElse(""));
    }

    private Map<String, String> udevProperties(String major, String minor) {
        Map<String, String> properties = new HashMap<>();
        files.value("run/udev/data/b" + major + ":" + minor)
                .ifPresent(text -> text.lines()
                        .filter(line -> line.startsWith("E:") && line.indexOf('=') > 0)
                        .forEach(line -> properties.put(
                                line.substring(2, line.indexOf('=')), line.substring(line.indexOf('=') + 1))));
        return properties;
    }
}
