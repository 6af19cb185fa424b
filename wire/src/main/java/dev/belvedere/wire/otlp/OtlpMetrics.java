package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.model.metrics.TypeAndUnit;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import org.jspecify.annotations.Nullable;

/// Decodes an OTLP `ExportMetricsServiceRequest` into series as Prometheus makes them of it.
public final class OtlpMetrics {

    private static final int DELTA = 1;
    private static final int CUMULATIVE = 2;

    /// What a request is held against.
    ///
    /// @param deltas where the totals of delta streams are kept
    /// @param addsTypeAndUnit whether series get the labels `__type__` and `__unit__`
    public record Rules(IngestLimits limits, OtlpOptions options, DeltaStreams deltas, boolean addsTypeAndUnit) {

        /// The defaults, with totals that nobody else adds to and that never grow stale.
        public static Rules ofDefaults() {
            return new Rules(
                    IngestLimits.DEFAULT,
                    OtlpOptions.DEFAULT,
                    new DeltaStreams(DeltaStreams.Limits.DEFAULT, () -> 0),
                    false);
        }

        public Rules with(IngestLimits other) {
            return new Rules(other, options, deltas, addsTypeAndUnit);
        }

        public Rules with(OtlpOptions other) {
            return new Rules(limits, other, deltas, addsTypeAndUnit);
        }

        public Rules withTypeAndUnit() {
            return new Rules(limits, options, deltas, true);
        }
    }

    /// The kinds of metrics, by their field of the message `Metric`.
    private static final int GAUGE = 5;

    private static final int SUM = 7;
    private static final int HISTOGRAM = 9;
    private static final int EXPONENTIAL_HISTOGRAM = 10;
    private static final int SUMMARY = 11;

    private final OtlpReader reader;
    private final IngestLimits limits;
    private final OtlpOptions options;
    private final DeltaStreams deltas;
    private final boolean addsTypeAndUnit;
    private final MetricNames names;
    private final MetricSink sink;
    private final Rejections rejections = new Rejections();
    private final DataPoint point = new DataPoint();
    private final OtlpReader.AttributeCollector attributes;
    private final KnownLabels knownLabels = new KnownLabels();

    private Attributes resource = Attributes.EMPTY;
    private Scope scope = Scope.EMPTY;
    private String schemaUrl = "";

    /// How many values the attributes of the point have that were read last.
    private int attributeValues;

    private String name = "";
    private String description = "";
    private String unit = "";
    private int temporality;
    private boolean isMonotonic;

    private OtlpMetrics(OtlpReader reader, Rules rules, MetricSink sink) {
        this.reader = reader;
        this.limits = rules.limits();
        this.options = rules.options();
        this.deltas = rules.deltas();
        this.addsTypeAndUnit = rules.addsTypeAndUnit();
        this.names = new MetricNames(options);
        this.sink = sink;
        this.attributes = reader.new AttributeCollector();
    }

    /// @param body protobuf; only the first `length` bytes count
    /// @return data points that were not given to the sink
    /// @throws WireFormatException if it is no such message; the sink was given what came before
    public static Rejections decode(byte[] body, int length, Rules rules, MetricSink sink) {
        OtlpMetrics metrics = new OtlpMetrics(new OtlpReader(body, length, rules.limits()), rules, sink);
        while (metrics.reader.in.next()) {
            if (metrics.reader.in.field() == 1) {
                metrics.reader.in.enter();
                metrics.readResourceMetrics();
                metrics.reader.in.leave();
            }
        }
        return metrics.rejections;
    }

    private void readResourceMetrics() {
        resource = Attributes.EMPTY;
        knownLabels.clear();
        int start = reader.in.position();
        while (reader.in.next()) {
            if (reader.in.field() == 1) {
                resource = reader.resource();
            }
        }
        reader.in.seek(start);
        MetricTranslation translation = new MetricTranslation(names, options, limits, resource, sink);
        while (reader.in.next()) {
            if (reader.in.field() == 2) {
                reader.in.enter();
                readScopeMetrics(translation);
                reader.in.leave();
            }
        }
        translation.targetInfo();
    }

