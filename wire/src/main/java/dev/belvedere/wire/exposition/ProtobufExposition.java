package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads length-delimited `io.prometheus.client.MetricFamily` messages.
///
/// A family becomes the samples that the text format would show of it, one metric at a time. Keys are made up: the
/// family's name, the labels' bytes, and what distinguishes the sample in its metric.
final class ProtobufExposition implements ExpositionReader {

    /// @param suffix behind the family's name
    /// @param local name of the label that only this sample has; `""` for none
    private record Sample(
            String suffix,
            String local,
            String localValue,
            double value,
            @Nullable NativeHistogram histogram,
            List<Exemplar> exemplars) {}

    /// Where a message lies in the input.
    private record Span(int from, int length) {}

    private static final MetricType[] TYPES = {
        MetricType.COUNTER,
        MetricType.GAUGE,
        MetricType.SUMMARY,
        MetricType.UNKNOWN,
        MetricType.HISTOGRAM,
        MetricType.GAUGE_HISTOGRAM
    };

    private static final Sample NO_SAMPLE = new Sample("", "", "", 0, null, List.of());

    private final byte[] input;
    private final int end;
    private final HistogramOptions options;
    private final ProtobufReader message = new ProtobufReader();
    private int position;
    private int familyNumber;

    private FamilyHeader header = FamilyHeader.NONE;
    private final List<Span> metrics = new ArrayList<>();
    private int nextMetric;

    private Labels metricLabels = Labels.EMPTY;
    private byte[] metricKey = new byte[0];
    private final List<Sample> samples = new ArrayList<>();
    private int nextSample;
    private Sample sample = NO_SAMPLE;
    private long timestampMillis = NO_TIMESTAMP;
    private long startMillis = NO_START;

    private byte[] keys = new byte[4096];
    private int keyFrom;
    private int keyTo;

    ProtobufExposition(byte[] input, int end, HistogramOptions options) {
        this.input = input;
        this.end = end;
        this.options = options;
    }

