package dev.belvedere.promql.script;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.VectorSample;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.script.Command.Expectations;
import dev.belvedere.promql.script.Command.Notes;
import dev.belvedere.promql.script.Command.TextMatch;
import dev.belvedere.promql.syntax.NumberText;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares what came out with what was expected.
final class ResultCheck {

    /// Expected values are written with few digits.
    private static final double TOLERANCE = 1e-6;

    private static final double MIN_NORMAL = 2.2250738585072014e-308;

    private final Expectations expected;
    private final long startMillis;
    private final long endMillis;
    private final long stepMillis;

    ResultCheck(Command.Evaluate command) {
        this.expected = command.expectations();
        this.startMillis = expected.rangeVector()
                .map(Command.RangeVectorTimes::startMillis)
                .orElse(command.startMillis());
        this.endMillis =
                expected.rangeVector().map(Command.RangeVectorTimes::endMillis).orElse(command.endMillis());
        this.stepMillis =
                expected.rangeVector().map(Command.RangeVectorTimes::stepMillis).orElse(command.stepMillis());
    }

    private static ScriptException failure(String message) {
        return new ScriptException(message);
    }

    static void checkNotes(String kind, Notes expected, List<String> actual) {
        if (expected.isAnyExpected() && actual.isEmpty()) {
            throw failure("expected " + kind + " annotations but got none");
        }
        if (expected.isNoneExpected() && !actual.isEmpty()) {
            throw failure("unexpected " + kind + " annotations: " + actual);
        }
        if (expected.matches().isEmpty()) {
            return;
        }
        for (TextMatch match : expected.matches()) {
            if (actual.stream().noneMatch(match::matchesNote)) {
                throw failure("expected " + kind + " annotation " + match + ", found " + actual);
            }
        }
        for (String text : actual) {
            if (expected.matches().stream().noneMatch(m -> m.matchesNote(text))) {
                throw failure("unexpected " + kind + " annotation \"" + text + "\"");
            }
        }
    }

    void check(Value value) {
        switch (value) {
            case Value.ScalarValue scalar -> scalar(scalar.value());
            case Value.StringValue string -> {
                if (!string.value().equals(expected.string().orElse(""))) {
                    throw failure("expected string \"" + expected.string().orElse("") + "\" but got \"" + string.value()
                            + "\"");
                }
            }
            case Value.VectorValue vector -> vector(vector.samples());
            case Value.MatrixValue matrix -> matrix(matrix.series());
        }
    }

    void scalar(double actual) {
        SequenceValue wanted = expected.scalar()
                .orElseThrow(() ->
                        failure("expected vector or matrix result, but got scalar " + NumberText.general(actual)));
        if (!isAlmostEqual(wanted.value(), actual)) {
            throw failure("expected scalar " + wanted + " but got " + NumberText.general(actual));
        }
    }

    void vector(List<VectorSample> samples) {
        if (expected.scalar().isPresent()) {
            throw failure("expected scalar result, but got vector " + samples);
        }
        List<Labels> order = List.copyOf(expected.series().keySet());
        Set<Labels> seen = new HashSet<>();
        for (int i = 0; i < samples.size(); i++) {
            VectorSample sample = samples.get(i);
            List<SequenceValue> wanted = expected.series().get(sample.labels());
            if (wanted == null) {
                throw failure("unexpected metric " + sample.labels() + " in result, has value " + shown(sample));
            }
            if (expected.isOrdered()
                    && !order.get(Math.min(i, order.size() - 1)).equals(sample.labels())) {
                throw failure("expected metric " + sample.labels() + " at position "
                        + (order.indexOf(sample.labels()) + 1) + " but was at " + (i + 1));
            }
            if (wanted.isEmpty() || !isAsExpected(wanted.getFirst(), sample.value(), sample.histogram())) {
                throw failure("expected " + wanted + " for " + sample.labels() + " but got " + shown(sample));
            }
            seen.add(sample.labels());
        }
        requireAll(seen);
    }

    private static String shown(VectorSample sample) {
        NativeHistogram histogram = sample.histogram();
        return histogram == null ? NumberText.general(sample.value()) : SequenceValue.text(histogram);
    }

    private void requireAll(Set<Labels> seen) {
        for (Map.Entry<Labels, List<SequenceValue>> entry : expected.series().entrySet()) {
            boolean isNothing = entry.getValue().stream().allMatch(SequenceValue::isOmitted) && stepMillis != 0;
            if (!seen.contains(entry.getKey())
                    && !(isNothing && entry.getValue().isEmpty())) {
                throw failure("expected metric " + entry.getKey() + " with " + entry.getValue() + " not found");
            }
        }
    }

