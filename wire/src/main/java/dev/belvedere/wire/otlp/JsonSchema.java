package dev.belvedere.wire.otlp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The messages of OTLP by the names that their fields have in JSON.
final class JsonSchema {

    /// How a JSON value becomes a protobuf value.
    enum Type {
        STRING,
        /// Hexadecimal text: ids.
        HEX,
        /// Base64 text: all other bytes.
        BASE64,
        BOOL,
        /// int32, int64, uint32, uint64.
        VARINT,
        SINT32,
        FIXED32,
        FIXED64,
        DOUBLE,
        ENUM,
        MESSAGE
    }

    /// @param message the schema of a message's value
    /// @param enumNames by number; for enums only
    record Field(int number, Type type, JsonSchema message, List<String> enumNames) {}

    private static final JsonSchema NONE = new JsonSchema();

    private static final List<String> KINDS = List.of(
            "SPAN_KIND_UNSPECIFIED",
            "SPAN_KIND_INTERNAL",
            "SPAN_KIND_SERVER",
            "SPAN_KIND_CLIENT",
            "SPAN_KIND_PRODUCER",
            "SPAN_KIND_CONSUMER");
    private static final List<String> STATUS_CODES =
            List.of("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");
    private static final List<String> TEMPORALITIES = List.of(
            "AGGREGATION_TEMPORALITY_UNSPECIFIED",
            "AGGREGATION_TEMPORALITY_DELTA",
            "AGGREGATION_TEMPORALITY_CUMULATIVE");

    static final JsonSchema LOGS = logs();
    static final JsonSchema TRACES = traces();
    static final JsonSchema METRICS = metrics();

    private final Map<String, Field> fields = new HashMap<>();

    private JsonSchema() {}

    /// The field of a name in lowerCamelCase or as the protocol file has it; null if it is unknown.
    @Nullable
    Field field(String name) {
        return fields.get(name);
    }

    private JsonSchema add(String name, int number, Type type) {
        return put(name, new Field(number, type, NONE, List.of()));
    }

    private JsonSchema add(String name, int number, JsonSchema message) {
        return put(name, new Field(number, Type.MESSAGE, message, List.of()));
    }

    private JsonSchema add(String name, int number, List<String> enumNames) {
        return put(name, new Field(number, Type.ENUM, NONE, enumNames));
    }

    private JsonSchema put(String name, Field field) {
        fields.put(name, field);
        StringBuilder original = new StringBuilder();
        for (char c : name.toCharArray()) {
            if (Character.isUpperCase(c)) {
                original.append('_');
            }
            original.append(Character.toLowerCase(c));
        }
        fields.put(original.toString(), field);
        return this;
    }

    /// Fills the schema of `AnyValue` and returns that of the pairs that hold one.
    private static JsonSchema keyValue(JsonSchema value) {
        JsonSchema pair = new JsonSchema().add("key", 1, Type.STRING).add("value", 2, value);
        value.add("stringValue", 1, Type.STRING)
                .add("boolValue", 2, Type.BOOL)
                .add("intValue", 3, Type.VARINT)
                .add("doubleValue", 4, Type.DOUBLE)
                .add("arrayValue", 5, new JsonSchema().add("values", 1, value))
                .add("kvlistValue", 6, new JsonSchema().add("values", 1, pair))
                .add("bytesValue", 7, Type.BASE64);
        return pair;
    }

    /// The three levels that all signals have.
    private static JsonSchema request(String resources, String scopes, String items, JsonSchema pair, JsonSchema item) {
        JsonSchema resource = new JsonSchema().add("attributes", 1, pair);
        JsonSchema scope = new JsonSchema()
                .add("name", 1, Type.STRING)
                .add("version", 2, Type.STRING)
                .add("attributes", 3, pair);
        JsonSchema ofScope =
                new JsonSchema().add("scope", 1, scope).add(items, 2, item).add("schemaUrl", 3, Type.STRING);
        JsonSchema ofResource = new JsonSchema()
                .add("resource", 1, resource)
                .add(scopes, 2, ofScope)
                .add("schemaUrl", 3, Type.STRING);
        return new JsonSchema().add(resources, 1, ofResource);
    }

    private static JsonSchema logs() {
        JsonSchema value = new JsonSchema();
        JsonSchema pair = keyValue(value);
        List<String> severities = new ArrayList<>(List.of("SEVERITY_NUMBER_UNSPECIFIED"));
        for (String word : List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")) {
            for (String step : List.of("", "2", "3", "4")) {
                severities.add("SEVERITY_NUMBER_" + word + step);
            }
        }
        JsonSchema entry = new JsonSchema()
                .add("timeUnixNano", 1, Type.FIXED64)
                .add("severityNumber", 2, severities)
                .add("severityText", 3, Type.STRING)
                .add("body", 5, value)
                .add("attributes", 6, pair)
                .add("flags", 8, Type.FIXED32)
                .add("traceId", 9, Type.HEX)
                .add("spanId", 10, Type.HEX)
                .add("observedTimeUnixNano", 11, Type.FIXED64)
                .add("eventName", 12, Type.STRING);
        return request("resourceLogs", "scopeLogs", "logRecords", pair, entry);
    }