    @Override
    public boolean next() {
        try {
            while (nextSample == samples.size()) {
                if (nextMetric < metrics.size()) {
                    metric(metrics.get(nextMetric++));
                } else if (position == end) {
                    return false;
                } else {
                    family();
                }
            }
        } catch (WireFormatException | IllegalArgumentException e) {
            throw ExpositionException.inMessage(familyNumber, String.valueOf(e.getMessage()));
        }
        sample = samples.get(nextSample++);
        keyFrom = keyTo;
        appendKey(metricKey);
        appendKey((sample.suffix() + '\0' + sample.localValue()).getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private void appendKey(byte[] part) {
        if (keyTo + part.length > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(2 * keys.length, keyTo + part.length));
        }
        System.arraycopy(part, 0, keys, keyTo, part.length);
        keyTo += part.length;
    }

    private void family() {
        familyNumber++;
        int length = familyLength();
        message.reset(input, position, length);
        position = message.end();
        metrics.clear();
        nextMetric = 0;
        String name = "";
        String help = "";
        String unit = "";
        MetricType type = MetricType.COUNTER;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> name = message.string();
                case 2 -> help = message.string();
                case 3 -> type = type(message.int64());
                case 4 -> {
                    message.skipBytes();
                    metrics.add(new Span(message.valueStart(), message.position() - message.valueStart()));
                }
                case 5 -> unit = message.string();
                default -> {}
            }
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("it has no name");
        }
        header = new FamilyHeader(name, type, unit, help);
    }

    /// Reads the length before a family and moves behind it.
    private int familyLength() {
        long length = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (position == end) {
                throw new IllegalArgumentException("the exposition ends inside a length");
            }
            byte b = input[position++];
            length |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                break;
            }
        }
        if (length > end - position) {
            throw new IllegalArgumentException(
                    "it says it has " + length + " bytes, but " + (end - position) + " are left");
        }
        return (int) length;
    }

    private static MetricType type(long number) {
        if (number < 0 || number >= TYPES.length) {
            throw new IllegalArgumentException("unknown metric type " + number);
        }
        return TYPES[(int) number];
    }

    private void metric(Span span) {
        message.reset(input, span.from(), span.length());
        samples.clear();
        nextSample = 0;
        timestampMillis = NO_TIMESTAMP;
        startMillis = NO_START;
        Labels.Builder builder = new Labels.Builder();
        StringBuilder key = new StringBuilder(header.name());
        while (message.next()) {
            switch (message.field()) {
                case 1 -> {
                    String[] pair = pair(message);
                    if (!builder.get(pair[0]).isEmpty()) {
                        throw new IllegalArgumentException("label name \"" + pair[0] + "\" is given twice");
                    }
                    builder.set(pair[0], pair[1]);
                    key.append('\0').append(pair[0]).append('\0').append(pair[1]);
                }
                case 2, 5 -> simple(false);
                case 3 -> simple(true);
                case 4 -> summary();
                case 6 -> timestampMillis = message.int64();
                case 7 -> {
                    message.enter();
                    histogram(ProtobufHistogram.read(message));
                    message.leave();
                }
                default -> {}
            }
        }
        metricLabels = builder.build();
        metricKey = key.append('\0').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String[] pair(ProtobufReader message) {
        String[] pair = {"", ""};
        message.enter();
        while (message.next()) {
            if (message.field() <= 2) {
                pair[message.field() - 1] = message.string();
            }
        }
        message.leave();
        return pair;
    }

    /// A gauge, an untyped value or a counter; a counter has an exemplar and a start.
    private void simple(boolean isCounter) {
        double value = 0;
        List<Exemplar> exemplars = List.of();
        message.enter();
        while (message.next()) {
            if (message.field() == 1) {
                value = message.float64();
            } else if (isCounter && message.field() == 2) {
                exemplars = List.of(exemplar(message));
            } else if (isCounter && message.field() == 3) {
                startMillis = timestampMillis(message);
            }
        }
        message.leave();
        samples.add(new Sample("", "", "", value, null, exemplars));
    }

    private void summary() {
        double count = 0;
        double sum = 0;
        message.enter();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> count = message.int64();
                case 2 -> sum = message.float64();
                case 3 -> quantile();
                case 4 -> startMillis = timestampMillis(message);
                default -> {}
            }
        }
        message.leave();
        samples.add(new Sample("_count", "", "", count, null, List.of()));
        samples.add(new Sample("_sum", "", "", sum, null, List.of()));
    }

    private void quantile() {
        double quantile = 0;
        double value = 0;
        message.enter();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> quantile = message.float64();
                case 2 -> value = message.float64();
                default -> {}
            }
        }
        message.leave();
        samples.add(new Sample("", "quantile", Numbers.format(quantile), value, null, List.of()));
    }

    private void histogram(ProtobufHistogram histogram) {
        startMillis = histogram.startMillis();
        boolean readsNative = options.readsNative() && histogram.isNative();
        if (readsNative) {
            NativeHistogram nativeHistogram = histogram.nativeHistogram(header.type() == MetricType.GAUGE_HISTOGRAM);
            samples.add(new Sample("", "", "", 0, nativeHistogram, histogram.exemplars()));
        }
        if (readsNative && !(options.keepsClassic() && !histogram.buckets().isEmpty())) {
            return;
        }
        samples.add(new Sample("_count", "", "", histogram.count(), null, List.of()));
        samples.add(new Sample("_sum", "", "", histogram.sum(), null, List.of()));
        boolean hasInfinity = false;
        for (ProtobufHistogram.Bucket bucket : histogram.buckets()) {
            hasInfinity |= bucket.upperBound() == Double.POSITIVE_INFINITY;
            samples.add(new Sample(
                    "_bucket",
                    "le",
                    Numbers.format(bucket.upperBound()),
                    bucket.cumulativeCount(),
                    null,
                    bucket.exemplars()));
        }
        if (!hasInfinity) {
            samples.add(new Sample("_bucket", "le", "+Inf", histogram.count(), null, List.of()));
        }
    }

    /// Reads the current field, an `Exemplar`.
    static Exemplar exemplar(ProtobufReader message) {
        Labels.Builder labels = new Labels.Builder();
        double value = 0;
        long millis = Exemplar.NO_TIMESTAMP;
        message.enter();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> {
                    String[] pair = pair(message);
                    labels.set(pair[0], pair[1]);
                }
                case 2 -> value = message.float64();
                case 3 -> millis = timestampMillis(message);
                default -> {}
            }
        }
        message.leave();
        return new Exemplar(labels.build(), value, millis);
    }

    /// Reads the current field, a `google.protobuf.Timestamp`.
    static long timestampMillis(ProtobufReader message) {
        long seconds = 0;
        long nanos = 0;
        message.enter();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> seconds = message.int64();
                case 2 -> nanos = message.int64();
                default -> {}
            }
        }
        message.leave();
        return seconds * 1000 + nanos / 1_000_000;
    }

    @Override
    public byte[] bytes() {
        return keys;
    }

    @Override
    public int keyFrom() {
        return keyFrom;
    }

    @Override
    public int keyLength() {
        return keyTo - keyFrom;
    }

    @Override
    public FamilyHeader header() {
        return header;
    }

    @Override
    public Labels labels() {
        Labels.Builder builder = metricLabels.toBuilder().set(Labels.METRIC_NAME, header.name() + sample.suffix());
        return sample.local().isEmpty()
                ? builder.build()
                : builder.set(sample.local(), sample.localValue()).build();
    }

    @Override
    public double value() {
        return sample.value();
    }

    @Override
    public @Nullable NativeHistogram histogram() {
        return sample.histogram();
    }

    @Override
    public long timestampMillis() {
        return timestampMillis;
    }

    @Override
    public long startMillis() {
        return startMillis;
    }

    @Override
    public List<Exemplar> exemplars() {
        return sample.exemplars();
    }
}
