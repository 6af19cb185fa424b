package dev.belvedere.tsdb.partition;

import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;

/// What the engine counts.
public record StoreMetrics(
        Counter damagedBlocks,
        Counter lostFrames,
        Counter lostSamples,
        Counter blocksWritten,
        Counter compactions,
        Counter blocksExpired,
        Counter rollups,
        Counter seriesForgotten,
        Counter exemplars,
        Counter exemplarsDropped,
        Counter maintenanceFailures) {

    public static StoreMetrics in(MetricRegistry registry) {
        return new StoreMetrics(
                registry.counter(
                        "belvedere_tsdb_damaged_blocks_total",
                        "Metrics blocks that could not be opened; damaged ones are put aside."),
                registry.counter(
                        "belvedere_tsdb_lost_frames_total", "Frames of the metrics log that could not be replayed."),
                registry.counter(
                        "belvedere_tsdb_lost_samples_total",
                        "Samples of readable frames whose series' definition was in a lost frame."),
                registry.counter("belvedere_tsdb_blocks_written_total", "Blocks that heads were written to."),
                registry.counter("belvedere_tsdb_compactions_total", "Compactions done."),
                registry.counter("belvedere_tsdb_blocks_expired_total", "Blocks removed by retention."),
                registry.counter("belvedere_tsdb_downsampled_blocks_total", "Downsampled blocks written."),
                registry.counter(
                        "belvedere_tsdb_series_forgotten_total",
                        "Series that left the index because no samples of theirs are left."),
                registry.counter("belvedere_tsdb_exemplars_total", "Exemplars taken."),
                registry.counter(
                        "belvedere_tsdb_exemplars_dropped_total",
                        "Exemplars not taken: their labels are too long, or storage.exemplars.max_exemplars is 0."),
                registry.counter(
                        "belvedere_tsdb_maintenance_failures_total",
                        "Rounds of background work that failed and will be tried again."));
    }
}
