package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricFamily.Point;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes an OTLP `ExportMetricsServiceRequest` of metric families as they stand at one moment.
///
/// Names are sent as they are, units only in the names, so that a Prometheus-compatible receiver gives every series
/// the name it has here. Counters, histograms and summaries are cumulative.
public final class OtlpMetricsWriter {

    private static final int CUMULATIVE = 2;

    private final ProtobufWriter out = new ProtobufWriter(64 * 1024);
    private final long timestampNanos;
    private final long startNanos;

    private OtlpMetricsWriter(long timestampNanos, long startNanos) {
        this.timestampNanos = timestampNanos;
        this.startNanos = startNanos;
    }

    /// @param timestampNanos when the values held
    /// @param startNanos when the counters began; 0 where that is not known
    public static byte[] write(
            Resource resource, Scope scope, List<MetricFamily> families, long timestampNanos, long startNanos) {
        OtlpMetricsWriter writer = new OtlpMetricsWriter(timestampNanos, startNanos);
        ProtobufWriter out = writer.out;
        int resourceMetrics = out.beginMessage(1);
        OtlpFields.writeResource(out, 1, resource);
        int scopeMetrics = out.beginMessage(2);
        OtlpFields.writeScope(out, 1, scope);
        families.forEach(writer::writeFamily);
        out.endMessage(scopeMetrics);
        out.endMessage(resourceMetrics);
        return out.toByteArray();
    }

    private void writeFamily(MetricFamily family) {
        int metric = out.beginMessage(2);
        out.string(1, family.name());
        OtlpFields.writeText(out, 2, family.help());
        switch (family.type()) {
            case COUNTER -> writeNumbers(7, family.points(), true);
            case HISTOGRAM -> writeHistograms(family);
            case SUMMARY -> writeSummaries(family);
            case GAUGE, GAUGE_HISTOGRAM, INFO, STATE_SET, UNKNOWN -> writeNumbers(5, family.points(), false);
        }
        out.endMessage(metric);
    }

    private void writeNumbers(int field, List<Point> points, boolean isCounter) {
        int numbers = out.beginMessage(field);
        for (Point point : points) {
            int message = out.beginMessage(1);
            writeTimes(isCounter);
            out.float64(4, point.value());
            writeLabels(7, point.labels());
            out.endMessage(message);
        }
        if (isCounter) {
            out.int64(2, CUMULATIVE);
            out.bool(3, true);
        }
        out.endMessage(numbers);
    }

    private void writeTimes(boolean isCumulative) {
        if (isCumulative && startNanos != 0) {
            out.fixed64(2, startNanos);
        }
        out.fixed64(3, timestampNanos);
    }

    private void writeLabels(int field, Labels labels) {
        labels.forEach((name, value) -> {
            int pair = out.beginMessage(field);
            out.string(1, name);
            int text = out.beginMessage(2);
            out.string(1, value);
            out.endMessage(text);
            out.endMessage(pair);
        });
    }

    /// The points of a histogram or summary with the same labels.
    private static final class Grouped {
        final List<Point> parts = new ArrayList<>();
        double sum;
        double count;
    }

    private static Map<Labels, Grouped> grouped(MetricFamily family, String partLabel) {
        Map<Labels, Grouped> groups = new LinkedHashMap<>();
        for (Point point : family.points()) {
            Grouped group = groups.computeIfAbsent(
                    point.labels().filter(name -> !name.equals(partLabel)), key -> new Grouped());
            if (point.name().equals(family.name() + "_sum")) {
                group.sum = point.value();
            } else if (point.name().equals(family.name() + "_count")) {
                group.count = point.value();
            } else {
                group.parts.add(point);
            }
        }
        return groups;
    }

    private void writeHistograms(MetricFamily family) {
        int histogram = out.beginMessage(9);
        grouped(family, "le").forEach((labels, group) -> {
            int message = out.beginMessage(1);
            writeTimes(true);
            out.fixed64(4, (long) group.count);
            out.float64(5, group.sum);
            long[] counts = new long[group.parts.size()];
            double[] bounds = new double[Math.max(0, counts.length - 1)];
            double below = 0;
            for (int i = 0; i < counts.length; i++) {
                Point bucket = group.parts.get(i);
                counts[i] = (long) (bucket.value() - below);
                below = bucket.value();
                if (i < bounds.length) {
                    bounds[i] = Double.parseDouble(bucket.labels().get("le"));
                }
            }
            out.packedFixed64(6, counts);
            out.packedDoubles(7, bounds);
            writeLabels(9, labels);
            out.endMessage(message);
        });
        out.int64(2, CUMULATIVE);
        out.endMessage(histogram);
    }

    private void writeSummaries(MetricFamily family) {
        int summary = out.beginMessage(11);
        grouped(family, "quantile").forEach((labels, group) -> {
            int message = out.beginMessage(1);
            writeTimes(true);
            out.fixed64(4, (long) group.count);
            out.float64(5, group.sum);
            for (Point point : group.parts) {
                int quantile = out.beginMessage(6);
                out.float64(1, Double.parseDouble(point.labels().get("quantile")));
                out.float64(2, point.value());
                out.endMessage(quantile);
            }
            writeLabels(7, labels);
            out.endMessage(message);
        });
        out.endMessage(summary);
    }
}