    private void matrix(List<MatrixSeries> series) {
        if (expected.isOrdered()) {
            throw failure("expected ordered result, but query returned a matrix");
        }
        if (expected.scalar().isPresent()) {
            throw failure("expected scalar result, but got a matrix");
        }
        Set<Labels> seen = new HashSet<>();
        Labels previous = Labels.EMPTY;
        for (MatrixSeries one : series) {
            if (one.labels().compareTo(previous) < 0) {
                throw failure("matrix is not sorted: " + one.labels() + " comes after " + previous);
            }
            previous = one.labels();
            List<SequenceValue> wanted = expected.series().get(one.labels());
            if (wanted == null) {
                throw failure("unexpected metric " + one.labels() + " in result, has " + shown(one));
            }
            points(one, wanted);
            seen.add(one.labels());
        }
        requireAll(seen);
    }

    private static String shown(MatrixSeries series) {
        StringBuilder text = new StringBuilder(series.timestamps().length + " floats "
                + Arrays.toString(series.values()) + " at " + Arrays.toString(series.timestamps()) + " and "
                + series.histograms().length + " histograms");
        for (int i = 0; i < series.histograms().length; i++) {
            text.append(' ')
                    .append(SequenceValue.text(series.histograms()[i]))
                    .append(" @")
                    .append(series.histogramTimestamps()[i]);
        }
        return text.toString();
    }

    private void points(MatrixSeries series, List<SequenceValue> wanted) {
        int floats = 0;
        int histograms = 0;
        for (int i = 0; i < wanted.size(); i++) {
            SequenceValue value = wanted.get(i);
            long time = startMillis + i * stepMillis;
            if (time > endMillis) {
                throw failure("expected " + wanted.size() + " points for " + series.labels()
                        + ", but query time range cannot return this many points");
            }
            if (value.isOmitted()) {
                continue;
            }
            boolean isFloat = value.histogram() == null;
            int at = isFloat ? floats++ : histograms++;
            long[] times = isFloat ? series.timestamps() : series.histogramTimestamps();
            boolean isMet = at < times.length
                    && times[at] == time
                    && isAsExpected(value, isFloat ? series.values()[at] : 0, isFloat ? null : series.histograms()[at]);
            if (!isMet) {
                throw failure("expected " + value + " at " + time + " for " + series.labels() + ", result has "
                        + shown(series));
            }
        }
        if (floats != series.timestamps().length || histograms != series.histograms().length) {
            throw failure("expected " + floats + " float points and " + histograms + " histogram points for "
                    + series.labels() + ", but got " + shown(series));
        }
    }

    private static boolean isAsExpected(SequenceValue wanted, double value, @Nullable NativeHistogram histogram) {
        NativeHistogram wantedHistogram = wanted.histogram();
        if (wantedHistogram == null || histogram == null) {
            return wantedHistogram == null && histogram == null && isAlmostEqual(wanted.value(), value);
        }
        return (!wanted.isHintSet() || wantedHistogram.resetHint() == histogram.resetHint())
                && areAlmostEqual(compacted(wantedHistogram), compacted(histogram));
    }

    private static NativeHistogram compacted(NativeHistogram histogram) {
        return WorkingHistogram.of(histogram).compacted().toNative();
    }

    private static boolean areAlmostEqual(NativeHistogram a, NativeHistogram b) {
        return a.schema() == b.schema()
                && isAlmostEqual(a.count(), b.count())
                && isAlmostEqual(a.sum(), b.sum())
                && a.zeroThreshold() == b.zeroThreshold()
                && isAlmostEqual(a.zeroCount(), b.zeroCount())
                && Arrays.equals(a.customBounds(), b.customBounds())
                && Arrays.equals(a.positiveSpans(), b.positiveSpans())
                && Arrays.equals(a.negativeSpans(), b.negativeSpans())
                && areAlmostEqual(a.positiveCounts(), b.positiveCounts())
                && areAlmostEqual(a.negativeCounts(), b.negativeCounts());
    }

    private static boolean areAlmostEqual(double[] a, double[] b) {
        boolean areEqual = a.length == b.length;
        for (int i = 0; areEqual && i < a.length; i++) {
            areEqual = isAlmostEqual(a[i], b[i]);
        }
        return areEqual;
    }

    private static boolean isAlmostEqual(double a, double b) {
        if (SampleValues.isStale(a) || SampleValues.isStale(b)) {
            return SampleValues.isStale(a) && SampleValues.isStale(b);
        }
        if (a == b || Double.isNaN(a) && Double.isNaN(b)) {
            return true;
        }
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        if (a == 0 || b == 0 || sum < MIN_NORMAL) {
            return difference < TOLERANCE * MIN_NORMAL;
        }
        return difference / Math.min(sum, Double.MAX_VALUE) < TOLERANCE;
    }
}
