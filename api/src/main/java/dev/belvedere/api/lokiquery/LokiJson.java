package dev.belvedere.api.lokiquery;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.logql.engine.LogAnswer;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes answers as Loki does.
final class LokiJson {

    private LokiJson() {}

    /// @param isCategorized whether structured metadata and parsed labels stand beside each line instead of among the
    ///     stream's labels
    static JsonWriter streams(LogAnswer answer, boolean isCategorized, double seconds) {
        Map<Labels, List<LogAnswer.Entry>> streams = new LinkedHashMap<>();
        for (LogAnswer.Entry entry : answer.entries()) {
            Labels key = isCategorized ? entry.streamLabels() : entry.labels();
            streams.computeIfAbsent(key, labels -> new ArrayList<>()).add(entry);
        }
        JsonWriter json = new JsonWriter(64 * 1024);
        json.beginObject().name("status").value("success").name("data").beginObject();
        json.name("resultType").value("streams");
        if (isCategorized) {
            json.name("encodingFlags").beginArray().value("categorize-labels").endArray();
        }
        json.name("result").beginArray();
        streams.forEach((labels, entries) -> {
            json.beginObject().name("stream");
            labels(json, labels);
            json.name("values").beginArray();
            entries.forEach(entry -> entry(json, entry, isCategorized));
            json.endArray().endObject();
        });
        json.endArray();
        statistics(
                json,
                answer.linesScanned(),
                answer.bytesScanned(),
                answer.entries().size(),
                seconds);
        return json.endObject().endObject();
    }

    private static void entry(JsonWriter json, LogAnswer.Entry entry, boolean isCategorized) {
        json.beginArray();
        json.value(Long.toString(entry.timestampNanos())).value(entry.line());
        if (isCategorized) {
            json.beginObject();
            if (!entry.structuredMetadata().isEmpty()) {
                json.name("structuredMetadata");
                labels(json, entry.structuredMetadata());
            }
            if (!entry.parsed().isEmpty()) {
                json.name("parsed");
                labels(json, entry.parsed());
            }
            json.endObject();
        }
        json.endArray();
    }

    static void labels(JsonWriter json, Labels labels) {
        json.beginObject();
        labels.forEach((name, value) -> json.name(name).value(value));
        json.endObject();
    }

    static JsonWriter metrics(QueryAnswer answer, long bytesScanned, double seconds) {
        JsonWriter json = new JsonWriter(64 * 1024);
        json.beginObject().name("status").value("success").name("data").beginObject();
        json.name("resultType").value(answer.value().type().name().toLowerCase(java.util.Locale.ROOT));
        json.name("result");
        switch (answer.value()) {
            case Value.ScalarValue scalar -> point(json, scalar.timestampMillis(), scalar.value());
            case Value.StringValue string ->
                json.beginArray()
                        .timestamp(string.timestampMillis())
                        .value(string.value())
                        .endArray();
            case Value.VectorValue vector -> vector(json, vector);
            case Value.MatrixValue matrix -> matrix(json, matrix);
        }
        statistics(json, 0, bytesScanned, 0, seconds);
        return json.endObject().endObject();
    }

    private static void point(JsonWriter json, long millis, double value) {
        json.beginArray().timestamp(millis).sampleValue(value).endArray();
    }

    private static void vector(JsonWriter json, Value.VectorValue vector) {
        json.beginArray();
        for (Value.VectorSample sample : vector.samples()) {
            json.beginObject().name("metric");
            labels(json, sample.labels());
            json.name("value");
            point(json, vector.timestampMillis(), sample.value());
            json.endObject();
        }
        json.endArray();
    }

    private static void matrix(JsonWriter json, Value.MatrixValue matrix) {
        json.beginArray();
        for (Value.MatrixSeries series : matrix.series()) {
            json.beginObject().name("metric");
            labels(json, series.labels());
            json.name("values").beginArray();
            for (int i = 0; i < series.timestamps().length; i++) {
                point(json, series.timestamps()[i], series.values()[i]);
            }
            json.endArray().endObject();
        }
        json.endArray();
    }

    private static void statistics(JsonWriter json, long lines, long bytes, int returned, double seconds) {
        json.name("stats").beginObject().name("summary").beginObject();
        json.name("bytesProcessedPerSecond").value((long) (bytes / Math.max(seconds, 1e-9)));
        json.name("linesProcessedPerSecond").value((long) (lines / Math.max(seconds, 1e-9)));
        json.name("totalBytesProcessed").value(bytes);
        json.name("totalLinesProcessed").value(lines);
        json.name("execTime").value(seconds);
        json.name("totalEntriesReturned").value((long) returned);
        json.endObject().endObject();
    }

    static JsonWriter strings(List<String> values) {
        JsonWriter json = new JsonWriter();
        json.beginObject().name("status").value("success").name("data").beginArray();
        values.forEach(json::value);
        return json.endArray().endObject();
    }

    static JsonWriter series(List<Labels> series) {
        JsonWriter json = new JsonWriter();
        json.beginObject().name("status").value("success").name("data").beginArray();
        series.forEach(labels -> labels(json, labels));
        return json.endArray().endObject();
    }
}
