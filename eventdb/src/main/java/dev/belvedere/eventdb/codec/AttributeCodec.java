package dev.belvedere.eventdb.codec;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Attributes as bytes, with keys as references into a table of texts (frames) or spelt out (segments).
public final class AttributeCodec {

    public static final int TEXT = 0;
    public static final int BOOL = 1;
    public static final int INT = 2;
    public static final int REAL = 3;
    public static final int BYTES = 4;
    public static final int ARRAY = 5;
    public static final int MAP = 6;

    private static final int MAX_DEPTH = 64;

    private AttributeCodec() {}

    public static int type(AttributeValue value) {
        return switch (value) {
            case AttributeValue.Text t -> TEXT;
            case AttributeValue.Bool b -> BOOL;
            case AttributeValue.Int i -> INT;
            case AttributeValue.Real r -> REAL;
            case AttributeValue.Bytes b -> BYTES;
            case AttributeValue.Array a -> ARRAY;
            case AttributeValue.KeyValues kv -> MAP;
        };
    }

    /// @param keys null to spell the keys out
    public static void write(BytesWriter into, Attributes attributes, @Nullable TextTable keys) {
        write(into, attributes, keys, 0);
    }

    private static void write(BytesWriter into, Attributes attributes, @Nullable TextTable keys, int depth) {
        into.putVarint(attributes.size());
        for (int i = 0; i < attributes.size(); i++) {
            if (keys == null) {
                into.putText(attributes.key(i));
            } else {
                into.putVarint(keys.index(attributes.key(i)));
            }
            into.putByte(type(attributes.value(i)));
            writeValue(into, attributes.value(i), keys, depth);
        }
    }

    /// Writes a value without its type.
    public static void writeValue(BytesWriter into, AttributeValue value, @Nullable TextTable keys, int depth) {
        if (depth > MAX_DEPTH) {
            throw new OperationException(
                    "attribute_too_deep", Fault.USER, "an attribute value nests more than " + MAX_DEPTH + " deep");
        }
        switch (value) {
            case AttributeValue.Text t -> into.putText(t.value());
            case AttributeValue.Bool b -> into.putByte(b.value() ? 1 : 0);
            case AttributeValue.Int i -> into.putZigzag(i.value());
            case AttributeValue.Real r -> into.putLong(Double.doubleToRawLongBits(r.value()));
            case AttributeValue.Bytes b -> into.putBytes(b.value());
            case AttributeValue.Array a -> {
                into.putVarint(a.values().size());
                for (AttributeValue element : a.values()) {
                    into.putByte(type(element));
                    writeValue(into, element, keys, depth + 1);
                }
            }
            case AttributeValue.KeyValues kv -> write(into, kv.attributes(), keys, depth + 1);
        }
    }

    /// @param texts null where keys are spelt out
    public static Attributes read(BytesReader from, String @Nullable [] texts) {
        return read(from, texts, 0);
    }

    private static Attributes read(BytesReader from, String @Nullable [] texts, int depth) {
        int count = from.getCount(2);
        if (count == 0) {
            return Attributes.EMPTY;
        }
        Attributes.Builder builder = Attributes.builder();
        for (int i = 0; i < count; i++) {
            String key = texts == null ? from.getText() : texts[from.getIndex(texts.length)];
            builder.put(key, readValue(from, from.getByte(), texts, depth));
        }
        return builder.build();
    }

    public static AttributeValue readValue(BytesReader from, int type, String @Nullable [] texts, int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedBytesException("attribute values nest more than " + MAX_DEPTH + " deep");
        }
        return switch (type) {
            case TEXT -> new AttributeValue.Text(from.getText());
            case BOOL -> new AttributeValue.Bool(from.getByte() != 0);
            case INT -> new AttributeValue.Int(from.getZigzag());
            case REAL -> new AttributeValue.Real(Double.longBitsToDouble(from.getLong()));
            case BYTES -> new AttributeValue.Bytes(from.getBytes());
            case ARRAY -> {
                int count = from.getCount(2);
                List<AttributeValue> values = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    values.add(readValue(from, from.getByte(), texts, depth + 1));
                }
                yield new AttributeValue.Array(values);
            }
            case MAP -> new AttributeValue.KeyValues(read(from, texts, depth + 1));
            default -> throw new MalformedBytesException("attribute type " + type + " is not known");
        };
    }
}
