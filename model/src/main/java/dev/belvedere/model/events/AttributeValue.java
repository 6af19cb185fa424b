package dev.belvedere.model.events;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A typed value of an attribute: OpenTelemetry's `AnyValue`.
public sealed interface AttributeValue {

    AttributeValue EMPTY = new Text("");

    record Text(String value) implements AttributeValue {
        @Override
        public String toString() {
            return value;
        }
    }

    record Bool(boolean value) implements AttributeValue {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    record Int(long value) implements AttributeValue {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    record Real(double value) implements AttributeValue {
        @Override
        public String toString() {
            return value == Math.rint(value) && Math.abs(value) < 1e15
                    ? Long.toString((long) value)
                    : Double.toString(value);
        }
    }

    /// Opaque bytes; the array is never changed after construction.
    record Bytes(byte[] value) implements AttributeValue {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return Base64.getEncoder().encodeToString(value);
        }
    }

    record Array(List<AttributeValue> values) implements AttributeValue {
        public Array {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return AttributeText.json(this);
        }
    }

    record KeyValues(Attributes attributes) implements AttributeValue {
        @Override
        public String toString() {
            return AttributeText.json(this);
        }
    }

    static AttributeValue of(String value) {
        return new Text(value);
    }

    static AttributeValue of(long value) {
        return new Int(value);
    }

    static AttributeValue of(double value) {
        return new Real(value);
    }

    static AttributeValue of(boolean value) {
        return new Bool(value);
    }
}
