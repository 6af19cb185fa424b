package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.JoinedBuckets;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.protobuf.LongColumn;
import dev.belvedere.wire.protobuf.ProtobufReader;

/// Reads the `Histogram` message, which both versions of remote write share: counts as integers (in deltas) or floats
/// (absolute). Schemas finer than ours are made coarser; what contradicts itself is given to the sink as invalid,
/// with Prometheus' rules.
final class HistogramReader {

    private static final ResetHint[] HINTS = ResetHint.values();

    private final IngestLimits limits;

    /// One side of a histogram as it comes.
    private static final class Side {
        final LongColumn spans = new LongColumn();
        final LongColumn deltas = new LongColumn();
        final LongColumn counts = new LongColumn();

        void clear() {
            spans.clear();
            deltas.clear();
            counts.clear();
        }

        int bucketCount() {
            return Math.max(deltas.size(), counts.size());
        }

        double[] absoluteCounts() {
            if (counts.size() > 0) {
                return counts.toDoubles();
            }
            double[] absolute = new double[deltas.size()];
            long count = 0;
            for (int i = 0; i < absolute.length; i++) {
                count += ProtobufReader.unzigzag(deltas.get(i));
                absolute[i] = count;
            }
            return absolute;
        }

        int[] spans(int steps) {
            return steps == 0 ? spanPairs() : new JoinedBuckets(spanPairs(), absoluteCounts(), steps).spans();
        }

        double[] absoluteCounts(int steps) {
            return steps == 0 ? absoluteCounts() : new JoinedBuckets(spanPairs(), absoluteCounts(), steps).counts();
        }

        int[] spanPairs() {
            int[] pairs = new int[spans.size()];
            for (int i = 0; i < pairs.length; i++) {
                pairs[i] = (int) spans.get(i);
            }
            return pairs;
        }
    }

    private final Side positive = new Side();
    private final Side negative = new Side();
    private final LongColumn customBounds = new LongColumn();
    private boolean isInteger;
    private double count;
    private double sum;
    private int schema;
    private double zeroThreshold;
    private double zeroCount;
    private long resetHint;
    private long timestampMillis;
    private long startMillis;

    HistogramReader(IngestLimits limits) {
        this.limits = limits;
    }

    /// Reads the message in the reader's current field.
    ///
    /// @param seriesStartMillis the start that the series tells, for histograms that tell none
    void read(ProtobufReader reader, long seriesStartMillis, RemoteWriteSink sink) {
        clear();
        startMillis = seriesStartMillis;
        reader.enter();
        while (reader.next()) {
            readField(reader);
        }
        reader.leave();
        if (SampleValues.isStale(sum)) {
            sink.histogram(timestampMillis, startMillis, NativeHistogram.STALE);
            return;
        }
        String problem = problem();
        if (problem.isEmpty()) {
            sink.histogram(timestampMillis, startMillis, histogram());
        } else {
            sink.invalidHistogram(timestampMillis, problem);
        }
    }

    private void clear() {
        positive.clear();
        negative.clear();
        customBounds.clear();
        isInteger = false;
        count = 0;
        sum = 0;
        schema = 0;
        zeroThreshold = 0;
        zeroCount = 0;
        resetHint = 0;
        timestampMillis = 0;
    }

    private void readField(ProtobufReader reader) {
        switch (reader.field()) {
            case 1 -> {
                isInteger = true;
                count = LongColumn.unsigned(reader.int64());
            }
            case 2 -> count = reader.float64();
            case 3 -> sum = reader.float64();
            case 4 -> schema = (int) reader.sint64();
            case 5 -> zeroThreshold = reader.float64();
            case 6 -> zeroCount = LongColumn.unsigned(reader.int64());
            case 7 -> zeroCount = reader.float64();
            case 8 -> readSpan(reader, negative.spans);
            case 9 -> reader.addVarints(negative.deltas);
            case 10 -> reader.addFixed64(negative.counts);
            case 11 -> readSpan(reader, positive.spans);
            case 12 -> reader.addVarints(positive.deltas);
            case 13 -> reader.addFixed64(positive.counts);
            case 14 -> resetHint = reader.int64();
            case 15 -> timestampMillis = reader.int64();
            case 16 -> reader.addFixed64(customBounds);
            case 17 -> startMillis = reader.int64();
            default -> {
                // Unknown fields are skipped.
            }
        }
    }

