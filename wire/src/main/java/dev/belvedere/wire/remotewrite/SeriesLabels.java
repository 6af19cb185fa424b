package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.model.metrics.TypeAndUnit;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.util.Arrays;

/// The labels of a series as they lie in a request: ranges of its bytes, not checked yet.
public final class SeriesLabels {

    static final byte VALUE_TAG = 2 << 3 | ProtobufReader.BYTES;

    /// How many labels are looked at before their number is judged by the limit that the user sets.
    private static final int MAX_COUNT = 1 << 14;

    private byte[] buffer = new byte[0];

    /// Start and end of the name, start and end of the value, of one label after the other.
    private int[] ranges = new int[4 * 16];

    private int count;

    /// What becomes labels besides those of the request and in place of two of them, if it tells anything.
    private MetricType type = MetricType.UNKNOWN;

    private int unitStart;
    private int unitEnd;

    private final SeriesKey key = new SeriesKey();
    private boolean hasKey;

    /// Why the labels cannot be told; `""` if they can.
    private String problem = "";

    void reset(byte[] bytes) {
        buffer = bytes;
        count = 0;
        hasKey = false;
        problem = "";
        setTypeAndUnit(MetricType.UNKNOWN, 0, 0);
    }

    /// Makes these, where they tell anything, the only labels `__type__` and `__unit__`. The key must stand for them
    /// too.
    ///
    /// @param start of the unit's bytes
    void setTypeAndUnit(MetricType newType, int start, int end) {
        type = newType;
        unitStart = start;
        unitEnd = end;
    }

    /// Says why the labels cannot be told from the request.
    void setProblem(String found) {
        problem = found;
    }

    boolean isReadable() {
        return problem.isEmpty();
    }

    private boolean hasTypeAndUnit() {
        return type != MetricType.UNKNOWN || unitEnd > unitStart;
    }

    void setKey(SeriesKey known) {
        key.set(known);
        hasKey = true;
    }

    /// The key of these labels; of their bytes, where the decoder found no cheaper one.
    public SeriesKey key() {
        if (!hasKey) {
            SeriesKey name = new SeriesKey();
            SeriesKey value = new SeriesKey();
            key.clear();
            for (int i = 0; i < 4 * count; i += 4) {
                name.setBytes(buffer, ranges[i], ranges[i + 1]);
                value.setBytes(buffer, ranges[i + 2], ranges[i + 3]);
                key.add(name.high(), name.low(), value.high(), value.low());
            }
            hasKey = true;
        }
        return key;
    }

