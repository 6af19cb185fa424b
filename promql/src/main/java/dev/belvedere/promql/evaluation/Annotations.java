package dev.belvedere.promql.evaluation;

import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.promql.syntax.NumberText;
import dev.belvedere.promql.syntax.PositionRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a query's evaluation noticed: warnings and infos, each text once, worded as Prometheus words them.
public final class Annotations {

    /// Texts kept; a query over thousands of odd metrics need not remark on every one.
    private static final int MAX_NOTES = 1000;

    private static final String WARNING = "PromQL warning: ";
    private static final String INFO = "PromQL info: ";

    /// What was done to histograms when something about them had to be said.
    public enum HistogramOperation {
        ADDITION("addition"),
        SUBTRACTION("subtraction"),
        AGGREGATION("aggregation");

        private final String text;

        HistogramOperation(String text) {
            this.text = text;
        }
    }

    /// Buckets of classic histograms whose counts fell where they should only grow.
    ///
    /// @param minBound the lowest and
    /// @param maxBound the highest upper bound of such a bucket
    /// @param maxDifference how far a count fell at most
    public record ForcedMonotonicity(double minBound, double maxBound, double maxDifference) {}

    private sealed interface Note {

        PositionRange position();

        /// @param text the key of the note
        String describe(String text, String place);
    }

    private record PlainNote(PositionRange position) implements Note {

        @Override
        public String describe(String text, String place) {
            return text + " (" + place + ")";
        }
    }

    private record CountedNote(PositionRange position, int count) implements Note {

        @Override
        public String describe(String text, String place) {
            return text + (count > 1 ? " (" + count + " occurrences)" : "") + " (" + place + ")";
        }
    }

    private record MonotonicityNote(
            PositionRange position, ForcedMonotonicity forced, int count, long minMillis, long maxMillis)
            implements Note {

        @Override
        public String describe(String text, String place) {
            return text + ", from buckets " + NumberText.general(forced.minBound()) + " to "
                    + NumberText.general(forced.maxBound()) + ", with a max diff of "
                    + NumberText.general(forced.maxDifference(), 2) + ", over " + count + " samples from "
                    + seconds(minMillis) + " to " + seconds(maxMillis) + " (" + place + ")";
        }

        private static String seconds(long millis) {
            return Instant.ofEpochSecond(millis / 1000).toString();
        }
    }

    private final Map<String, Note> notes = new LinkedHashMap<>();

    private void add(String text, PositionRange position) {
        put(text, new PlainNote(position));
    }

    private void put(String text, Note note) {
        if (notes.size() < MAX_NOTES || notes.containsKey(text)) {
            notes.put(text, note);
        }
    }

    /// Takes over the remarks on other series.
    void join(Annotations others) {
        for (Map.Entry<String, Note> other : others.notes.entrySet()) {
            String text = other.getKey();
            Note note = other.getValue();
            int before = notes.get(text) instanceof CountedNote known ? known.count() : 0;
            put(text, note instanceof CountedNote n ? new CountedNote(n.position(), before + n.count()) : note);
        }
    }

    private static String quoted(String text) {
        return LabelNames.quote(text);
    }

    private static String forMetric(String metricName) {
        return metricName.isEmpty() ? "" : " for metric name " + quoted(metricName);
    }

    public void invalidQuantile(double quantile, PositionRange position) {
        add(WARNING + "quantile value should be between 0 and 1, got " + NumberText.general(quantile), position);
    }

    public void invalidRatio(double ratio, double cappedTo, PositionRange position) {
        add(
                WARNING + "ratio value should be between -1 and 1, got " + NumberText.general(ratio) + ", capping to "
                        + NumberText.general(cappedTo),
                position);
    }

    public void badBucketLabel(String metricName, String label, PositionRange position) {
        add(
                WARNING + "bucket label \"le\" is missing or has a malformed value of " + quoted(label)
                        + forMetric(metricName),
                position);
    }

    public void mixedFloatsAndHistograms(String metricName, PositionRange position) {
        add(WARNING + "encountered a mix of histograms and floats for metric name " + quoted(metricName), position);
    }

    public void mixedFloatsAndHistogramsInAggregation(PositionRange position) {
        add(WARNING + "encountered a mix of histograms and floats for aggregation", position);
    }

    public void mixedClassicAndNativeHistograms(String metricName, PositionRange position) {
        add(WARNING + "vector contains a mix of classic and native histograms" + forMetric(metricName), position);
    }