    private void readScopeMetrics(MetricTranslation translation) {
        scope = Scope.EMPTY;
        schemaUrl = "";
        if (options.promoteScopeMetadata()) {
            knownLabels.clear();
        }
        reader.inTwoPasses(
                () -> {
                    if (reader.in.field() == 1) {
                        scope = reader.scope();
                    } else if (reader.in.field() == 3) {
                        schemaUrl = reader.in.anyText();
                    }
                },
                () -> {
                    if (reader.in.field() == 2) {
                        translation.beginScope(scope, schemaUrl);
                        reader.in.enter();
                        readMetric(translation);
                        reader.in.leave();
                    }
                });
    }

    private void readMetric(MetricTranslation translation) {
        name = "";
        description = "";
        unit = "";
        reader.inTwoPasses(
                () -> {
                    switch (reader.in.field()) {
                        case 1 -> name = reader.in.string();
                        case 2 -> description = reader.in.anyText();
                        case 3 -> unit = reader.in.anyText();
                        default -> {
                            // Points are read in the second pass.
                        }
                    }
                },
                () -> {
                    int kind = reader.in.field();
                    if (kind == GAUGE || kind == SUM || kind >= HISTOGRAM && kind <= SUMMARY) {
                        reader.in.enter();
                        readPoints(kind, translation);
                        reader.in.leave();
                    }
                });
    }

    /// Reads the message of one kind of metric: points, temporality, whether it only rises.
    private void readPoints(int kind, MetricTranslation translation) {
        temporality = 0;
        isMonotonic = false;
        int start = reader.in.position();
        int points = 0;
        while (reader.in.next()) {
            switch (reader.in.field()) {
                case 1 -> points++;
                case 2 -> temporality = reader.in.int32();
                case 3 -> isMonotonic = reader.in.bool();
                default -> {
                    // Newer than this.
                }
            }
        }
        String metricName = names.metric(name, unit, nameKind(kind)).orElse("");
        String problem = metricProblem(kind, metricName);
        if (!problem.isEmpty()) {
            rejections.add(points, problem);
            return;
        }
        if (points > 0) {
            sink.metadata(metricName, new MetricMetadata(type(kind), MetricNames.unit(unit), description));
        }
        if (addsTypeAndUnit) {
            translation.beginMetric(new TypeAndUnit(type(kind), MetricNames.unitLabel(unit)));
        }
        reader.in.seek(start);
        while (reader.in.next()) {
            if (reader.in.field() == 1) {
                readPoint(kind, metricName, translation);
            }
        }
    }

    private MetricNames.Kind nameKind(int kind) {
        return kind == GAUGE
                ? MetricNames.Kind.GAUGE
                : kind == SUM && isMonotonic ? MetricNames.Kind.COUNTER : MetricNames.Kind.OTHER;
    }

    private MetricType type(int kind) {
        return switch (kind) {
            case GAUGE -> MetricType.GAUGE;
            case SUM -> isMonotonic ? MetricType.COUNTER : MetricType.GAUGE;
            case SUMMARY -> MetricType.SUMMARY;
            default -> MetricType.HISTOGRAM;
        };
    }

    private String metricProblem(int kind, String metricName) {
        if (metricName.isEmpty()) {
            return "a metric has the name \"" + name + "\", of which nothing is left as a Prometheus name";
        }
        if (addsTypeAndUnit && unit.length() > limits.maxLabelValueBytes()) {
            return "the unit of the metric " + name + " has " + unit.length()
                    + " characters, the limit ingest.maxLabelValueBytes is " + limits.maxLabelValueBytes();
        }
        return kind == GAUGE || kind == SUMMARY || temporality == CUMULATIVE || temporality == DELTA
                ? ""
                : "the metric " + name + " does not say whether it is cumulative";
    }

    private void readPoint(int kind, String metricName, MetricTranslation translation) {
        reader.countRecord();
        point.clear();
        knownLabels.beginPoint();
        reader.in.enter();
        int start = reader.in.position();
        while (reader.in.next()) {
            switch (kind) {
                case GAUGE, SUM -> readNumberField();
                case HISTOGRAM -> readHistogramField();
                case EXPONENTIAL_HISTOGRAM -> readExponentialField();
                default -> readSummaryField();
            }
        }
        KnownLabels.Known known = knownLabels.find();
        if (known == null) {
            reader.in.seek(start);
            readAttributes(kind);
        } else {
            reader.countValues(known.valueCount());
        }
        reader.in.leave();
        String problem = pointProblem(known, translation);
        if (problem.isEmpty() && temporality == DELTA && !point.isStale() && kind != GAUGE && kind != SUMMARY) {
            problem = accumulate(kind, translation.series(metricName));
        }
        if (problem.isEmpty()) {
            problem = translate(kind, metricName, translation);
        }
        if (!problem.isEmpty()) {
            rejections.add(problem);
        }
    }

