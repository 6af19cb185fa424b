package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.tsdb.block.BlockSalvage;
import dev.belvedere.tsdb.block.BlockWriter;
import dev.belvedere.tsdb.block.WrittenIndex;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Quarantine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Replaces damaged blocks by what of them can be read, and says what is lost. The store is not open meanwhile.
///
/// Healthy blocks are read and nothing else. Damaged ones are put aside, never deleted.
public final class BlockRepair {

    /// What was done.
    ///
    /// @param repaired blocks that were replaced by what of them is whole
    /// @param removed blocks of which nothing was
    /// @param unknown blocks that this release cannot read although they are not known to be damaged; left alone
    /// @param lostSeries series in lost chunks, each counted once per chunk
    public record Result(int blocks, int repaired, int removed, int unknown, long lostSeries) {

        public boolean isClean() {
            return repaired == 0 && removed == 0 && unknown == 0;
        }
    }

    private final Catalog catalog;
    private final SegmentStore segments;
    private final BlockNames names;
    private final Quarantine quarantine;
    private final Consumer<String> report;
    private int blocks;
    private int repaired;
    private int removed;
    private int unknown;
    private long lostSeries;

    private BlockRepair(Catalog catalog, SegmentStore segments, TimeSource time, Consumer<String> report) {
        this.catalog = catalog;
        this.segments = segments;
        this.report = report;
        this.quarantine = new Quarantine(catalog, segments);
        this.names = new BlockNames(
                time,
                catalog.state().segments(TsdbEnvironment.TOPIC).stream()
                        .map(SegmentRecord::key)
                        .toList());
    }

    /// @param report takes a sentence for each loss
    public static Result run(Catalog catalog, SegmentStore segments, TimeSource time, Consumer<String> report) {
        BlockRepair repair = new BlockRepair(catalog, segments, time, report);
        for (SegmentRecord record : List.copyOf(catalog.state().segments(TsdbEnvironment.TOPIC))) {
            if (BlockNames.isBlock(record)) {
                repair.repair(record);
            } else if (record.kind().equals(Quarantine.KIND)) {
                repair.settle(record);
            }
        }
        return new Result(repair.blocks, repair.repaired, repair.removed, repair.unknown, repair.lostSeries);
    }

    private void repair(SegmentRecord record) {
        blocks++;
        try (BlockSalvage salvage = BlockSalvage.of(record, segments)) {
            if (!salvage.isHealthy()) {
                replace(salvage);
            }
        } catch (OperationException e) {
            if (Quarantine.isDamage(e)) {
                removed++;
                report.accept("lost: all of " + record.key() + ", " + range(record.minMillis(), record.maxMillis())
                        + ", "
                        + record.sizeBytes() + " bytes, tenant " + record.tenant() + ", partition "
                        + record.partition() + "; which series cannot be told (" + e.getMessage() + "); kept as "
                        + quarantine.putAside(record, List.of()));
            } else if (e.code().equals("segment_missing")) {
                removed++;
                catalog.commit(CatalogEdit.replace(List.of(record.key()), List.of()));
                report.accept("lost: all of " + record.key() + ", " + range(record.minMillis(), record.maxMillis())
                        + ": the file is gone");
            } else if (e.code().equals("unsupported_block")) {
                unknown++;
                report.accept(e.getMessage());
            } else {
                throw e;
            }
        }
    }

    /// Nothing of a block that was put aside at a start can be had: from now on it is not told any more.
    private void settle(SegmentRecord record) {
        blocks++;
        removed++;
        catalog.commit(CatalogEdit.replace(List.of(record.key()), List.of()));
        report.accept("lost: all of a block that was put aside at a start, "
                + range(record.minMillis(), record.maxMillis()) + ", tenant " + record.tenant() + ", partition "
                + record.partition() + "; kept as " + record.key());
    }

    private void replace(BlockSalvage salvage) {
        SegmentRecord old = salvage.record();
        String key = names.next(old.tenant(), old.partition());
        WrittenIndex index = new WrittenIndex(salvage.columnsPerSeries());
        long size = segments.put(key, sink -> {
            BlockWriter writer = new BlockWriter(sink, old.tenant(), salvage.view(), index);
            salvage.writeTo(writer);
            writer.finish();
        });
        List<SegmentRecord> replacements = new ArrayList<>();
        if (!index.isEmpty()) {
            repaired++;
            replacements.add(new SegmentRecord(
                    key,
                    old.topic(),
                    old.partition(),
                    old.tenant(),
                    old.kind(),
                    old.level(),
                    index.minMillis(),
                    index.maxMillis(),
                    old.startOffset(),
                    old.endOffset(),
                    size,
                    old.properties()));
        } else {
            removed++;
            segments.delete(key);
        }
        for (BlockSalvage.Loss loss : salvage.losses()) {
            lostSeries++;
            String samples = loss.maxSamples() == 0 ? "all samples" : "up to " + loss.maxSamples() + " samples";
            report.accept("lost: " + samples + " of " + loss.series() + ", " + range(loss.minMillis(), loss.maxMillis())
                    + ", in " + old.key());
        }
        String kept = quarantine.putAside(old, replacements);
        report.accept("repaired: " + old.key() + " is replaced by what of it is whole"
                + (replacements.isEmpty() ? " (nothing)" : ", " + key) + "; kept as " + kept);
    }

    private static String range(long minMillis, long maxMillis) {
        return Instant.ofEpochMilli(minMillis) + " to " + Instant.ofEpochMilli(maxMillis);
    }
}
