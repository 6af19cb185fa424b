package dev.belvedere.wire.remoteread;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.LongColumn;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.util.ArrayList;
import java.util.List;

/// What a remote read asks for. Of its hints only the range of time is kept, which may be narrower than that of the
/// query; step, function and grouping allow nothing that would change an answer.
///
/// @param accepted the numbers of the forms the client takes, its favourite first; empty for [ResponseForm#SAMPLES]
public record ReadRequest(List<Query> queries, List<Long> accepted) {

    /// More than a client ever asks at once: Prometheus asks one.
    private static final int MAX_QUERIES = 1000;

    private static final int MAX_MATCHERS = 1000;
    private static final LabelMatcher.Type[] TYPES = LabelMatcher.Type.values();

    /// One selector over a range of time, both ends inclusive.
    public record Query(long startMillis, long endMillis, List<LabelMatcher> matchers) {

        public Query {
            matchers = List.copyOf(matchers);
        }
    }

    public ReadRequest {
        queries = List.copyOf(queries);
        accepted = List.copyOf(accepted);
    }

    /// @throws WireFormatException if the bytes are no such message
    /// @throws InvalidRegexException if a matcher's expression is none
    public static ReadRequest decode(byte[] body, int length) {
        ProtobufReader reader = new ProtobufReader().reset(body, 0, length);
        List<Query> queries = new ArrayList<>();
        LongColumn accepted = new LongColumn();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> {
                    if (queries.size() == MAX_QUERIES) {
                        throw new WireFormatException(reader.position(), "more than " + MAX_QUERIES + " queries");
                    }
                    queries.add(query(reader));
                }
                case 2 -> reader.addVarints(accepted);
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        List<Long> forms = new ArrayList<>();
        for (int i = 0; i < accepted.size(); i++) {
            forms.add(accepted.get(i));
        }
        return new ReadRequest(queries, forms);
    }

    private static Query query(ProtobufReader reader) {
        long start = 0;
        long end = 0;
        TimeRange hinted = TimeRange.ALWAYS;
        List<LabelMatcher> matchers = new ArrayList<>();
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> start = reader.int64();
                case 2 -> end = reader.int64();
                case 3 -> {
                    if (matchers.size() == MAX_MATCHERS) {
                        throw new WireFormatException(reader.position(), "more than " + MAX_MATCHERS + " matchers");
                    }
                    matchers.add(matcher(reader));
                }
                case 4 -> hinted = hintedRange(reader);
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
        return new Query(Math.max(start, hinted.startMillis()), Math.min(end, hinted.endMillis()), matchers);
    }

    /// @return all of time if the hints do not say
    private static TimeRange hintedRange(ProtobufReader reader) {
        long start = 0;
        long end = 0;
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 3 -> start = reader.int64();
                case 4 -> end = reader.int64();
                default -> {
                    // Other hints are skipped.
                }
            }
        }
        reader.leave();
        return start == 0 && end == 0 || end < start ? TimeRange.ALWAYS : new TimeRange(start, end);
    }

    private static LabelMatcher matcher(ProtobufReader reader) {
        long type = 0;
        String name = "";
        String value = "";
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.int64();
                case 2 -> name = reader.string();
                case 3 -> value = reader.string();
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
        if (type < 0 || type >= TYPES.length) {
            throw new WireFormatException(reader.position(), "invalid matcher type " + type);
        }
        return LabelMatcher.of(TYPES[(int) type], name, value);
    }
}
