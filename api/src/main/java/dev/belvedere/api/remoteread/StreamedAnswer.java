package dev.belvedere.api.remoteread;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SeriesSamples;
import dev.belvedere.wire.chunks.ChunkBuilder;
import dev.belvedere.wire.chunks.ChunkReader;
import dev.belvedere.wire.chunks.EncodedChunk;
import dev.belvedere.wire.remoteread.ChunkFrames;
import dev.belvedere.wire.remoteread.ReadRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Writes the series of one query as chunks, in the order of their labels, which clients rely on.
///
/// The store gives series in no order. Since the metric's name nearly always comes first among the labels, only the
/// series of one metric at a time are held and sorted.
final class StreamedAnswer {

    /// A held sample costs the budget as much as so many bytes of chunks.
    private static final int BYTES_PER_SAMPLE = 8;

    private record Held(Labels labels, List<EncodedChunk> chunks) {}

    private final int query;
    private final Labels external;
    private final ChunkFrames frames;
    private final QueryBudget budget;

    StreamedAnswer(int query, Labels external, int maxFrameBytes, QueryBudget budget) {
        this.query = query;
        this.external = external;
        this.frames = new ChunkFrames(maxFrameBytes);
        this.budget = budget;
    }

    /// Collects the chunks of series.
    private final class Collector implements SeriesSamples.Sink {

        final List<Held> held = new ArrayList<>();
        long cost;
        private List<EncodedChunk> chunks = new ArrayList<>();
        private Labels labels = Labels.EMPTY;
        private final ChunkBuilder builder = new ChunkBuilder(this::add);

        private void add(EncodedChunk chunk) {
            chunks.add(chunk);
            long samples = 1 + chunk.data().length / BYTES_PER_SAMPLE;
            budget.holdSamples(samples);
            cost += samples;
        }

        @Override
        public void begin(Labels seriesLabels) {
            labels = RemoteReadFace.withExternal(seriesLabels, external);
            chunks = new ArrayList<>();
        }

        @Override
        public void sample(long timestampMillis, double value) {
            builder.sample(timestampMillis, ChunkReader.NO_START, value);
        }

        @Override
        public void histogram(long timestampMillis, NativeHistogram histogram) {
            builder.histogram(timestampMillis, histogram);
        }

        @Override
        public void end() {
            builder.finish();
            held.add(new Held(labels, chunks));
        }
    }

    void write(MetricQuerier querier, ReadRequest.Query asked, List<LabelMatcher> matchers, OutputStream out)
            throws IOException {
        TimeRange range = new TimeRange(asked.startMillis(), asked.endMillis());
        SeriesSamples series = new SeriesSamples(querier, asked.startMillis(), asked.endMillis());
        if (!isSortedByName(querier, matchers, range)) {
            writeSorted(series, matchers, out);
            return;
        }
        // Series without a name come behind those with one, as their first label does.
        List<String> names = new ArrayList<>(querier.labelValues(Labels.METRIC_NAME, matchers, range, 0));
        names.add("");
        for (String name : names) {
            List<LabelMatcher> ofName = new ArrayList<>(matchers);
            ofName.add(LabelMatcher.equal(Labels.METRIC_NAME, name));
            writeSorted(series, ofName, out);
        }
    }

    /// Whether no label sorts before the name of the metric.
    private boolean isSortedByName(MetricQuerier querier, List<LabelMatcher> matchers, TimeRange range) {
        List<String> first = querier.labelNames(matchers, range, 1);
        boolean isFirst = first.isEmpty() || Labels.compareUtf8(first.getFirst(), Labels.METRIC_NAME) >= 0;
        return isFirst && (external.isEmpty() || Labels.compareUtf8(external.name(0), Labels.METRIC_NAME) >= 0);
    }

    private void writeSorted(SeriesSamples series, List<LabelMatcher> matchers, OutputStream out) throws IOException {
        Collector collector = new Collector();
        series.forEach(matchers, collector);
        collector.held.sort(Comparator.comparing(Held::labels));
        for (Held each : collector.held) {
            for (byte[] frame : frames.frames(query, each.labels(), each.chunks())) {
                out.write(frame);
            }
        }
        budget.releaseSamples(collector.cost);
    }
}