    private void readAttributes(int kind) {
        int field = switch (kind) {
            case EXPONENTIAL_HISTOGRAM -> 1;
            case HISTOGRAM -> 9;
            default -> 7;
        };
        int before = reader.valueCount();
        attributes.clear();
        while (reader.in.next()) {
            if (reader.in.field() == field) {
                attributes.read();
            }
        }
        attributeValues = reader.valueCount() - before;
    }

    private String pointProblem(KnownLabels.@Nullable Known known, MetricTranslation translation) {
        if (known == null && attributes.isTooMany()) {
            return reader.tooManyAttributes("a data point of " + name);
        }
        if (point.timeNanos == 0) {
            return "a data point of " + name + " has no time";
        }
        int buckets = point.bucketCounts.size() + point.negativeCounts.size();
        if (buckets > limits.maxHistogramBuckets()) {
            return "the histogram " + name + " has " + buckets + " buckets, the limit ingest.maxHistogramBuckets is "
                    + limits.maxHistogramBuckets();
        }
        Labels labels = known == null ? translation.labels(attributes.build()) : known.labels();
        String problem = known == null ? translation.problem(labels) : "";
        if (problem.isEmpty()) {
            translation.begin(point, labels);
        }
        if (problem.isEmpty() && known == null) {
            knownLabels.add(new KnownLabels.Known(labels, attributeValues));
        }
        return problem;
    }

    private String accumulate(int kind, Labels series) {
        String problem = kind == EXPONENTIAL_HISTOGRAM ? ExponentialTotal.problem(name, point) : "";
        DeltaTotal.Kind total = switch (kind) {
            case HISTOGRAM -> DeltaTotal.Kind.EXPLICIT;
            case EXPONENTIAL_HISTOGRAM -> DeltaTotal.Kind.EXPONENTIAL;
            default -> DeltaTotal.Kind.NUMBER;
        };
        return problem.isEmpty() ? deltas.accumulate(series, point, total) : problem;
    }

    private String translate(int kind, String metricName, MetricTranslation translation) {
        switch (kind) {
            case GAUGE -> translation.number(metricName, point, false);
            case SUM -> translation.number(metricName, point, isMonotonic);
            case SUMMARY -> translation.summary(metricName, point);
            case EXPONENTIAL_HISTOGRAM -> {
                return translation.exponential(metricName, point);
            }
            default -> {
                if (translation.isConvertedToNative()) {
                    return translation.explicitAsNative(metricName, point);
                }
                translation.classicHistogram(metricName, point);
            }
        }
        return "";
    }

    private void readNumberField() {
        switch (reader.in.field()) {
            case 2 -> point.startNanos = reader.in.fixed64();
            case 3 -> point.timeNanos = reader.in.fixed64();
            case 4 -> point.value = reader.in.float64();
            case 5 -> readExemplar();
            case 6 -> point.value = reader.in.fixed64();
            case 7 -> knownLabels.skipAttribute(reader.in);
            case 8 -> point.flags = reader.in.int32();
            default -> {
                // Newer than this.
            }
        }
    }

    private void readHistogramField() {
        switch (reader.in.field()) {
            case 2 -> point.startNanos = reader.in.fixed64();
            case 3 -> point.timeNanos = reader.in.fixed64();
            case 4 -> point.count = reader.in.fixed64();
            case 5 -> readSum();
            case 6 -> reader.in.addFixed64(point.bucketCounts);
            case 7 -> reader.in.addFixed64(point.bounds);
            case 8 -> readExemplar();
            case 9 -> knownLabels.skipAttribute(reader.in);
            case 10 -> point.flags = reader.in.int32();
            default -> {
                // Minimum and maximum, which Prometheus has no place for.
            }
        }
    }

