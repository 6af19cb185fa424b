package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.model.metrics.TypeAndUnit;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.protobuf.LongColumn;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/// Turns data points of one resource into samples, with the names and labels that Prometheus gives them.
final class MetricTranslation {

    /// What Prometheus assumes where a sender tells none.
    private static final double DEFAULT_ZERO_THRESHOLD = 1e-128;

    /// `target_info` is written at least this often over the time of a request, so that queries find it.
    private static final long TARGET_INFO_INTERVAL_MILLIS = 150_000;

    private static final long TARGET_INFO_REACH_MILLIS = 24 * 60 * 60 * 1000L;

    /// Further ones are made each time.
    private static final int MAX_BOUND_TEXTS = 1024;

    private final PointLabels labels;
    private final OtlpOptions options;
    private final IngestLimits limits;
    private final MetricSink sink;
    private Scope scope = Scope.EMPTY;
    private String schemaUrl = "";
    private TypeAndUnit typeAndUnit = TypeAndUnit.NONE;
    private final Map<Double, String> boundTexts = new HashMap<>();
    private Labels base = Labels.EMPTY;
    private long earliestMillis = Long.MAX_VALUE;
    private long latestMillis = Long.MIN_VALUE;

    MetricTranslation(
            MetricNames names, OtlpOptions options, IngestLimits limits, Attributes resource, MetricSink sink) {
        this.labels = new PointLabels(names, options, resource);
        this.options = options;
        this.limits = limits;
        this.sink = sink;
    }

    void beginScope(Scope next, String nextSchemaUrl) {
        scope = next;
        schemaUrl = nextSchemaUrl;
    }

    /// Begins a metric whose series get these as labels.
    void beginMetric(TypeAndUnit next) {
        typeAndUnit = next;
    }

    /// The labels of a point, without a metric name.
    Labels labels(Attributes attributes) {
        return labels.of(attributes, scope, schemaUrl);
    }

    /// @return what is wrong with a point's labels; `""` if nothing is
    String problem(Labels made) {
        if (made.size() >= limits.maxLabels()) {
            return "a data point has " + made.size() + " labels, the limit ingest.maxLabels is " + limits.maxLabels();
        }
        for (int i = 0; i < made.size(); i++) {
            // A character is at least a byte.
            if (made.name(i).length() > limits.maxLabelNameBytes()) {
                return "an attribute's key has " + made.name(i).length()
                        + " characters, the limit ingest.maxLabelNameBytes is " + limits.maxLabelNameBytes();
            }
            if (made.value(i).length() > limits.maxLabelValueBytes()) {
                return "the attribute " + made.name(i) + " has " + made.value(i).length()
                        + " characters, the limit ingest.maxLabelValueBytes is " + limits.maxLabelValueBytes();
            }
        }
        return "";
    }

    /// Begins a point with its labels, which the method for its kind then uses.
    void begin(DataPoint point, Labels made) {
        base = typeAndUnit.equals(TypeAndUnit.NONE)
                ? made
                : typeAndUnit.setOn(made.toBuilder()).build();
        earliestMillis = Math.min(earliestMillis, point.timestampMillis());
        latestMillis = Math.max(latestMillis, point.timestampMillis());
    }

    /// The labels of the point that was begun, with a metric's name.
    Labels series(String name) {
        return base.with(Labels.METRIC_NAME, name);
    }

    void number(String name, DataPoint point, boolean isCumulative) {
        Labels series = series(name);
        double value = point.isStale() ? SampleValues.STALE_NAN : SampleValues.canonical(point.value);
        sink.sample(series, point.timestampMillis(), isCumulative ? point.startMillis() : 0, value);
        point.exemplars.forEach(exemplar -> sink.exemplar(series, exemplar));
    }

    void classicHistogram(String name, DataPoint point) {
        if (point.hasSum) {
            part(name + "_sum", point, point.sum);
        }
        part(name + "_count", point, LongColumn.unsigned(point.count));
        Labels.Builder buckets = series(name + "_bucket").toBuilder();
        int bounds = Math.min(point.bounds.size(), point.bucketCounts.size());
        double cumulative = 0;
        int exemplar = 0;
        point.exemplars.sort((a, b) -> Double.compare(a.value(), b.value()));
        for (int i = 0; i <= bounds; i++) {
            boolean isLast = i == bounds;
            double bound = isLast ? Double.POSITIVE_INFINITY : Double.longBitsToDouble(point.bounds.get(i));
            cumulative = isLast ? LongColumn.unsigned(point.count) : cumulative + point.bucketCounts.unsigned(i);
            Labels bucket = buckets.set("le", text(bound)).build();
            sample(bucket, point, cumulative);
            while (exemplar < point.exemplars.size()
                    && point.exemplars.get(exemplar).value() <= bound) {
                sink.exemplar(bucket, point.exemplars.get(exemplar++));
            }
        }
    }

