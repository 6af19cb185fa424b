package dev.belvedere.api.prometheus;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.json.LastTimes;
import dev.belvedere.api.json.TimeTexts;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.answer.Value.ScalarValue;
import dev.belvedere.promql.answer.Value.StringValue;
import dev.belvedere.promql.answer.Value.VectorSample;
import dev.belvedere.promql.answer.Value.VectorValue;
import dev.belvedere.promql.syntax.NumberText;
import java.io.IOException;

/// Results of queries as JSON, straight from their arrays.
final class PromqlJson {

    /// Beyond so many samples an answer is sent in pieces.
    private static final int LARGE_SAMPLES = 100_000;

    /// The same for samples that come with their labels each.
    private static final int LARGE_VECTOR = 10_000;

    /// Text of a series' labels, and of one sample.
    private static final long SERIES_BYTES = 200;

    private static final long SAMPLE_BYTES = 35;

    /// The longest number without an exponent, with its time.
    private static final long SCALAR_BYTES = 400;

    /// Samples of one series between two looks at the size of what was written.
    private static final int SAMPLES_PER_PIECE = 8192;

    private PromqlJson() {}

    static boolean isLarge(Value value) {
        return switch (value) {
            case VectorValue vector -> vector.samples().size() > LARGE_VECTOR;
            case MatrixValue matrix -> samples(matrix) > LARGE_SAMPLES;
            case ScalarValue scalar -> false;
            case StringValue string -> false;
        };
    }

    private static long samples(MatrixValue matrix) {
        long samples = 0;
        for (MatrixSeries series : matrix.series()) {
            samples += series.sampleCount();
        }
        return samples;
    }

    /// What of the answer's text is in memory at once, about.
    static long textBytes(Value value) {
        if (isLarge(value)) {
            return ApiAnswer.PIECE_BYTES;
        }
        return switch (value) {
            case VectorValue vector -> SERIES_BYTES * vector.samples().size();
            case MatrixValue matrix -> SERIES_BYTES * matrix.series().size() + SAMPLE_BYTES * samples(matrix);
            case ScalarValue scalar -> SCALAR_BYTES;
            case StringValue string -> string.value().length();
        };
    }

    /// At most `limit` series; the same value if that is all. 0 for any number.
    static Value truncated(Value value, int limit) {
        return switch (value) {
            case VectorValue vector
            when limit > 0 && vector.samples().size() > limit ->
                new VectorValue(vector.timestampMillis(), vector.samples().subList(0, limit));
            case MatrixValue matrix
            when limit > 0 && matrix.series().size() > limit ->
                new MatrixValue(matrix.series().subList(0, limit));
            default -> value;
        };
    }

    /// @param last the texts of timestamps that were written last, by whatever answer
    static void write(JsonWriter json, Value value, LastTimes last, ApiAnswer.Pieces pieces) throws IOException {
        switch (value) {
            // Scalars alone never have an exponent in Prometheus' answers.
            case ScalarValue scalar ->
                json.beginArray()
                        .timestamp(scalar.timestampMillis())
                        .value(NumberText.plain(scalar.value()))
                        .endArray();
            case StringValue string -> {
                json.beginArray().timestamp(string.timestampMillis());
                GoJson.text(json, string.value());
                json.endArray();
            }
            case VectorValue vector -> {
                json.beginArray();
                for (VectorSample sample : vector.samples()) {
                    sample(json, sample, vector.timestampMillis());
                    pieces.mayDrain(json);
                }
                json.endArray();
            }
            case MatrixValue matrix -> {
                json.beginArray();
                TimeTexts times = last.get();
                for (MatrixSeries series : matrix.series()) {
                    times = times.areOf(series.timestamps()) ? times : TimeTexts.of(series.timestamps());
                    series(json, series, times, pieces);
                    pieces.mayDrain(json);
                }
                last.keep(times);
                json.endArray();
            }
        }
    }

    private static void sample(JsonWriter json, VectorSample sample, long timestampMillis) {
        json.beginObject();
        GoJson.labels(json.name("metric"), sample.labels());
        NativeHistogram histogram = sample.histogram();
        if (histogram == null) {
            json.name("value").point(timestampMillis, sample.value());
        } else {
            json.name("histogram").beginArray().timestamp(timestampMillis);
            HistogramJson.write(json, histogram);
            json.endArray();
        }
        json.endObject();
    }

    private static void series(JsonWriter json, MatrixSeries series, TimeTexts times, ApiAnswer.Pieces pieces)
            throws IOException {
        json.beginObject();
        GoJson.labels(json.name("metric"), series.labels());
        int count = series.timestamps().length;
        if (count > 0) {
            json.name("values").beginArray();
            for (int from = 0; from < count; from += SAMPLES_PER_PIECE) {
                json.points(times, series.values(), from, Math.min(count, from + SAMPLES_PER_PIECE));
                pieces.mayDrain(json);
            }
            json.endArray();
        }
        if (series.histogramTimestamps().length > 0) {
            json.name("histograms").beginArray();
            for (int i = 0; i < series.histogramTimestamps().length; i++) {
                json.beginArray().timestamp(series.histogramTimestamps()[i]);
                HistogramJson.write(json, series.histograms()[i]);
                json.endArray();
                pieces.mayDrain(json);
            }
            json.endArray();
        }
        json.endObject();
    }
}