    private static JsonSchema traces() {
        JsonSchema pair = keyValue(new JsonSchema());
        JsonSchema event = new JsonSchema()
                .add("timeUnixNano", 1, Type.FIXED64)
                .add("name", 2, Type.STRING)
                .add("attributes", 3, pair);
        JsonSchema link = new JsonSchema()
                .add("traceId", 1, Type.HEX)
                .add("spanId", 2, Type.HEX)
                .add("traceState", 3, Type.STRING)
                .add("attributes", 4, pair);
        JsonSchema status = new JsonSchema().add("message", 2, Type.STRING).add("code", 3, STATUS_CODES);
        JsonSchema span = new JsonSchema()
                .add("traceId", 1, Type.HEX)
                .add("spanId", 2, Type.HEX)
                .add("traceState", 3, Type.STRING)
                .add("parentSpanId", 4, Type.HEX)
                .add("name", 5, Type.STRING)
                .add("kind", 6, KINDS)
                .add("startTimeUnixNano", 7, Type.FIXED64)
                .add("endTimeUnixNano", 8, Type.FIXED64)
                .add("attributes", 9, pair)
                .add("events", 11, event)
                .add("links", 13, link)
                .add("status", 15, status)
                .add("flags", 16, Type.FIXED32);
        return request("resourceSpans", "scopeSpans", "spans", pair, span);
    }

    private static JsonSchema metrics() {
        JsonSchema pair = keyValue(new JsonSchema());
        JsonSchema exemplar = new JsonSchema()
                .add("timeUnixNano", 2, Type.FIXED64)
                .add("asDouble", 3, Type.DOUBLE)
                .add("spanId", 4, Type.HEX)
                .add("traceId", 5, Type.HEX)
                .add("asInt", 6, Type.FIXED64)
                .add("filteredAttributes", 7, pair);
        JsonSchema number = new JsonSchema()
                .add("startTimeUnixNano", 2, Type.FIXED64)
                .add("timeUnixNano", 3, Type.FIXED64)
                .add("asDouble", 4, Type.DOUBLE)
                .add("exemplars", 5, exemplar)
                .add("asInt", 6, Type.FIXED64)
                .add("attributes", 7, pair)
                .add("flags", 8, Type.VARINT);
        JsonSchema metric = new JsonSchema()
                .add("name", 1, Type.STRING)
                .add("description", 2, Type.STRING)
                .add("unit", 3, Type.STRING)
                .add("gauge", 5, new JsonSchema().add("dataPoints", 1, number))
                .add("sum", 7, cumulative(number).add("isMonotonic", 3, Type.BOOL))
                .add("histogram", 9, cumulative(histogramPoint(pair, exemplar)))
                .add("exponentialHistogram", 10, cumulative(exponentialPoint(pair, exemplar)))
                .add("summary", 11, new JsonSchema().add("dataPoints", 1, summaryPoint(pair)));
        return request("resourceMetrics", "scopeMetrics", "metrics", pair, metric);
    }

    private static JsonSchema cumulative(JsonSchema point) {
        return new JsonSchema().add("dataPoints", 1, point).add("aggregationTemporality", 2, TEMPORALITIES);
    }

    private static JsonSchema histogramPoint(JsonSchema pair, JsonSchema exemplar) {
        return new JsonSchema()
                .add("startTimeUnixNano", 2, Type.FIXED64)
                .add("timeUnixNano", 3, Type.FIXED64)
                .add("count", 4, Type.FIXED64)
                .add("sum", 5, Type.DOUBLE)
                .add("bucketCounts", 6, Type.FIXED64)
                .add("explicitBounds", 7, Type.DOUBLE)
                .add("exemplars", 8, exemplar)
                .add("attributes", 9, pair)
                .add("flags", 10, Type.VARINT);
    }

    private static JsonSchema exponentialPoint(JsonSchema pair, JsonSchema exemplar) {
        JsonSchema buckets = new JsonSchema().add("offset", 1, Type.SINT32).add("bucketCounts", 2, Type.VARINT);
        return new JsonSchema()
                .add("attributes", 1, pair)
                .add("startTimeUnixNano", 2, Type.FIXED64)
                .add("timeUnixNano", 3, Type.FIXED64)
                .add("count", 4, Type.FIXED64)
                .add("sum", 5, Type.DOUBLE)
                .add("scale", 6, Type.SINT32)
                .add("zeroCount", 7, Type.FIXED64)
                .add("positive", 8, buckets)
                .add("negative", 9, buckets)
                .add("flags", 10, Type.VARINT)
                .add("exemplars", 11, exemplar)
                .add("zeroThreshold", 14, Type.DOUBLE);
    }

    private static JsonSchema summaryPoint(JsonSchema pair) {
        JsonSchema quantile = new JsonSchema().add("quantile", 1, Type.DOUBLE).add("value", 2, Type.DOUBLE);
        return new JsonSchema()
                .add("startTimeUnixNano", 2, Type.FIXED64)
                .add("timeUnixNano", 3, Type.FIXED64)
                .add("count", 4, Type.FIXED64)
                .add("sum", 5, Type.DOUBLE)
                .add("quantileValues", 6, quantile)
                .add("attributes", 7, pair)
                .add("flags", 8, Type.VARINT);
    }
}