    private void part(String name, DataPoint point, double value) {
        sample(series(name), point, value);
    }

    private void sample(Labels series, DataPoint point, double value) {
        double kept = point.isStale() ? SampleValues.STALE_NAN : SampleValues.canonical(value);
        sink.sample(series, point.timestampMillis(), point.startMillis(), kept);
    }

    void summary(String name, DataPoint point) {
        part(name + "_sum", point, point.sum);
        part(name + "_count", point, LongColumn.unsigned(point.count));
        Labels.Builder quantiles = series(name).toBuilder();
        for (double[] quantile : point.quantiles) {
            sample(quantiles.set("quantile", text(quantile[0])).build(), point, quantile[1]);
        }
    }

    /// @return what is wrong with it, `""` if nothing is
    String explicitAsNative(String name, DataPoint point) {
        double[] bounds = point.bounds.toDoubles();
        for (int i = 0; i < bounds.length; i++) {
            if (!Double.isFinite(bounds[i]) || i > 0 && bounds[i] <= bounds[i - 1]) {
                return "the bounds of the histogram " + name + " are not finite and ascending";
            }
        }
        if (point.bucketCounts.size() == 0) {
            point.bucketCounts.add(point.count);
            bounds = new double[0];
        } else if (point.bucketCounts.size() != bounds.length + 1) {
            return "the histogram " + name + " has " + point.bucketCounts.size() + " buckets for " + bounds.length
                    + " bounds";
        }
        BucketLayout buckets = BucketLayout.explicit(point.bucketCounts);
        emit(
                name,
                point,
                NativeHistogram.ofBounds(
                        bounds, buckets.spans(), buckets.counts(), LongColumn.unsigned(point.count), point.sum));
        return "";
    }

    /// @return what is wrong with it, `""` if nothing is
    String exponential(String name, DataPoint point) {
        if (point.scale < NativeHistogram.MIN_SCHEMA) {
            return tooCoarse(name, point.scale);
        }
        int schema = Math.min(point.scale, NativeHistogram.MAX_SCHEMA);
        int scaleDown = Math.min(point.scale - schema, 62);
        BucketLayout positive = BucketLayout.exponential(point.bucketCounts, point.positiveOffset, scaleDown);
        BucketLayout negative = BucketLayout.exponential(point.negativeCounts, point.negativeOffset, scaleDown);
        emit(
                name,
                point,
                new NativeHistogram(
                        ResetHint.UNKNOWN,
                        schema,
                        point.zeroThreshold > 0 ? point.zeroThreshold : DEFAULT_ZERO_THRESHOLD,
                        LongColumn.unsigned(point.zeroCount),
                        LongColumn.unsigned(point.count),
                        point.sum,
                        positive.spans(),
                        positive.counts(),
                        negative.spans(),
                        negative.counts(),
                        new double[0]));
        return "";
    }

    static String tooCoarse(String name, int scale) {
        return "the scale of the exponential histogram " + name + " is " + scale + ", the least is "
                + NativeHistogram.MIN_SCHEMA;
    }

    private void emit(String name, DataPoint point, NativeHistogram histogram) {
        Labels series = series(name);
        NativeHistogram kept = point.isStale() ? NativeHistogram.STALE : histogram;
        sink.histogram(series, point.timestampMillis(), point.startMillis(), kept);
        for (Exemplar exemplar : point.exemplars) {
            sink.exemplar(series, exemplar);
        }
    }

    /// A bound or quantile as Prometheus' translation writes it: without exponent.
    private String text(double bound) {
        String known = boundTexts.get(bound);
        if (known != null) {
            return known;
        }
        String text = newText(bound);
        if (boundTexts.size() < MAX_BOUND_TEXTS) {
            boundTexts.put(bound, text);
        }
        return text;
    }

    private static String newText(double bound) {
        if (!Double.isFinite(bound)) {
            return Double.isNaN(bound) ? "NaN" : bound > 0 ? "+Inf" : "-Inf";
        }
        return bound == 0
                ? "0"
                : new BigDecimal(Double.toString(bound)).stripTrailingZeros().toPlainString();
    }

    /// Writes `target_info` for the time of all points that came before.
    void targetInfo() {
        Labels series = latestMillis == Long.MIN_VALUE ? Labels.EMPTY : labels.targetInfo();
        if (series.isEmpty()) {
            return;
        }
        long first = Math.max(earliestMillis, latestMillis - TARGET_INFO_REACH_MILLIS);
        for (long time = first; time < latestMillis; time += TARGET_INFO_INTERVAL_MILLIS) {
            sink.sample(series, time, 0, 1);
        }
        sink.sample(series, latestMillis, 0, 1);
    }

    boolean isConvertedToNative() {
        return options.convertHistogramsToNhcb();
    }
}
