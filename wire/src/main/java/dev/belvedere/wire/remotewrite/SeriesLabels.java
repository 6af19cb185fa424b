package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// The labels of a series as they lie in a request: ranges of its bytes, not checked yet.
///
/// A receiver looks up what it knows of the series by [#hash] and [#equalsPair] and pays for strings only where it
/// knows nothing.
public final class SeriesLabels {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final byte VALUE_TAG = 2 << 3 | ProtobufReader.BYTES;

    private static final long PRIME_A = 0xff51afd7ed558ccdL;
    private static final long PRIME_B = 0xc4ceb9fe1a85ec53L;

    /// How many labels are looked at before their number is judged by the limit that the user sets.
    private static final int MAX_COUNT = 1 << 14;

    private byte[] buffer = new byte[0];

    /// Start and end of the name, start and end of the value, of one label after the other.
    private int[] ranges = new int[4 * 16];

    private int count;

    /// 0 where it was not needed yet.
    private long hash;

    private SymbolMemo memo = SymbolMemo.NONE;

    void reset(byte[] bytes) {
        buffer = bytes;
        count = 0;
        hash = 0;
    }

    void useMemo(SymbolMemo symbols) {
        memo = symbols;
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

    /// Makes these the one label that lies in `bytes` as [#writePair] wrote it.
    public void setPair(byte[] bytes, int start, int nameLength, int valueLength) {
        reset(bytes);
        int valueStart = start + nameLength + 2;
        add(start, start + nameLength, valueStart, valueStart + valueLength);
    }

    /// A copy of the ranges and the hash; the bytes are shared.
    public SeriesLabels copy() {
        SeriesLabels copy = new SeriesLabels();
        copy.buffer = buffer;
        copy.ranges = Arrays.copyOf(ranges, 4 * count);
        copy.count = count;
        copy.hash = hash();
        return copy;
    }

    /// A hash of names and values in their order, well mixed: different labels practically never share one.
    public long hash() {
        if (hash == 0) {
            long h = count;
            for (int i = 0; i < 4 * count; i += 2) {
                h = h * PRIME_B + hash(buffer, ranges[i], ranges[i + 1] - ranges[i]);
            }
            hash = mix(h) | 1;
        }
        return hash;
    }

    /// How many labels the request names, in whatever order and however wrong.
    public int count() {
        return count;
    }

    public byte[] buffer() {
        return buffer;
    }

    public int nameStart(int label) {
        return ranges[4 * label];
    }

    public int nameLength(int label) {
        return ranges[4 * label + 1] - ranges[4 * label];
    }

    public int valueStart(int label) {
        return ranges[4 * label + 2];
    }

    public int valueLength(int label) {
        return ranges[4 * label + 3] - ranges[4 * label + 2];
    }

    /// Whether a label is that pair of a table. Says so without looking at bytes if it looked before in this request.
    ///
    /// @param pair the pair's number in its table; all pairs asked for during one request are of one table
    /// @param bytes where the pair lies as [#writePair] wrote it
    public boolean equalsPair(int label, int pair, byte[] bytes, int start, int nameLength, int valueLength) {
        return memo.isKnown(label, pair)
                || equalsPair(label, bytes, start, nameLength, valueLength) && memo.remember(label, pair);
    }

    private boolean equalsPair(int label, byte[] bytes, int start, int nameLength, int valueLength) {
        int at = 4 * label;
        int nameStart = ranges[at];
        int nameEnd = ranges[at + 1];
        int valueStart = ranges[at + 2];
        if (nameEnd - nameStart != nameLength || ranges[at + 3] - valueStart != valueLength) {
            return false;
        }
        // In a version 2.0 request two symbols may lie just as close, with another tag between them.
        if (valueStart == nameEnd + 2 && buffer[nameEnd] == VALUE_TAG) {
            return equal(buffer, nameStart, bytes, start, nameLength + 2 + valueLength);
        }
        return equal(buffer, nameStart, bytes, start, nameLength)
                && equal(buffer, valueStart, bytes, start + nameLength + 2, valueLength);
    }

    /// Bytes of a pair as [#writePair] writes it.
    public int pairLength(int label) {
        return nameLength(label) + 2 + valueLength(label);
    }

    /// Writes a pair as it mostly lies in a remote write 1.0 request, so that one comparison suffices: name, tag and
    /// length of the value, value.
    public void writePair(int label, byte[] bytes, int start) {
        System.arraycopy(buffer, nameStart(label), bytes, start, nameLength(label));
        int at = start + nameLength(label);
        bytes[at] = VALUE_TAG;
        bytes[at + 1] = (byte) valueLength(label);
        System.arraycopy(buffer, valueStart(label), bytes, at + 2, valueLength(label));
    }

    /// Faster than `Arrays.equals` for the few bytes that a label has.
    private static boolean equal(byte[] a, int aStart, byte[] b, int bStart, int length) {
        if (length < 8) {
            for (int i = 0; i < length; i++) {
                if (a[aStart + i] != b[bStart + i]) {
                    return false;
                }
            }
            return true;
        }
        for (int i = 0; i + 8 < length; i += 8) {
            if ((long) LONG.get(a, aStart + i) != (long) LONG.get(b, bStart + i)) {
                return false;
            }
        }
        return (long) LONG.get(a, aStart + length - 8) == (long) LONG.get(b, bStart + length - 8);
    }

    static long hash(byte[] bytes, int start, int length) {
        long a = length * 0x9E3779B97F4A7C15L;
        long b = a ^ 0x2545F4914F6CDD1DL;
        int i = 0;
        for (; i + 16 <= length; i += 16) {
            a = (a ^ (long) LONG.get(bytes, start + i)) * PRIME_A;
            a ^= a >>> 32;
            b = (b ^ (long) LONG.get(bytes, start + i + 8)) * PRIME_B;
            b ^= b >>> 29;
        }
        for (; i < length; i++) {
            a = (a ^ bytes[start + i]) * PRIME_A;
        }
        return mix(a ^ b);
    }

    static long mix(long value) {
        long h = (value ^ value >>> 33) * PRIME_A;
        return h ^ h >>> 33;
    }

    /// The labels checked and in order, or what is wrong with them.
    public sealed interface Parsed {
        record Valid(Labels labels) implements Parsed {}

        record Invalid(String problem) implements Parsed {}
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
        if (count > limits.maxLabels()) {
            return new Parsed.Invalid(
                    "a series has " + count + " labels, the limit ingest.maxLabels is " + limits.maxLabels());
        }
        Labels.Builder builder = new Labels.Builder();
        for (int i = 0; i < count; i++) {
            String problem = lengthProblem(i, limits);
            if (!problem.isEmpty()) {
                return new Parsed.Invalid(problem);
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
            if (!builder.get(name).isEmpty()) {
                return new Parsed.Invalid(
                        "the series " + builder.build() + " has the label name \"" + name + "\" twice");
            }
            builder.set(name, value);
        }
        return new Parsed.Valid(builder.build());
    }

    /// The exemplar that has these labels; none if they are wrong or longer than OpenMetrics allows.
    Optional<Exemplar> toExemplar(IngestLimits limits, double value, long timestampMillis) {
        int characters = 0;
        for (int i = 0; i < count; i++) {
            characters += nameLength(i) + valueLength(i);
        }
        boolean isTooLong = characters > 4 * Exemplar.MAX_LABEL_CHARACTERS;
        if (isTooLong || !(parseAny(limits) instanceof Parsed.Valid valid)) {
            return Optional.empty();
        }
        long timestamp = timestampMillis == 0 ? Exemplar.NO_TIMESTAMP : timestampMillis;
        return characters(valid.labels()) > Exemplar.MAX_LABEL_CHARACTERS
                ? Optional.empty()
                : Optional.of(new Exemplar(valid.labels(), SampleValues.canonical(value), timestamp));
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
