package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.CommitListener;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.frame.PendingSamples;
import dev.belvedere.tsdb.partition.CommitOutcome;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.SeriesRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Collects samples and gives each partition its share.
///
/// Refs are as [SeriesRef] makes them.
final class TsdbAppender implements MetricAppender {

    /// Samples per frame: keeps frames far below the log's limit and locks short.
    private static final int FRAME_SAMPLES = 50_000;

    /// Bytes of histograms per frame, roughly.
    private static final int FRAME_BYTES = 4 << 20;

    private record PendingExemplar(long ref, Exemplar exemplar) {}

    private final TsdbStore store;
    private final Tenant tenant;
    private final AppendOptions options;
    private final PendingSamples pending = new PendingSamples();
    private final List<PendingExemplar> exemplars = new ArrayList<>();

    /// The last frame of each partition that somebody may ask about; -1 where there is none, or
    /// [Partition#NOT_DURABLE].
    private final long[] offsets;

    private int[] order = new int[256];
    private int[] counts = new int[1];

    TsdbAppender(TsdbStore store, Tenant tenant, AppendOptions options) {
        this.store = store;
        this.tenant = tenant;
        this.options = options;
        this.offsets = new long[store.partitionCount()];
        Arrays.fill(offsets, -1);
    }

    @Override
    public long series(Labels labels) {
        return store.series(tenant, labels);
    }

    @Override
    public void append(long ref, long timestampMillis, long startMillis, double value) {
        pending.add(ref, timestampMillis, startMillis, value);
    }

    @Override
    public void append(long ref, long timestampMillis, long startMillis, NativeHistogram histogram) {
        pending.add(ref, timestampMillis, startMillis, histogram);
    }

    @Override
    public void appendExemplar(long ref, Exemplar exemplar) {
        exemplars.add(new PendingExemplar(ref, exemplar));
    }

    @Override
    public void updateMetadata(String metricFamily, MetricMetadata metadata) {
        store.memory(tenant).putMetadata(metricFamily, metadata);
    }

    @Override
    public int pendingSamples() {
        return pending.count();
    }

    @Override
    public AppendOutcome commit() {
        CommitOutcome outcome = new CommitOutcome(options);
        try {
            commitPartitions(outcome);
            for (PendingExemplar each : exemplars) {
                if (!store.addExemplar(tenant, each.ref(), each.exemplar())) {
                    outcome.rejectExemplar();
                }
            }
            return outcome.toOutcome();
        } finally {
            clear();
        }
    }

    private void commitPartitions(CommitOutcome outcome) {
        sortByPartition(offsets.length);
        try {
            for (int p = 0; p < offsets.length; p++) {
                offsets[p] = Math.max(offsets[p], commitPartition(p, outcome));
            }
        } finally {
            if (outcome.lowestMillis() != Long.MAX_VALUE) {
                store.memory(tenant).changes().note(outcome.lowestMillis());
            }
        }
        if (options.isDurabilityAwaited()) {
            awaitDurable();
        }
    }

    private void awaitDurable() {
        try {
            for (int p = 0; p < offsets.length; p++) {
                if (offsets[p] >= 0) {
                    store.awaitDurable(p, offsets[p]);
                }
            }
        } finally {
            Arrays.fill(offsets, -1);
        }
    }

    @Override
    public void whenDurable(CommitListener listener) {
        int parts = 0;
        for (long offset : offsets) {
            parts += offset >= 0 ? 1 : 0;
        }
        if (parts == 0) {
            listener.durable();
            return;
        }
        CommitSync sync = new CommitSync(listener, parts);
        for (int p = 0; p < offsets.length; p++) {
            if (offsets[p] >= 0) {
                store.whenDurable(p, offsets[p], sync);
            }
        }
        Arrays.fill(offsets, -1);
    }

    /// @return the offset to wait for, -1 if there is none, or [Partition#NOT_DURABLE]
    private long commitPartition(int p, CommitOutcome outcome) {
        Partition.Bounds bounds = store.bounds(options);
        long last = -1;
        int end = counts[p + 1];
        for (int from = counts[p]; from < end; ) {
            int to = sliceEnd(from, end);
            long offset =
                    store.partition(p).commit(tenant, pending, new Partition.Slice(order, from, to), bounds, outcome);
            last = Math.max(last, offset);
            from = to;
        }
        return last;
    }

    private int sliceEnd(int from, int end) {
        int samples = 0;
        long bytes = 0;
        int to = from;
        while (to < end && samples < FRAME_SAMPLES && bytes < FRAME_BYTES) {
            int run = order[to++];
            samples += pending.runEnd(run) - pending.runStart(run);
            for (int at = pending.runStart(run); at < pending.runEnd(run) && pending.isHistogram(at); at++) {
                NativeHistogram histogram = pending.histogram(at);
                bytes += histogram == null ? 0 : histogram.sizeBytes();
            }
        }
        return to;
    }

    /// Fills `order` with the runs by partition, those of one in the order of appending; `counts[p]` is where partition
    /// `p` begins. Refs that name no partition go to the first, which refuses them.
    private void sortByPartition(int partitions) {
        int runs = pending.runs();
        if (order.length < runs) {
            order = new int[runs + runs / 2];
        }
        counts = new int[partitions + 1];
        for (int run = 0; run < runs; run++) {
            counts[partitionOf(run, partitions) + 1]++;
        }
        for (int p = 0; p < partitions; p++) {
            counts[p + 1] += counts[p];
        }
        int[] next = Arrays.copyOf(counts, partitions);
        for (int run = 0; run < runs; run++) {
            order[next[partitionOf(run, partitions)]++] = run;
        }
    }

    private int partitionOf(int run, int partitions) {
        int partition = SeriesRef.partition(pending.ref(pending.runStart(run)));
        return partition >= 0 && partition < partitions ? partition : 0;
    }

    @Override
    public void rollback() {
        clear();
        Arrays.fill(offsets, -1);
    }

    private void clear() {
        pending.clear();
        exemplars.clear();
    }

    @Override
    public void close() {
        rollback();
    }
}
