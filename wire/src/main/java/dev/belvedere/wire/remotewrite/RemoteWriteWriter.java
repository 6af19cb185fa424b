package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;

/// Collects series into one remote write 1.0 request. Used by one thread; reusable after [#drain].
public final class RemoteWriteWriter {

    public static final String CONTENT_TYPE = "application/x-protobuf";
    public static final String CONTENT_ENCODING = "snappy";
    public static final String VERSION_HEADER = "x-prometheus-remote-write-version";
    public static final String VERSION = "0.1.0";

    private final ProtobufWriter out = new ProtobufWriter(64 * 1024);
    private int sampleCount;

    /// Adds one float sample.
    ///
    /// @param labels with `__name__`
    public void add(Labels labels, long timestampMillis, double value) {
        int series = beginSeries(labels);
        int sample = out.beginMessage(2);
        out.float64(1, value);
        out.int64(2, timestampMillis);
        out.endMessage(sample);
        out.endMessage(series);
        sampleCount++;
    }

    /// Adds one native histogram.
    public void add(Labels labels, long timestampMillis, NativeHistogram histogram) {
        int series = beginSeries(labels);
        int message = out.beginMessage(4);
        HistogramMessage.write(out, histogram, timestampMillis);
        out.endMessage(message);
        out.endMessage(series);
        sampleCount++;
    }

    public void addExemplar(Labels labels, Exemplar exemplar) {
        int series = beginSeries(labels);
        int message = out.beginMessage(3);
        writeLabels(exemplar.labels());
        out.float64(2, exemplar.value());
        if (exemplar.hasTimestamp()) {
            out.int64(3, exemplar.timestampMillis());
        }
        out.endMessage(message);
        out.endMessage(series);
    }

    public void addMetadata(String metricFamily, MetricMetadata metadata) {
        int message = out.beginMessage(3);
        out.int64(1, MetadataTypes.number(metadata.type()));
        out.string(2, metricFamily);
        out.string(4, metadata.help());
        out.string(5, metadata.unit());
        out.endMessage(message);
    }

    private int beginSeries(Labels labels) {
        int series = out.beginMessage(1);
        writeLabels(labels);
        return series;
    }

    private void writeLabels(Labels labels) {
        for (int i = 0; i < labels.size(); i++) {
            int label = out.beginMessage(1);
            out.string(1, labels.name(i));
            out.string(2, labels.value(i));
            out.endMessage(label);
        }
    }

    /// Float and histogram samples added since the last [#drain].
    public int sampleCount() {
        return sampleCount;
    }

    /// Size of the request before compression.
    public int sizeBytes() {
        return out.size();
    }

    /// The body of the request, snappy-compressed; the writer is empty afterwards.
    public byte[] drain() {
        byte[] body = SnappyBlock.compress(out.array(), 0, out.size());
        out.clear();
        sampleCount = 0;
        return body;
    }
}
