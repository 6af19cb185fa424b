package dev.belvedere.server.blocks;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.wire.block.BlockId;
import dev.belvedere.wire.block.BlockMeta;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// Reads Prometheus' blocks into a store, whatever their age.
///
/// Samples go in by days, so that each day becomes blocks of ours of its own. What was imported already is taken for a
/// repetition, so that an import that broke off is begun again.
public final class BlockImport {

    private static final long DAY_MILLIS = 24 * 60 * 60 * 1000L;
    private static final int MAX_META_BYTES = 1 << 20;

    /// Samples that are committed together.
    private static final int BATCH = 20_000;

    /// Samples between two looks at whether the head is full.
    private static final int MAINTAIN_EVERY = 400_000;

    private static final AppendOptions APPEND = AppendOptions.ACKNOWLEDGED_LATER;

    /// How much was read.
    ///
    /// @param deleted samples that tombstones hide; they are left out
    /// @param rejected samples that differ from one stored for the same time
    public record Totals(int blocks, long samples, long deleted, long rejected) {}

    /// A block's directory and what it says of itself.
    record Source(Path directory, BlockMeta meta) {}

    private final Disk disk;
    private final TsdbStore store;
    private final Tenant tenant;
    private long samples;
    private long deleted;
    private long rejected;
    private long sinceMaintenance;

    public BlockImport(Disk disk, TsdbStore store, Tenant tenant) {
        this.disk = disk;
        this.store = store;
        this.tenant = tenant;
    }

    /// The blocks of directories, each a block or a directory of blocks, oldest first.
    ///
    /// @throws OperationException `no_blocks`, `corrupt_block`, `io_error`
    public List<Path> find(List<Path> directories) {
        return sources(directories).stream().map(Source::directory).toList();
    }

    private List<Source> sources(List<Path> directories) {
        List<Source> found = new ArrayList<>();
        for (Path directory : directories) {
            int before = found.size();
            if (disk.exists(directory.resolve(BlockMeta.FILE))) {
                found.add(source(directory));
            } else {
                for (Path entry : entries(directory)) {
                    if (BlockId.isOne(entry.getFileName().toString()) && disk.isDirectory(entry)) {
                        found.add(source(entry));
                    }
                }
            }
            if (found.size() == before) {
                throw new OperationException(
                        "no_blocks", Fault.USER, directory + " is no block of Prometheus and has none in it");
            }
        }
        found.sort(Comparator.comparingLong(source -> source.meta().minMillis()));
        return found;
    }

    private List<Path> entries(Path directory) {
        try {
            return disk.list(directory);
        } catch (IOException e) {
            throw BlockDisk.failure("read", directory, e);
        }
    }

    private Source source(Path directory) {
        Path file = directory.resolve(BlockMeta.FILE);
        try {
            return new Source(directory, BlockMeta.parse(file.toString(), disk.readAll(file, MAX_META_BYTES)));
        } catch (IOException e) {
            throw BlockDisk.failure("read", file, e);
        }
    }

    /// Imports all blocks, after the descriptions and indexes of all of them have been looked at.
    ///
    /// @param progress is told of each block
    /// @throws OperationException `corrupt_block` with file and place, `disk_full`, `io_error`
    public Totals run(List<Path> directories, Consumer<String> progress) {
        List<Source> sources = sources(directories);
        for (Source source : sources) {
            new BlockDirectoryReader(disk, source.directory(), source.meta()).close();
        }
        try (MetricAppender appender = store.appender(tenant, APPEND)) {
            for (Source source : sources) {
                long before = samples;
                copy(source, appender);
                progress.accept(source.directory() + " " + (samples - before) + " samples");
            }
        }
        store.flush();
        return new Totals(sources.size(), samples, deleted, rejected);
    }

    private void copy(Source source, MetricAppender appender) {
        try (BlockDirectoryReader reader = new BlockDirectoryReader(disk, source.directory(), source.meta())) {
            long last = Math.floorDiv(source.meta().maxMillis(), DAY_MILLIS);
            for (long day = Math.floorDiv(source.meta().minMillis(), DAY_MILLIS); day <= last; day++) {
                reader.read(
                        day * DAY_MILLIS,
                        (day + 1) * DAY_MILLIS - 1,
                        new AppendingSink(appender, () -> commitIfLarge(appender)));
                commit(appender);
            }
            deleted += reader.deletedSamples();
        }
    }

    private void commitIfLarge(MetricAppender appender) {
        if (appender.pendingSamples() >= BATCH) {
            commit(appender);
        }
    }

    private void commit(MetricAppender appender) {
        int pending = appender.pendingSamples();
        AppendOutcome outcome = appender.commit();
        samples += outcome.accepted();
        rejected += outcome.rejectedCount();
        sinceMaintenance += pending;
        if (sinceMaintenance >= MAINTAIN_EVERY) {
            store.maintain();
            sinceMaintenance = 0;
        }
    }
}
