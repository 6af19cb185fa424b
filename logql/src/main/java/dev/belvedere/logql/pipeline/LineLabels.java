package dev.belvedere.logql.pipeline;

import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/// The labels of the line in hand: its stream's, and over them what its structured metadata and the parsers add or
/// take away. Reused from line to line; used by one thread.
public final class LineLabels {

    /// Where a label came from, as Loki's clients may ask.
    public enum Origin {
        STREAM,
        STRUCTURED_METADATA,
        PARSED
    }

    public static final String ERROR = "__error__";
    public static final String ERROR_DETAILS = "__error_details__";

    private Labels stream = Labels.EMPTY;
    private final List<String> names = new ArrayList<>();

    /// `""` where a label was taken away.
    private final List<String> values = new ArrayList<>();
    private final List<Origin> origins = new ArrayList<>();

    void reset(Labels newStream) {
        stream = newStream;
        names.clear();
        values.clear();
        origins.clear();
    }

    /// The value, `""` where there is none.
    public String get(String name) {
        int at = names.indexOf(name);
        return at >= 0 ? values.get(at) : stream.get(name);
    }

    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    boolean isStreamLabel(String name) {
        return stream.has(name);
    }

    void set(String name, String value, Origin origin) {
        int at = names.indexOf(name);
        if (at >= 0) {
            values.set(at, value);
            origins.set(at, origin);
        } else {
            names.add(name);
            values.add(value);
            origins.add(origin);
        }
    }

    void remove(String name) {
        if (has(name)) {
            set(name, "", names.contains(name) ? origins.get(names.indexOf(name)) : Origin.STREAM);
        }
    }

    void setError(String kind, String details) {
        set(ERROR, kind, Origin.PARSED);
        set(ERROR_DETAILS, details, Origin.PARSED);
    }

    public boolean hasError() {
        return has(ERROR);
    }

    /// All names that have a value.
    List<String> presentNames() {
        List<String> present = new ArrayList<>();
        stream.forEach((name, value) -> {
            if (!names.contains(name)) {
                present.add(name);
            }
        });
        for (int i = 0; i < names.size(); i++) {
            if (!values.get(i).isEmpty()) {
                present.add(names.get(i));
            }
        }
        return present;
    }

    /// All labels together.
    public Labels all() {
        if (names.isEmpty()) {
            return stream;
        }
        Labels.Builder builder = stream.toBuilder();
        for (int i = 0; i < names.size(); i++) {
            builder.set(names.get(i), values.get(i));
        }
        return builder.build();
    }

    /// The labels of one origin.
    public Labels of(Origin origin) {
        Labels.Builder builder = origin == Origin.STREAM ? stream.toBuilder() : new Labels.Builder();
        for (int i = 0; i < names.size(); i++) {
            if (origins.get(i) == origin) {
                builder.set(names.get(i), values.get(i));
            } else if (origin == Origin.STREAM && values.get(i).isEmpty()) {
                builder.remove(names.get(i));
            }
        }
        return builder.build();
    }
}