    private static void readSpan(ProtobufReader reader, LongColumn spans) {
        long offset = 0;
        long length = 0;
        reader.enter();
        while (reader.next()) {
            if (reader.field() == 1) {
                offset = reader.sint64();
            } else if (reader.field() == 2) {
                length = reader.int64();
            }
        }
        reader.leave();
        spans.add(offset);
        spans.add(length);
    }

    private String problem() {
        int buckets = positive.bucketCount() + negative.bucketCount();
        if (buckets > limits.maxHistogramBuckets()) {
            return "it has " + buckets + " buckets, the limit ingest.maxHistogramBuckets is "
                    + limits.maxHistogramBuckets();
        }
        boolean isCustom = schema == NativeHistogram.CUSTOM_BUCKETS;
        if (!isCustom && (schema < NativeHistogram.MIN_SCHEMA || schema > NativeHistogram.MAX_SENT_SCHEMA)) {
            return "its schema " + schema + " is neither " + NativeHistogram.MIN_SCHEMA + " to "
                    + NativeHistogram.MAX_SENT_SCHEMA + " nor " + NativeHistogram.CUSTOM_BUCKETS;
        }
        String problem = spanProblem(positive, "positive");
        if (problem.isEmpty()) {
            problem = spanProblem(negative, "negative");
        }
        if (problem.isEmpty()) {
            problem = isCustom ? customBoundsProblem() : exponentialProblem();
        }
        if (problem.isEmpty() && (count < 0 || zeroCount < 0)) {
            problem = "its count or its zero count is negative";
        }
        return problem.isEmpty() ? countProblem() : problem;
    }

    private static String spanProblem(Side side, String name) {
        if (side.deltas.size() > 0 && side.counts.size() > 0) {
            return "its " + name + " buckets have both integer and float counts";
        }
        long named = 0;
        for (int i = 0; i < side.spans.size(); i += 2) {
            long offset = side.spans.get(i);
            long length = side.spans.get(i + 1);
            if (length < 0 || length > Integer.MAX_VALUE || offset != (int) offset || i > 0 && offset < 0) {
                return "its " + name + " span " + i / 2 + " has the offset " + offset + " and the length " + length;
            }
            named += length;
        }
        return named == side.bucketCount()
                ? ""
                : "its " + name + " spans name " + named + " buckets, but there are " + side.bucketCount() + " counts";
    }

    private String exponentialProblem() {
        return customBounds.size() == 0 ? "" : "it has custom bounds, but the schema of exponential ones: " + schema;
    }

    private String customBoundsProblem() {
        if (zeroCount != 0 || zeroThreshold != 0 || negative.bucketCount() > 0 || negative.spans.size() > 0) {
            return "it has custom bounds and yet a zero bucket or negative buckets";
        }
        double below = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < customBounds.size(); i++) {
            double bound = Double.longBitsToDouble(customBounds.get(i));
            if (!(bound > below) || bound == Double.POSITIVE_INFINITY) {
                return "its custom bounds are not finite and ascending: " + bound + " comes after " + below;
            }
            below = bound;
        }
        long last = 0;
        for (int i = 0; i < positive.spans.size(); i++) {
            last += positive.spans.get(i);
        }
        boolean isBeforeFirst = positive.spans.size() > 0 && positive.spans.get(0) < 0;
        return last > customBounds.size() + 1L || isBeforeFirst
                ? "its spans reach to bucket " + last + ", but " + customBounds.size() + " custom bounds allow "
                        + (customBounds.size() + 1)
                : "";
    }

    private String countProblem() {
        double inBuckets = zeroCount;
        for (Side side : new Side[] {positive, negative}) {
            for (double bucket : side.absoluteCounts()) {
                if (bucket < 0) {
                    return "a bucket has the negative count " + bucket;
                }
                inBuckets += bucket;
            }
        }
        if (!isInteger || inBuckets == count || Double.isNaN(sum) && inBuckets <= count) {
            return "";
        }
        return "its buckets hold " + inBuckets + " observations, but its count is " + count;
    }

    private NativeHistogram histogram() {
        ResetHint hint = resetHint >= 0 && resetHint < HINTS.length ? HINTS[(int) resetHint] : ResetHint.UNKNOWN;
        int steps = Math.max(0, schema - NativeHistogram.MAX_SCHEMA);
        return new NativeHistogram(
                hint,
                schema - steps,
                zeroThreshold,
                zeroCount,
                count,
                SampleValues.canonical(sum),
                positive.spans(steps),
                positive.absoluteCounts(steps),
                negative.spans(steps),
                negative.absoluteCounts(steps),
                schema == NativeHistogram.CUSTOM_BUCKETS ? customBounds.toDoubles() : new double[0]);
    }
}
