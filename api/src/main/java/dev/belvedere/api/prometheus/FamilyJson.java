package dev.belvedere.api.prometheus;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A metric family as protobuf's JSON: 64-bit counts are strings, and so are numbers that JSON does not know.
final class FamilyJson {

    private FamilyJson() {}

    static void write(JsonWriter json, MetricFamily family) {
        json.beginObject().name("name").value(family.name()).name("help").value(family.help());
        json.name("type").value(type(family));
        json.name("metric").beginArray();
        switch (family.type()) {
            case HISTOGRAM -> grouped(json, family, "le", FamilyJson::histogram);
            case SUMMARY -> grouped(json, family, "quantile", FamilyJson::summary);
            default -> family.points().forEach(point -> single(json, family, point));
        }
        json.endArray();
        if (!family.unit().isEmpty()) {
            json.name("unit").value(family.unit());
        }
        json.endObject();
    }

    private static String type(MetricFamily family) {
        return switch (family.type()) {
            case COUNTER -> "COUNTER";
            case GAUGE, INFO, STATE_SET -> "GAUGE";
            case SUMMARY -> "SUMMARY";
            case HISTOGRAM -> "HISTOGRAM";
            case GAUGE_HISTOGRAM -> "GAUGE_HISTOGRAM";
            case UNKNOWN -> "UNTYPED";
        };
    }

    private static void single(JsonWriter json, MetricFamily family, MetricFamily.Point point) {
        labels(json.beginObject(), point.labels());
        json.name(type(family).toLowerCase(Locale.ROOT)).beginObject();
        number(json.name("value"), point.value());
        json.endObject().endObject();
    }

    private static void labels(JsonWriter json, Labels labels) {
        if (labels.size() == 0) {
            return;
        }
        json.name("label").beginArray();
        for (int i = 0; i < labels.size(); i++) {
            json.beginObject().name("name").value(labels.name(i));
            json.name("value").value(labels.value(i)).endObject();
        }
        json.endArray();
    }

    private interface GroupWriter {
        void write(JsonWriter json, MetricFamily family, List<MetricFamily.Point> points);
    }

    /// Puts the points that differ by one label together.
    private static void grouped(JsonWriter json, MetricFamily family, String by, GroupWriter writer) {
        Map<Labels, List<MetricFamily.Point>> groups = new LinkedHashMap<>();
        for (MetricFamily.Point point : family.points()) {
            groups.computeIfAbsent(point.labels().without(List.of(by)), key -> new ArrayList<>())
                    .add(point);
        }
        groups.forEach((labels, points) -> {
            labels(json.beginObject(), labels);
            writer.write(json, family, points);
            json.endObject();
        });
    }

    private static void histogram(JsonWriter json, MetricFamily family, List<MetricFamily.Point> points) {
        json.name("histogram").beginObject();
        totals(json, family, points);
        json.name("bucket").beginArray();
        for (MetricFamily.Point point : points) {
            String bound = point.labels().get("le");
            // The bucket of everything is what sampleCount says.
            if (!bound.isEmpty() && !bound.equals("+Inf")) {
                json.beginObject().name("cumulativeCount").value(Long.toString((long) point.value()));
                number(json.name("upperBound"), Double.parseDouble(bound));
                json.endObject();
            }
        }
        json.endArray().endObject();
    }

    private static void summary(JsonWriter json, MetricFamily family, List<MetricFamily.Point> points) {
        json.name("summary").beginObject();
        totals(json, family, points);
        json.name("quantile").beginArray();
        for (MetricFamily.Point point : points) {
            String quantile = point.labels().get("quantile");
            if (!quantile.isEmpty()) {
                number(json.beginObject().name("quantile"), Double.parseDouble(quantile));
                number(json.name("value"), point.value());
                json.endObject();
            }
        }
        json.endArray().endObject();
    }

    private static void totals(JsonWriter json, MetricFamily family, List<MetricFamily.Point> points) {
        for (MetricFamily.Point point : points) {
            if (point.name().equals(family.name() + "_count")) {
                json.name("sampleCount").value(Long.toString((long) point.value()));
            }
        }
        for (MetricFamily.Point point : points) {
            if (point.name().equals(family.name() + "_sum")) {
                number(json.name("sampleSum"), point.value());
            }
        }
    }

    private static void number(JsonWriter json, double value) {
        if (Double.isNaN(value)) {
            json.value("NaN");
        } else if (Double.isInfinite(value)) {
            json.value(value > 0 ? "Infinity" : "-Infinity");
        } else {
            json.value(value);
        }
    }
}
