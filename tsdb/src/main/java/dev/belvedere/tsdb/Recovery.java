package dev.belvedere.tsdb;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.CatalogState;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.log.IngestLogReader;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.block.BlockReader;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import dev.belvedere.tsdb.frame.FrameReader;
import dev.belvedere.tsdb.head.Head;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Brings one partition back: opens its blocks and replays its log behind the checkpoint.
final class Recovery {

    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

    private final TsdbEnvironment environment;
    private final StoreMetrics metrics;
    private final Partition partition;

    /// Blocks whose bytes are damaged.
    private final List<SegmentRecord> corrupt = new ArrayList<>();

    Recovery(TsdbEnvironment environment, StoreMetrics metrics, Partition partition) {
        this.environment = environment;
        this.metrics = metrics;
        this.partition = partition;
    }

    /// Takes the blocks that are damaged out of the store: it answers without them, and says so in the log.
    void putAsideDamaged() {
        Quarantine quarantine = new Quarantine(environment.catalog(), environment.segments());
        for (SegmentRecord record : corrupt) {
            SegmentRecord kept = quarantine.putAside(record);
            synchronized (partition) {
                partition.tenantLocked(record.tenant()).lost().add(kept);
            }
            LOG.log(
                    Level.ERROR,
                    "a damaged metrics block was put aside; its samples are missing from now on key=" + record.key()
                            + " from=" + Instant.ofEpochMilli(record.minMillis()) + " to="
                            + Instant.ofEpochMilli(record.maxMillis()) + " bytes=" + record.sizeBytes() + " kept="
                            + kept.key());
        }
    }

    /// Opens the partition's blocks that the catalog names.
    void openBlocks(CatalogState state) {
        synchronized (partition) {
            for (SegmentRecord record : state.segments(TsdbEnvironment.TOPIC)) {
                if (record.partition() == partition.number()) {
                    open(partition.tenantLocked(record.tenant()), record);
                }
            }
        }
    }

    private void open(TenantPartition tenant, SegmentRecord record) {
        if (record.kind().equals(Tombstone.KIND)) {
            tenant.masks().add(Tombstone.of(record));
            return;
        }
        if (record.kind().equals(Quarantine.KIND)) {
            noteLost(tenant, record);
            return;
        }
        try {
            Block block = BlockReader.open(record, environment.segments(), tenant.index());
            if (record.kind().equals(BlockNames.ROLLUP)) {
                tenant.rollups().all().add(block);
                return;
            }
            tenant.addBlock(block);
            noteNewest(tenant.head(), block);
        } catch (OperationException e) {
            if (e.code().equals("unsupported_block")) {
                throw e;
            }
            metrics.damagedBlocks().increment();
            if (Quarantine.isDamage(e)) {
                corrupt.add(record);
                LOG.log(Level.ERROR, "a metrics block is damaged key=" + record.key(), e);
            } else {
                tenant.lost().add(record);
                LOG.log(Level.ERROR, "a metrics block cannot be opened key=" + record.key(), e);
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

    private static void noteNewest(Head head, Block block) {
        for (List<BlockChunk> chunks : block.chunks().values()) {
            for (BlockChunk chunk : chunks) {
                for (int series : chunk.layout().series()) {
                    if (head.lastMillis(series) < chunk.maxMillis()) {
                        head.setLastMillis(series, chunk.maxMillis());
                    }
                }
            }
        }
    }

    /// Applies every frame behind the checkpoint.
    void replay(long checkpoint) {
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
            if (series[number] == UNKNOWN) {
                series[number] = to.index().intern(labels);
            }
        }

        private void apply(int number, long time, long start, double value, @Nullable NativeHistogram histogram) {
            TenantPartition to = tenant;
            if (to == null || number >= series.length || series[number] == UNKNOWN) {
                lostSamples++;
                return;
            }
            Head head = to.head();
            int at = series[number];
            to.noteApplied(time);
            boolean isLate = time <= head.lastMillis(at);
            if (isLate) {
                head.appendLate(at, time, start, value, histogram);
                return;
            }
            head.setLastMillis(at, time);
            if (histogram == null) {
                head.append(at, time, start, value);
            } else {
                head.append(at, time, start, histogram);
            }
        }

        @Override
        public void sample(int number, long timestampMillis, long startMillis, double value) {
            apply(number, timestampMillis, startMillis, value, null);
        }

        @Override
        public void sample(int number, long timestampMillis, long startMillis, NativeHistogram histogram) {
            apply(number, timestampMillis, startMillis, 0, histogram);
        }
    }

    /// Removes segments of the engine that the catalog does not know: leftovers of writes that a crash cut off.
    static void removeOrphans(TsdbEnvironment environment, String prefix) {
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
