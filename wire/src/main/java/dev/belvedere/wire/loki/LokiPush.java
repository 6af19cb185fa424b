package dev.belvedere.wire.loki;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.json.JsonBodies;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.io.IOException;
import java.util.List;

/// Decodes Loki's push request, protobuf or JSON.
public final class LokiPush {

    /// @param records those that can be kept
    /// @param rejections those that cannot
    public record Decoded(List<LogRecord> records, Rejections rejections) {}

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final EntryCollector entries;
    private final IngestLimits limits;

    private LokiPush(IngestLimits limits, long nowNanos) {
        this.limits = limits;
        this.entries = new EntryCollector(limits, nowNanos);
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @param nowNanos the measure of records that lie in the future
    /// @throws WireFormatException if it is no such message
    public static Decoded decodeProtobuf(byte[] body, int length, IngestLimits limits, long nowNanos) {
        LokiPush push = new LokiPush(limits, nowNanos);
        ProtobufReader in = new ProtobufReader().reset(body, 0, length);
        while (in.next()) {
            if (in.field() == 1) {
                in.enter();
                push.readStream(in);
                in.leave();
            }
        }
        return push.entries.decoded();
    }

    private void readStream(ProtobufReader in) {
        int start = in.position();
        String text = "";
        while (in.next()) {
            if (in.field() == 1) {
                text = in.string();
            }
        }
        try {
            entries.beginStream(StreamLabels.parse(text, limits));
        } catch (StreamLabels.InvalidException e) {
            entries.beginInvalidStream("the stream " + text + " is wrong: " + e.getMessage());
        }
        in.seek(start);
        while (in.next()) {
            if (in.field() == 2) {
                readEntry(in);
            }
        }
    }

    private void readEntry(ProtobufReader in) {
        entries.beginEntry();
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> entries.setTimestamp(timestamp(in));
                case 2 -> entries.setLine(in.anyText());
                case 3 -> readPair(in);
                default -> {
                    // What Loki's own parts tell each other.
                }
            }
        }
        in.leave();
        entries.endEntry();
    }

    private static long timestamp(ProtobufReader in) {
        long seconds = 0;
        long nanos = 0;
        in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                seconds = in.int64();
            } else if (in.field() == 2) {
                nanos = in.int64();
            }
        }
        in.leave();
        boolean isWithin =
                Math.abs(seconds) < Long.MAX_VALUE / NANOS_PER_SECOND - 1 && Math.abs(nanos) < NANOS_PER_SECOND;
        return isWithin ? seconds * NANOS_PER_SECOND + nanos : Long.MAX_VALUE;
    }

    private void readPair(ProtobufReader in) {
        String name = "";
        String value = "";
        in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                name = in.anyText();
            } else if (in.field() == 2) {
                value = in.anyText();
            }
        }
        in.leave();
        entries.addMetadata(name, value);
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @param nowNanos the measure of records that lie in the future
    /// @throws WireFormatException if it is no JSON or not of the form
    ///     `{"streams":[{"stream":{..},"values":[["<nanoseconds>","<line>",{..}]]}]}`
    public static Decoded decodeJson(byte[] body, int length, IngestLimits limits, long nowNanos) {
        LokiPush push = new LokiPush(limits, nowNanos);
        JsonBodies.read(body, length, json -> {
            JsonBodies.expect(json, JsonToken.START_OBJECT, "the body");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isStreams = json.currentName().equals("streams");
                json.nextToken();
                if (isStreams) {
                    push.readStreams(json);
                } else {
                    json.skipChildren();
                }
            }
        });
        return push.entries.decoded();
    }

    private void readStreams(JsonParser json) throws IOException {
        JsonBodies.expect(json, JsonToken.START_ARRAY, "streams");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            JsonBodies.expect(json, JsonToken.START_OBJECT, "a stream");
            boolean hasLabels = false;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("stream")) {
                    readLabels(json);
                    hasLabels = true;
                } else if (name.equals("values")) {
                    if (!hasLabels) {
                        throw JsonBodies.broken(json, "a stream's labels (\"stream\") must come before its \"values\"");
                    }
                    readValues(json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void readLabels(JsonParser json) throws IOException {
        JsonBodies.expect(json, JsonToken.START_OBJECT, "stream");
        Labels.Builder labels = new Labels.Builder();
        String problem = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            JsonBodies.expect(json, JsonToken.VALUE_STRING, "the label " + name);
            try {
                StreamLabels.add(labels, name, json.getText());
            } catch (StreamLabels.InvalidException e) {
                problem = e.getMessage();
            }
        }
        try {
            if (problem.isEmpty()) {
                entries.beginStream(StreamLabels.checked(labels, limits));
            }
        } catch (StreamLabels.InvalidException e) {
            problem = e.getMessage();
        }
        if (!problem.isEmpty()) {
            entries.beginInvalidStream("the stream " + labels.build() + " is wrong: " + problem);
        }
    }

    private void readValues(JsonParser json) throws IOException {
        JsonBodies.expect(json, JsonToken.START_ARRAY, "values");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            JsonBodies.expect(json, JsonToken.START_ARRAY, "a value");
            entries.beginEntry();
            json.nextToken();
            JsonBodies.expect(json, JsonToken.VALUE_STRING, "a value's time");
            entries.setTimestamp(nanoseconds(json));
            json.nextToken();
            JsonBodies.expect(json, JsonToken.VALUE_STRING, "a value's line");
            entries.setLine(json.getText());
            if (json.nextToken() == JsonToken.START_OBJECT) {
                readMetadata(json);
                json.nextToken();
            }
            JsonBodies.expect(json, JsonToken.END_ARRAY, "what follows a value's line");
            entries.endEntry();
        }
    }

    private static long nanoseconds(JsonParser json) throws IOException {
        try {
            return Long.parseLong(json.getText());
        } catch (NumberFormatException e) {
            throw JsonBodies.broken(
                    json, "a value's time must be nanoseconds since 1970 in a string, not \"" + json.getText() + "\"");
        }
    }

    private void readMetadata(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            JsonBodies.expect(json, JsonToken.VALUE_STRING, "the structured metadata " + name);
            entries.addMetadata(name, json.getText());
        }
    }
}
