package dev.belvedere.promql.answer;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.syntax.ValueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a query evaluates to.
public sealed interface Value {

    ValueType type();

    /// What it takes of the memory, about: labels count, their texts do not.
    default long sizeBytes() {
        return switch (this) {
            case ScalarValue scalar -> SERIES_BYTES;
            case StringValue string -> SERIES_BYTES + 2L * string.value.length();
            case VectorValue vector -> {
                long bytes = (long) SERIES_BYTES * vector.samples.size();
                for (VectorSample sample : vector.samples) {
                    bytes += sample.histogram == null ? 0 : sample.histogram.sizeBytes();
                }
                yield bytes;
            }
            case MatrixValue matrix -> {
                long bytes = 0;
                for (MatrixSeries series : matrix.series) {
                    bytes += series.sizeBytes();
                }
                yield bytes;
            }
        };
    }

    /// How many samples it has; a histogram is one.
    default long sampleCount() {
        return switch (this) {
            case ScalarValue scalar -> 1;
            case StringValue string -> 0;
            case VectorValue vector -> vector.samples.size();
            case MatrixValue matrix -> {
                long count = 0;
                for (MatrixSeries series : matrix.series) {
                    count += series.sampleCount();
                }
                yield count;
            }
        };
    }

    /// A series of an answer without its samples: objects, headers and the arrays of the labels.
    int SERIES_BYTES = 200;

    record ScalarValue(long timestampMillis, double value) implements Value {

        @Override
        public ValueType type() {
            return ValueType.SCALAR;
        }
    }

    record StringValue(long timestampMillis, String value) implements Value {

        @Override
        public ValueType type() {
            return ValueType.STRING;
        }
    }

    /// One sample per series, in the order that the expression gave them.
    record VectorValue(long timestampMillis, List<VectorSample> samples) implements Value {

        public VectorValue {
            samples = List.copyOf(samples);
        }

        @Override
        public ValueType type() {
            return ValueType.VECTOR;
        }
    }

    /// @param value meaningful only where `histogram` is null
    record VectorSample(
            Labels labels, double value, @Nullable NativeHistogram histogram) {}

    /// Series sorted by labels.
    record MatrixValue(List<MatrixSeries> series) implements Value {

        public MatrixValue {
            series = List.copyOf(series);
        }

        @Override
        public ValueType type() {
            return ValueType.MATRIX;
        }
    }

    /// The samples of one series: floats and histograms apart, each in time order. The arrays are exactly as long as
    /// there are samples and are not to be changed; series may share those of timestamps.
    record MatrixSeries(
            Labels labels,
            long[] timestamps,
            double[] values,
            long[] histogramTimestamps,
            NativeHistogram[] histograms) {

        public int sampleCount() {
            return timestamps.length + histogramTimestamps.length;
        }

        /// As [Value#sizeBytes].
        public long sizeBytes() {
            long bytes = SERIES_BYTES + 16L * sampleCount();
            for (NativeHistogram histogram : histograms) {
                bytes += histogram.sizeBytes();
            }
            return bytes;
        }
    }
}
