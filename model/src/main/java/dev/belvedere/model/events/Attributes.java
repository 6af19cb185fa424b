package dev.belvedere.model.events;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Immutable key-value pairs in the order in which they came; no key twice.
public final class Attributes {

    public static final Attributes EMPTY = new Attributes(new String[0], new AttributeValue[0]);

    private final String[] keys;
    private final AttributeValue[] values;

    private Attributes(String[] keys, AttributeValue[] values) {
        this.keys = keys;
        this.values = values;
    }

    /// @param keysAndValues key, value, key, value, ...
    public static Attributes of(String... keysAndValues) {
        Builder builder = new Builder();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            builder.put(keysAndValues[i], AttributeValue.of(keysAndValues[i + 1]));
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public int size() {
        return keys.length;
    }

    public boolean isEmpty() {
        return keys.length == 0;
    }

    public String key(int index) {
        return keys[index];
    }

    public AttributeValue value(int index) {
        return values[index];
    }

    public Optional<AttributeValue> get(String key) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return Optional.of(values[i]);
            }
        }
        return Optional.empty();
    }

    /// The value as text, `""` where the key is absent.
    public String text(String key) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return values[i].toString();
            }
        }
        return "";
    }

    public void forEach(BiConsumer<String, AttributeValue> action) {
        for (int i = 0; i < keys.length; i++) {
            action.accept(keys[i], values[i]);
        }
    }

    public Builder toBuilder() {
        Builder builder = new Builder();
        forEach(builder::put);
        return builder;
    }

    /// Equal if the same keys have the same values, in whatever order.
    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && toMap().equals(that.toMap());
    }

    @Override
    public int hashCode() {
        return toMap().hashCode();
    }

    private Map<String, AttributeValue> toMap() {
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        forEach(map::put);
        return map;
    }

    @Override
    public String toString() {
        return AttributeText.json(new AttributeValue.KeyValues(this));
    }

    /// Collects pairs; a later value for a key replaces an earlier one in its place.
    public static final class Builder {

        private final List<String> keys = new ArrayList<>();
        private final List<AttributeValue> values = new ArrayList<>();

        private Builder() {}

        public Builder put(String key, AttributeValue value) {
            int at = keys.indexOf(key);
            if (at >= 0) {
                values.set(at, value);
            } else {
                keys.add(key);
                values.add(value);
            }
            return this;
        }

        public Builder put(String key, String value) {
            return put(key, AttributeValue.of(value));
        }

        public Attributes build() {
            return keys.isEmpty()
                    ? EMPTY
                    : new Attributes(keys.toArray(String[]::new), values.toArray(AttributeValue[]::new));
        }
    }
}
