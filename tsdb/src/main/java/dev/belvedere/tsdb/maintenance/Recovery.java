package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.CatalogState;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.log.IngestLogReader;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockReader;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import dev.belvedere.tsdb.frame.FrameReader;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.Quarantine;
import dev.belvedere.tsdb.partition.StoreMetrics;
import dev.belvedere.tsdb.partition.TenantPartition;
import dev.belvedere.tsdb.partition.Tombstone;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Brings one partition back: takes over its blocks and replays its log behind the checkpoint.
public final class Recovery {

    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

    private final TsdbEnvironment environment;
    private final StoreMetrics metrics;
    private final Partition partition;
    private final long spanMillis;

    /// @param spanMillis how long before the newest sample in a block samples are looked for at once
    public Recovery(TsdbEnvironment environment, StoreMetrics metrics, Partition partition, long spanMillis) {
        this.spanMillis = spanMillis;
        this.environment = environment;
        this.metrics = metrics;
        this.partition = partition;
    }

    /// Takes over the partition's blocks that the catalog names. Those with the newest samples are opened, the others
    /// when they are asked for ([TenantPartition#openBlocks]).
    public void takeBlocks(CatalogState state) {
        List<SegmentRecord> records = new ArrayList<>();
        long newest = Long.MIN_VALUE;
        for (SegmentRecord record : state.segments(TsdbEnvironment.TOPIC)) {
            newest = record.kind().equals(BlockNames.BLOCK) ? Math.max(newest, record.maxMillis()) : newest;
            if (record.partition() == partition.number()) {
                records.add(record);
            }
        }
        Map<TenantPartition, List<Block>> blocks = new HashMap<>();
        synchronized (partition) {
            for (SegmentRecord record : records) {
                TenantPartition tenant = partition.tenantLocked(record.tenant());
                if (record.kind().equals(Tombstone.KIND)) {
                    tenant.masks().add(Tombstone.of(record));
                } else if (record.kind().equals(Quarantine.KIND)) {
                    noteLost(tenant, record);
                } else {
                    blocks.computeIfAbsent(tenant, key -> new ArrayList<>())
                            .add(new Block(record, environment.segments()));
                }
            }
            blocks.forEach(TenantPartition::takeBlocks);
            for (TenantPartition tenant : blocks.keySet()) {
                tenant.openBlocks(newest - spanMillis, Long.MAX_VALUE);
                tenant.openAway();
            }
        }
    }

    /// What was put aside is told for as long as its bytes are there.
    private void noteLost(TenantPartition tenant, SegmentRecord record) {
        if (environment.segments().list(record.key()).isEmpty()) {
            environment.catalog().commit(CatalogEdit.replace(List.of(record.key()), List.of()));
        } else {
            tenant.lost().add(record);
        }
    }

    /// Applies every frame behind the checkpoint.
    public void replay(long checkpoint) {
        environment.log().reserveBelow(partition.number(), checkpoint);
        long expected = checkpoint;
        FrameReader frames = new FrameReader();
        synchronized (partition) {
            ReplayVisitor visitor = new ReplayVisitor();
            try (IngestLogReader reader = environment.log().read(partition.number(), checkpoint)) {
                while (reader.next()) {
                    metrics.lostFrames().add(reader.offset() - expected);
                    expected = reader.offset() + 1;
                    try {
                        frames.read(reader.payload(), visitor);
                    } catch (MalformedBytesException e) {
                        metrics.lostFrames().increment();
                        LOG.log(
                                Level.ERROR,
                                "a frame of the metrics log makes no sense partition=" + partition.number() + " offset="
                                        + reader.offset(),
                                e);
                    }
                }
            }
            metrics.lostSamples().add(visitor.lostSamples);
            partition.tenantsLocked().forEach(tenant -> tenant.head().endRestore());
            partition.beginEpochLocked();
        }
    }

    /// Applies samples under the partition's lock.
    private final class ReplayVisitor implements FrameReader.Visitor {

        private static final int UNKNOWN = -1;

        private @Nullable TenantPartition tenant;
        private @Nullable Tenant tenantName;
        private long epoch = -1;

        /// The series behind the numbers of the current epoch, which one tenant after the other uses.
        private final Map<Tenant, int[]> seriesByTenant = new HashMap<>();

        private int[] series = new int[0];
        private long lostSamples;

        @Override
        public void begin(Tenant name, long newEpoch) {
            if (newEpoch != epoch) {
                epoch = newEpoch;
                seriesByTenant.clear();
                tenantName = null;
            }
            if (!name.equals(tenantName)) {
                tenantName = name;
                synchronized (partition) {
                    tenant = partition.tenantLocked(name);
                }
                series = seriesByTenant.computeIfAbsent(name, key -> newNumbers(256));
            }
        }

        private static int[] newNumbers(int count) {
            int[] numbers = new int[count];
            Arrays.fill(numbers, UNKNOWN);
            return numbers;
        }

        @Override
        public boolean isWanted(int number) {
            return number >= series.length || series[number] == UNKNOWN;
        }

        @Override
        public void define(int number, Labels labels) {
            TenantPartition to = tenant;
            Tenant name = tenantName;
            if (to == null || name == null) {
                return;
            }
            if (number >= series.length) {
                int before = series.length;
                series = Arrays.copyOf(series, Math.max(number + 1, before + (before >> 1)));
                Arrays.fill(series, before, series.length, UNKNOWN);
                seriesByTenant.put(name, series);
            }
            series[number] = to.index().intern(labels);
        }

        @Override
        public void floats(FrameReader.Floats run) {
            TenantPartition to = tenant;
            if (to == null) {
                lostSamples += run.count();
                return;
            }
            to.openBlocksIfNewer(run.timestampMillis());
            to.noteApplied(run.timestampMillis());
            lostSamples += to.head().restore(run, series);
        }

        @Override
        public void sample(int number, long time, long start, NativeHistogram histogram) {
            TenantPartition to = tenant;
            if (to == null || isWanted(number)) {
                lostSamples++;
                return;
            }
            Head head = to.head();
            int at = series[number];
            to.openBlocksIfNewer(time);
            to.noteApplied(time);
            if (head.isLateAgain(at, time)) {
                head.appendLate(at, time, start, 0, histogram);
                return;
            }
            head.setLastMillis(at, time);
            head.append(at, time, start, histogram);
        }
    }

    /// Makes sure that all blocks have a format that this release reads.
    ///
    /// @throws OperationException `unsupported_block`
    public static void requireSupported(TsdbEnvironment environment) {
        for (SegmentRecord record : environment.catalog().state().segments(TsdbEnvironment.TOPIC)) {
            if (BlockNames.isBlock(record)) {
                BlockReader.requireSupported(record, environment.segments());
            }
        }
    }

    /// Removes segments of the engine that the catalog does not know: leftovers of writes that a crash cut off.
    public static void removeOrphans(TsdbEnvironment environment, String prefix) {
        CatalogState state = environment.catalog().state();
        Collection<String> keys = environment.segments().list(prefix);
        for (String key : keys) {
            if (!state.contains(key)) {
                environment.segments().delete(key);
                LOG.log(Level.INFO, "removed a metrics segment that was never published key=" + key);
            }
        }
    }
}