    void add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        int at = 4 * count;
        if (at == ranges.length) {
            if (count >= MAX_COUNT) {
                throw new WireFormatException(nameStart, "a series of more than " + MAX_COUNT + " labels");
            }
            ranges = Arrays.copyOf(ranges, Math.max(16, 2 * at));
        }
        ranges[at] = nameStart;
        ranges[at + 1] = nameEnd;
        ranges[at + 2] = valueStart;
        ranges[at + 3] = valueEnd;
        count++;
    }

    /// How many labels the request names, in whatever order and however wrong.
    public int count() {
        return count;
    }

    private int nameStart(int label) {
        return ranges[4 * label];
    }

    private int nameLength(int label) {
        return ranges[4 * label + 1] - ranges[4 * label];
    }

    private int valueStart(int label) {
        return ranges[4 * label + 2];
    }

    private int valueLength(int label) {
        return ranges[4 * label + 3] - ranges[4 * label + 2];
    }

    /// The labels checked and in order, or what is wrong with them.
    public sealed interface Parsed {
        record Valid(Labels labels) implements Parsed {}

        record Invalid(String problem) implements Parsed {}

        /// More or longer than what the user allows.
        record BeyondLimit(String problem) implements Parsed {}
    }

    /// Checks as Prometheus does: a metric name, valid UTF-8, no name twice; empty values are dropped, order does
    /// not matter.
    public Parsed parse(IngestLimits limits) {
        Parsed parsed = parseAny(limits);
        return parsed instanceof Parsed.Valid valid && !valid.labels().has(Labels.METRIC_NAME)
                ? new Parsed.Invalid("the series " + valid.labels() + " has no metric name")
                : parsed;
    }

    private Parsed parseAny(IngestLimits limits) {
        if (!problem.isEmpty()) {
            return new Parsed.Invalid(problem);
        }
        if (count > limits.maxLabels()) {
            return new Parsed.BeyondLimit(
                    "a series has " + count + " labels, the limit ingest.maxLabels is " + limits.maxLabels());
        }
        Labels.Builder builder = new Labels.Builder();
        boolean hasEmpty = false;
        for (int i = 0; i < count; i++) {
            String beyond = lengthProblem(i, limits);
            if (!beyond.isEmpty()) {
                return new Parsed.BeyondLimit(beyond);
            }
            String name;
            String value;
            try {
                name = ProtobufReader.utf8(buffer, nameStart(i), nameLength(i));
                value = ProtobufReader.utf8(buffer, valueStart(i), valueLength(i));
            } catch (WireFormatException e) {
                return new Parsed.Invalid("a label of the series " + builder.build() + " is not valid UTF-8");
            }
            if (name.isEmpty()) {
                return new Parsed.Invalid("a label of the series " + builder.build() + " has no name");
            }
            if (hasTypeAndUnit() && isTypeOrUnit(name)) {
                continue;
            }
            hasEmpty |= value.isEmpty();
            if (!builder.get(name).isEmpty() || hasEmpty && isRepeated(i)) {
                return new Parsed.Invalid(
                        "the series " + builder.build() + " has the label name \"" + name + "\" twice");
            }
            builder.set(name, value);
        }
        return hasTypeAndUnit() ? withTypeAndUnit(builder, limits) : new Parsed.Valid(builder.build());
    }

    /// Whether a label before this one has its name.
    private boolean isRepeated(int label) {
        int end = nameStart(label) + nameLength(label);
        for (int i = 0; i < label; i++) {
            int otherEnd = nameStart(i) + nameLength(i);
            if (Arrays.equals(buffer, nameStart(label), end, buffer, nameStart(i), otherEnd)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTypeOrUnit(String name) {
        return name.equals(TypeAndUnit.TYPE_LABEL) || name.equals(TypeAndUnit.UNIT_LABEL);
    }

    private Parsed withTypeAndUnit(Labels.Builder builder, IngestLimits limits) {
        int length = unitEnd - unitStart;
        if (length > limits.maxLabelValueBytes()) {
            return new Parsed.BeyondLimit("the unit of the series " + builder.build() + " has " + length
                    + " bytes, the limit ingest.maxLabelValueBytes is " + limits.maxLabelValueBytes());
        }
        try {
            TypeAndUnit told = new TypeAndUnit(type, ProtobufReader.utf8(buffer, unitStart, length));
            return new Parsed.Valid(told.setOn(builder).build());
        } catch (WireFormatException e) {
            return new Parsed.Invalid("the unit of the series " + builder.build() + " is not valid UTF-8");
        }
    }

    /// Gives the exemplar that has these labels, or says that they are wrong or too long.
    void giveExemplar(RemoteWriteSink sink, IngestLimits limits, double value, long timestampMillis) {
        if (!problem.isEmpty()) {
            sink.unreadableExemplar(problem);
            return;
        }
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += nameLength(i) + valueLength(i);
        }
        if (bytes > 4 * Exemplar.MAX_LABEL_CHARACTERS) {
            sink.invalidExemplar();
            return;
        }
        if (parseAny(limits) instanceof Parsed.Valid(Labels labels)
                && characters(labels) <= Exemplar.MAX_LABEL_CHARACTERS) {
            long timestamp = timestampMillis == 0 ? Exemplar.NO_TIMESTAMP : timestampMillis;
            sink.exemplar(new Exemplar(labels, SampleValues.canonical(value), timestamp));
        } else {
            sink.invalidExemplar();
        }
    }

    private static int characters(Labels labels) {
        int sum = 0;
        for (int i = 0; i < labels.size(); i++) {
            String name = labels.name(i);
            String value = labels.value(i);
            sum += name.codePointCount(0, name.length()) + value.codePointCount(0, value.length());
        }
        return sum;
    }

    private String lengthProblem(int label, IngestLimits limits) {
        if (nameLength(label) > limits.maxLabelNameBytes()) {
            return "a label name has " + nameLength(label) + " bytes, the limit ingest.maxLabelNameBytes is "
                    + limits.maxLabelNameBytes();
        }
        if (valueLength(label) > limits.maxLabelValueBytes()) {
            return "a label value has " + valueLength(label) + " bytes, the limit ingest.maxLabelValueBytes is "
                    + limits.maxLabelValueBytes();
        }
        return "";
    }
}
