package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads the messages that all three signals share, of one request.
final class OtlpReader {

    final ProtobufReader in;
    private final IngestLimits limits;
    private int recordCount;
    private int valueCount;

    OtlpReader(byte[] body, int length, IngestLimits limits) {
        this.in = new ProtobufReader().reset(body, 0, length);
        this.limits = limits;
    }

    /// Counts a log record, span or data point.
    ///
    /// @throws BodyTooLargeException if the request has too many
    void countRecord() {
        if (++recordCount > limits.maxRecords()) {
            throw BodyTooLargeException.records(limits.maxRecords());
        }
    }

    /// Collects the attributes of one thing and notices when they are too many.
    final class AttributeCollector {

        private Attributes.Builder builder = Attributes.builder();
        private int count;

        void clear() {
            builder = Attributes.builder();
            count = 0;
        }

        /// Reads the pair in the current field.
        void read() {
            String key = "";
            AttributeValue value = AttributeValue.EMPTY;
            in.enter();
            while (in.next()) {
                if (in.field() == 1) {
                    key = in.anyText();
                } else if (in.field() == 2) {
                    value = value();
                }
            }
            in.leave();
            if (++count <= limits.maxAttributes()) {
                builder.put(key, value);
            }
        }

        void put(String key, String value) {
            builder.put(key, value);
        }

        boolean isTooMany() {
            return count > limits.maxAttributes();
        }

        Attributes build() {
            return builder.build();
        }
    }

    String tooManyAttributes(String what) {
        return what + " has more than " + limits.maxAttributes() + " attributes, the limit ingest.maxAttributes";
    }

    int valueCount() {
        return valueCount;
    }

    /// Counts values of attributes, which need not be read if they were before.
    ///
    /// @throws BodyTooLargeException if the request has too many
    void countValues(int count) {
        valueCount += count;
        if (valueCount > limits.maxAttributeValues()) {
            throw new BodyTooLargeException(
                    "the request has too many attribute values",
                    "ingest.maxAttributeValues",
                    limits.maxAttributeValues());
        }
    }

    /// Reads the `AnyValue` in the current field.
    AttributeValue value() {
        countValues(1);
        AttributeValue value = AttributeValue.EMPTY;
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> value = AttributeValue.of(in.anyText());
                case 2 -> value = AttributeValue.of(in.bool());
                case 3 -> value = AttributeValue.of(in.int64());
                case 4 -> value = AttributeValue.of(in.float64());
                case 5 -> value = array();
                case 6 -> value = keyValues();
                case 7 -> value = new AttributeValue.Bytes(in.bytes());
                default -> {
                    // A kind of value that is newer than this.
                }
            }
        }
        in.leave();
        return value;
    }

    private AttributeValue array() {
        List<AttributeValue> values = new ArrayList<>();
        in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                values.add(value());
            }
        }
        in.leave();
        return new AttributeValue.Array(values);
    }

    private AttributeValue keyValues() {
        AttributeCollector pairs = new AttributeCollector();
        in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                pairs.read();
            }
        }
        in.leave();
        return new AttributeValue.KeyValues(pairs.build());
    }

    /// Reads the attributes of the `Resource` in the current field; further ones than the limit are left out.
    Attributes resource() {
        AttributeCollector attributes = new AttributeCollector();
        in.enter();
        while (in.next()) {
            if (in.field() == 1) {
                attributes.read();
            }
        }
        in.leave();
        return attributes.build();
    }

    /// Reads the `InstrumentationScope` in the current field.
    Scope scope() {
        String name = "";
        String version = "";
        AttributeCollector attributes = new AttributeCollector();
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.anyText();
                case 2 -> version = in.anyText();
                case 3 -> attributes.read();
                default -> {
                    // How many attributes were dropped before they came here.
                }
            }
        }
        in.leave();
        return name.isEmpty() && version.isEmpty() && attributes.count == 0
                ? Scope.EMPTY
                : new Scope(name, version, attributes.build());
    }

    /// Reads an id in the current field; [TraceId#NONE] if it is not 16 bytes.
    TraceId traceId() {
        in.skipBytes();
        int start = in.valueStart();
        return in.position() - start == 16 ? new TraceId(bigEndian(start), bigEndian(start + 8)) : TraceId.NONE;
    }

    /// Reads an id in the current field; [SpanId#NONE] if it is not 8 bytes.
    SpanId spanId() {
        in.skipBytes();
        int start = in.valueStart();
        return in.position() - start == 8 ? new SpanId(bigEndian(start)) : SpanId.NONE;
    }

    private long bigEndian(int start) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | in.buffer()[start + i] & 0xff;
        }
        return value;
    }

    /// What a signal makes of the levels its records stand in.
    ///
    /// @param record called when a record is in the current field
    record Levels(Consumer<Attributes> resource, Consumer<Scope> scope, Runnable record) {}

    /// Reads a request of log records or spans, which stand in scopes of resources.
    void readLevels(Levels levels) {
        while (in.next()) {
            if (in.field() == 1) {
                in.enter();
                readResource(levels);
                in.leave();
            }
        }
    }

    private void readResource(Levels levels) {
        levels.resource().accept(Attributes.EMPTY);
        inTwoPasses(
                () -> {
                    if (in.field() == 1) {
                        levels.resource().accept(resource());
                    }
                },
                () -> {
                    if (in.field() == 2) {
                        in.enter();
                        readScope(levels);
                        in.leave();
                    }
                });
    }

    private void readScope(Levels levels) {
        levels.scope().accept(Scope.EMPTY);
        inTwoPasses(
                () -> {
                    if (in.field() == 1) {
                        levels.scope().accept(scope());
                    }
                },
                () -> {
                    if (in.field() == 2) {
                        levels.record().run();
                    }
                });
    }

    /// Runs over the message in hand twice: `header` sees fields that are needed before the others, whose order the
    /// protocol leaves open, then `body` sees all fields.
    void inTwoPasses(Runnable header, Runnable body) {
        int start = in.position();
        while (in.next()) {
            header.run();
        }
        in.seek(start);
        while (in.next()) {
            body.run();
        }
    }
}
