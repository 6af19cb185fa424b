package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.remotewrite.SeriesLabels.Parsed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes down what a decoder tells it.
final class RecordingSink implements RemoteWriteSink {

    final List<String> events = new ArrayList<>();
    final List<Long> valueBits = new ArrayList<>();
    final List<NativeHistogram> histograms = new ArrayList<>();
    final Map<String, Long> keys = new HashMap<>();
    long lastKey;
    boolean isKnown;

    /// Keys that were asked about whole, and those of the labels that were given.
    final List<List<Long>> askedKeys = new ArrayList<>();

    final List<List<Long>> labelKeys = new ArrayList<>();

    /// The low halves of the keys of series that are expected, one after the other.
    final Deque<Long> expectedLowKeys = new ArrayDeque<>();

    @Override
    public boolean expectedSeries(long lowKey) {
        Long expected = expectedLowKeys.peek();
        if (expected == null || expected != lowKey) {
            return false;
        }
        expectedLowKeys.remove();
        events.add("expected");
        return true;
    }

    @Override
    public boolean series(SeriesKey key) {
        askedKeys.add(List.of(key.high(), key.low()));
        if (isKnown) {
            events.add("known");
        }
        return isKnown;
    }

    @Override
    public boolean series(SeriesLabels labels) {
        Parsed parsed = labels.parse(IngestLimits.DEFAULT);
        String text = switch (parsed) {
            case Parsed.Valid valid -> valid.labels().toString();
            case Parsed.Invalid invalid -> "invalid: " + invalid.problem();
            case Parsed.BeyondLimit beyond -> "beyond a limit: " + beyond.problem();
        };
        // Of a label whose value is its name both halves may be the same.
        lastKey = 31 * labels.key().high() + labels.key().low();
        keys.put(text, lastKey);
        labelKeys.add(List.of(labels.key().high(), labels.key().low()));
        events.add(text);
        return parsed instanceof Parsed.Valid;
    }

    @Override
    public void sample(long timestampMillis, long startMillis, double value) {
        valueBits.add(Double.doubleToRawLongBits(value));
        events.add(value + " @" + timestampMillis + (startMillis == 0 ? "" : " from " + startMillis));
    }

    @Override
    public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
        histograms.add(histogram);
        events.add("histogram @" + timestampMillis + (startMillis == 0 ? "" : " from " + startMillis));
    }

    @Override
    public void invalidHistogram(long timestampMillis, String problem) {
        events.add("invalid histogram @" + timestampMillis + ": " + problem);
    }

    @Override
    public void exemplar(Exemplar exemplar) {
        events.add("exemplar " + exemplar.labels() + " " + exemplar.value()
                + (exemplar.hasTimestamp() ? " @" + exemplar.timestampMillis() : ""));
    }

    @Override
    public void invalidExemplar() {
        events.add("invalid exemplar");
    }

    @Override
    public void unreadableExemplar(String problem) {
        events.add("unreadable exemplar: " + problem);
    }

    @Override
    public void seriesMetadata(String metricName, MetricMetadata metadata) {
        events.add(metadata.toString());
    }

    @Override
    public void familyMetadata(String metricFamily, MetricMetadata metadata) {
        events.add(metricFamily + " " + metadata);
    }
}
