package dev.belvedere.wire.remoteread;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import dev.belvedere.wire.remotewrite.HistogramMessage;

/// An answer of samples: for each query its series, for each series its samples in the order of time. A series keeps
/// its floats apart from its histograms.
public final class SampledResponse {

    private final ProtobufWriter out = new ProtobufWriter(64 * 1024);
    private final ProtobufWriter histograms = new ProtobufWriter();
    private int query;
    private int series;

    public void beginQuery() {
        query = out.beginMessage(1);
    }

    public void endQuery() {
        out.endMessage(query);
    }

    public void beginSeries(Labels labels) {
        series = out.beginMessage(1);
        writeLabels(out, labels);
        histograms.clear();
    }

    static void writeLabels(ProtobufWriter out, Labels labels) {
        for (int i = 0; i < labels.size(); i++) {
            int label = out.beginMessage(1);
            out.string(1, labels.name(i));
            out.string(2, labels.value(i));
            out.endMessage(label);
        }
    }

    public void add(long timestampMillis, double value) {
        int sample = out.beginMessage(2);
        out.float64(1, value);
        out.int64(2, timestampMillis);
        out.endMessage(sample);
    }

    public void add(long timestampMillis, NativeHistogram histogram) {
        int message = histograms.beginMessage(4);
        HistogramMessage.write(histograms, histogram, timestampMillis);
        histograms.endMessage(message);
    }

    public void endSeries() {
        out.raw(histograms.array(), histograms.size());
        histograms.clear();
        out.endMessage(series);
    }

    /// How long the message is so far.
    public int sizeBytes() {
        return out.size() + histograms.size();
    }

    /// The whole message, compressed.
    public byte[] finish() {
        return SnappyBlock.compress(out.array(), 0, out.size());
    }
}