    public void histogramIsNoCounter(String metricName, PositionRange position) {
        add(WARNING + "this native histogram metric is not a counter: " + quoted(metricName), position);
    }

    public void histogramIsNoGauge(String metricName, PositionRange position) {
        add(WARNING + "this native histogram metric is not a gauge: " + quoted(metricName), position);
    }

    public void mixedExponentialAndCustomHistograms(String metricName, PositionRange position) {
        add(
                WARNING + "vector contains a mix of histograms with exponential and custom buckets schemas for metric"
                        + " name " + quoted(metricName),
                position);
    }

    public void incompatibleBucketLayout(String operator, PositionRange position) {
        add(WARNING + "incompatible bucket layout encountered for binary operator " + operator, position);
    }

    public void sortInRangeQuery(PositionRange position) {
        add(WARNING + "sort is ineffective for range queries since results are always ordered by labels", position);
    }

    public void counterResetCollision(HistogramOperation operation, PositionRange position) {
        add(WARNING + "conflicting counter resets during histogram " + operation.text, position);
    }

    public void startTimeOverlap(String metricName, PositionRange position) {
        String text = WARNING + "sample has start time that overlaps with previous sample timestamp for metric "
                + quoted(metricName);
        int before = notes.get(text) instanceof CountedNote note ? note.count() : 0;
        put(text, new CountedNote(position, before + 1));
    }

    public void possibleNonCounter(String metricName, PositionRange position) {
        add(
                INFO + "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
                        + quoted(metricName),
                position);
    }

    public void possibleNonCounterByLabel(String metricName, String typeLabel, PositionRange position) {
        add(
                INFO + "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got "
                        + quoted(typeLabel) + ": " + quoted(metricName),
                position);
    }

    public void incompatibleTypes(String leftType, String operator, String rightType, PositionRange position) {
        add(
                INFO + "incompatible sample types encountered for binary operator " + quoted(operator) + ": " + leftType
                        + " " + operator + " " + rightType,
                position);
    }

    public void histogramIgnoredInAggregation(String aggregation, PositionRange position) {
        add(INFO + "ignored histogram in " + aggregation + " aggregation", position);
    }

    public void histogramIgnoredInMixedRange(String metricName, PositionRange position) {
        add(
                INFO + "ignored histograms in a range containing both floats and histograms for metric name "
                        + quoted(metricName),
                position);
    }

    public void quantileIsNan(String metricName, PositionRange position) {
        add(INFO + "input to histogram_quantile has NaN observations, result is NaN" + forMetric(metricName), position);
    }

    public void quantileIsSkewed(String metricName, PositionRange position) {
        add(
                INFO + "input to histogram_quantile has NaN observations, result is skewed higher"
                        + forMetric(metricName),
                position);
    }

    public void fractionIgnoresNan(String metricName, PositionRange position) {
        add(
                INFO + "input to histogram_fraction has NaN observations, which are excluded from all fractions"
                        + forMetric(metricName),
                position);
    }

    public void mismatchedCustomBuckets(HistogramOperation operation, PositionRange position) {
        add(INFO + "mismatched custom buckets were reconciled during " + operation.text, position);
    }

    public void forcedMonotonicity(
            String metricName, ForcedMonotonicity forced, long atMillis, PositionRange position) {
        String text = INFO
                + "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/"
                + "prometheus/latest/querying/functions/#histogram_quantile)" + forMetric(metricName);
        if (notes.get(text) instanceof MonotonicityNote before) {
            put(
                    text,
                    new MonotonicityNote(
                            before.position,
                            new ForcedMonotonicity(
                                    Math.min(before.forced.minBound, forced.minBound),
                                    Math.max(before.forced.maxBound, forced.maxBound),
                                    Math.max(before.forced.maxDifference, forced.maxDifference)),
                            before.count + 1,
                            Math.min(before.minMillis, atMillis),
                            Math.max(before.maxMillis, atMillis)));
        } else {
            put(text, new MonotonicityNote(position, forced, 1, atMillis, atMillis));
        }
    }

    public List<String> warnings() {
        return texts(WARNING);
    }

    public List<String> infos() {
        return texts(INFO);
    }

    private List<String> texts(String prefix) {
        if (notes.isEmpty()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        notes.forEach((text, note) -> {
            if (text.startsWith(prefix)) {
                texts.add(note.describe(text, note.position().lineAndColumn()));
            }
        });
        return texts;
    }
}
