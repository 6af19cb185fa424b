package dev.belvedere.server.blocks;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SeriesSamples;
import dev.belvedere.wire.block.BlockId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;

/// Writes stored metrics as Prometheus' blocks of two hours, aligned as Prometheus aligns them.
public final class BlockExport {

    /// What Prometheus calls the smallest range of a block.
    static final long BLOCK_MILLIS = 2 * 60 * 60 * 1000L;

    /// What is exported, and where to.
    ///
    /// @param out gets one directory for each block
    /// @param range both ends inclusive
    /// @param matchers of the series; at least one
    public record Request(Path out, TimeRange range, List<LabelMatcher> matchers) {}

    /// How much was written.
    public record Totals(int blocks, long series, long samples) {}

    private final Disk disk;
    private final MetricStore store;
    private final Tenant tenant;
    private final SecureRandom random = new SecureRandom();

    public BlockExport(Disk disk, MetricStore store, Tenant tenant) {
        this.disk = disk;
        this.store = store;
        this.tenant = tenant;
    }

    /// Exports range after range; one without samples makes no block.
    ///
    /// @param progress is told of each block
    /// @throws dev.belvedere.model.OperationException `disk_full`, `io_error`; finished blocks stay
    public Totals run(Request request, Consumer<String> progress) {
        try {
            // Without a log, promtool takes the directory for none of Prometheus'.
            disk.createDirectories(request.out().resolve("wal"));
        } catch (IOException e) {
            throw BlockDisk.failure("make", request.out(), e);
        }
        Totals totals = new Totals(0, 0, 0);
        long last = Math.floorDiv(request.range().endMillis(), BLOCK_MILLIS);
        for (long i = Math.floorDiv(request.range().startMillis(), BLOCK_MILLIS); i <= last; i++) {
            totals = export(request, i * BLOCK_MILLIS, totals, progress);
        }
        return totals;
    }

    private Totals export(Request request, long startMillis, Totals before, Consumer<String> progress) {
        long from = Math.max(startMillis, request.range().startMillis());
        long to = Math.min(startMillis + BLOCK_MILLIS - 1, request.range().endMillis());
        byte[] bytes = new byte[10];
        random.nextBytes(bytes);
        String id = BlockId.of(startMillis + BLOCK_MILLIS, bytes);
        try (BlockDirectoryWriter writer = new BlockDirectoryWriter(disk, request.out(), id);
                MetricQuerier querier = store.querier(tenant, QueryBudget.unlimited())) {
            new SeriesSamples(querier, from, to).forEach(request.matchers(), writer);
            querier.warnings().forEach(warning -> progress.accept("warning: " + warning));
            if (writer.seriesCount() == 0) {
                return before;
            }
            long samples = writer.finish(startMillis, startMillis + BLOCK_MILLIS);
            progress.accept(id + " " + writer.seriesCount() + " series " + samples + " samples");
            return new Totals(before.blocks() + 1, before.series() + writer.seriesCount(), before.samples() + samples);
        }
    }
}