    private void readSum() {
        point.sum = reader.in.float64();
        point.hasSum = true;
    }

    private void readExponentialField() {
        switch (reader.in.field()) {
            case 1 -> knownLabels.skipAttribute(reader.in);
            case 2 -> point.startNanos = reader.in.fixed64();
            case 3 -> point.timeNanos = reader.in.fixed64();
            case 4 -> point.count = reader.in.fixed64();
            case 5 -> readSum();
            case 6 -> point.scale = (int) reader.in.sint64();
            case 7 -> point.zeroCount = reader.in.fixed64();
            case 8 -> point.positiveOffset = readBuckets(true);
            case 9 -> point.negativeOffset = readBuckets(false);
            case 10 -> point.flags = reader.in.int32();
            case 11 -> readExemplar();
            case 14 -> point.zeroThreshold = reader.in.float64();
            default -> {
                // Minimum and maximum, which Prometheus has no place for.
            }
        }
    }

    /// @return the offset
    private int readBuckets(boolean isPositive) {
        int offset = 0;
        reader.in.enter();
        while (reader.in.next()) {
            if (reader.in.field() == 1) {
                offset = (int) reader.in.sint64();
            } else if (reader.in.field() == 2) {
                reader.in.addVarints(isPositive ? point.bucketCounts : point.negativeCounts);
            }
        }
        reader.in.leave();
        return offset;
    }

    private void readSummaryField() {
        switch (reader.in.field()) {
            case 2 -> point.startNanos = reader.in.fixed64();
            case 3 -> point.timeNanos = reader.in.fixed64();
            case 4 -> point.count = reader.in.fixed64();
            case 5 -> readSum();
            case 6 -> readQuantile();
            case 7 -> knownLabels.skipAttribute(reader.in);
            case 8 -> point.flags = reader.in.int32();
            default -> {
                // Newer than this.
            }
        }
    }

    private void readQuantile() {
        double[] quantile = new double[2];
        reader.countRecord();
        reader.in.enter();
        while (reader.in.next()) {
            if (reader.in.field() == 1 || reader.in.field() == 2) {
                int field = reader.in.field();
                quantile[field - 1] = reader.in.float64();
            }
        }
        reader.in.leave();
        point.quantiles.add(quantile);
    }

    private void readExemplar() {
        long timeNanos = 0;
        double value = 0;
        SpanId spanId = SpanId.NONE;
        TraceId traceId = TraceId.NONE;
        OtlpReader.AttributeCollector filtered = reader.new AttributeCollector();
        reader.countRecord();
        reader.in.enter();
        while (reader.in.next()) {
            switch (reader.in.field()) {
                case 2 -> timeNanos = reader.in.fixed64();
                case 3 -> value = reader.in.float64();
                case 4 -> spanId = reader.spanId();
                case 5 -> traceId = reader.traceId();
                case 6 -> value = reader.in.fixed64();
                case 7 -> filtered.read();
                default -> {
                    // Newer than this.
                }
            }
        }
        reader.in.leave();
        long time = timeNanos == 0 ? Exemplar.NO_TIMESTAMP : Long.divideUnsigned(timeNanos, 1_000_000);
        point.exemplars.add(
                new Exemplar(exemplarLabels(traceId, spanId, filtered.build()), SampleValues.canonical(value), time));
    }

    /// The ids, and the attributes if all of them fit into OpenMetrics' limit.
    private static Labels exemplarLabels(TraceId traceId, SpanId spanId, Attributes filtered) {
        Labels.Builder labels = new Labels.Builder();
        int characters = 0;
        if (traceId.isPresent()) {
            labels.set("trace_id", traceId.hex());
            characters += "trace_id".length() + 32;
        }
        if (spanId.isPresent()) {
            labels.set("span_id", spanId.hex());
            characters += "span_id".length() + 16;
        }
        for (int i = 0; i < filtered.size(); i++) {
            characters +=
                    filtered.key(i).length() + filtered.value(i).toString().length();
        }
        if (characters <= Exemplar.MAX_LABEL_CHARACTERS) {
            for (int i = 0; i < filtered.size(); i++) {
                if (!filtered.key(i).isEmpty()) {
                    labels.set(filtered.key(i), filtered.value(i).toString());
                }
            }
        }
        return labels.build();
    }
}
