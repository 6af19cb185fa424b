package dev.belvedere.agent.host;

import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.machine.Mounts;
import dev.belvedere.platform.metrics.FamilyBuffer;
import dev.belvedere.platform.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// All that is collected of the host, as node_exporter would expose it. Safe from any thread.
///
/// A collector that fails leaves a gap and `node_scrape_collector_success 0`; the others go on.
public final class HostCollectors {

    private static final System.Logger LOG = System.getLogger(HostCollectors.class.getName());

    private final TimeSource time;
    private final List<HostCollector> collectors;

    /// Collectors that have failed before, so that each is logged once.
    private final Set<String> failed = new TreeSet<>();

    /// @param root where the machine's root directory is seen: `/`
    /// @param enabled names of the collectors to run; empty for all
    public HostCollectors(Disk disk, Path root, Mounts mounts, TimeSource time, Set<String> enabled) {
        this.time = time;
        HostFiles files = new HostFiles(disk, root);
        List<HostCollector> all = List.of(
                new CpuCollector(files),
                new DiskstatsCollector(files),
                new FilefdCollector(files),
                new FilesystemCollector(files, mounts),
                new LoadavgCollector(files),
                new MeminfoCollector(files),
                new NetclassCollector(files),
                new NetdevCollector(files),
                new PressureCollector(files),
                new StatCollector(files),
                new TimeCollector(files, time),
                new UnameCollector(files),
                new VmstatCollector(files));
        collectors = all.stream()
                .filter(collector -> enabled.isEmpty() || enabled.contains(collector.name()))
                .toList();
    }

    /// The names that may be enabled.
    public static List<String> names() {
        return List.of(
                "cpu",
                "diskstats",
                "filefd",
                "filesystem",
                "loadavg",
                "meminfo",
                "netclass",
                "netdev",
                "pressure",
                "stat",
                "time",
                "uname",
                "vmstat");
    }

    /// Blocks while files are read; for seconds if a mounted file system hangs.
    public synchronized List<MetricFamily> collect() {
        FamilyBuffer out = new FamilyBuffer();
        for (HostCollector collector : collectors) {
            long start = time.nanoTime();
            boolean isSuccess = collect(collector, out);
            out.gauge(
                    "node_scrape_collector_duration_seconds",
                    "How long the collector took.",
                    (time.nanoTime() - start) / 1e9,
                    "collector",
                    collector.name());
            out.gauge(
                    "node_scrape_collector_success",
                    "Whether the collector succeeded.",
                    isSuccess ? 1 : 0,
                    "collector",
                    collector.name());
        }
        return out.build();
    }

    private boolean collect(HostCollector collector, FamilyBuffer out) {
        try {
            collector.collect(out);
            return true;
        } catch (IOException e) {
            if (failed.add(collector.name())) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "a host collector has nothing to tell here collector={0} reason={1}",
                        collector.name(),
                        e.getMessage());
            }
            return false;
        }
    }
}
