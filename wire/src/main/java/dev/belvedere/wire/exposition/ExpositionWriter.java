package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes metric families as text or OpenMetrics.
public final class ExpositionWriter {

    private final StringBuilder text = new StringBuilder(4096);
    private final boolean isOpenMetrics;

    private ExpositionWriter(ExpositionFormat format) {
        if (format == ExpositionFormat.PROTOBUF) {
            throw new IllegalArgumentException("protobuf is read, not written");
        }
        this.isOpenMetrics = format.isOpenMetrics();
    }

    /// @param format any but [ExpositionFormat#PROTOBUF]
    public static byte[] write(List<MetricFamily> families, ExpositionFormat format) {
        ExpositionWriter writer = new ExpositionWriter(format);
        families.forEach(writer::family);
        if (writer.isOpenMetrics) {
            writer.text.append("# EOF\n");
        }
        return writer.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void family(MetricFamily family) {
        String name = familyName(family);
        if (!family.help().isEmpty()) {
            comment("HELP", name);
            escape(family.help(), isOpenMetrics);
            text.append('\n');
        }
        comment("TYPE", name);
        text.append(typeName(family.type())).append('\n');
        if (isOpenMetrics && !family.unit().isEmpty() && name.endsWith("_" + family.unit())) {
            comment("UNIT", name);
            text.append(family.unit()).append('\n');
        }
        family.points().forEach(this::point);
    }

    /// OpenMetrics names the family of counters and infos without the suffix that their samples carry.
    private String familyName(MetricFamily family) {
        String suffix = switch (family.type()) {
            case COUNTER -> "_total";
            case INFO -> "_info";
            default -> "";
        };
        String name = family.name();
        return isOpenMetrics && name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }

    private void comment(String keyword, String name) {
        text.append("# ").append(keyword).append(' ');
        if (LabelNames.isLegacyMetricName(name)) {
            text.append(name);
        } else {
            quoted(name);
        }
        text.append(' ');
    }

    private String typeName(MetricType type) {
        if (isOpenMetrics) {
            return type.exposedName();
        }
        return switch (type) {
            case UNKNOWN -> "untyped";
            case INFO, STATE_SET -> "gauge";
            case GAUGE_HISTOGRAM -> "histogram";
            case COUNTER, GAUGE, HISTOGRAM, SUMMARY -> type.exposedName();
        };
    }

    private void point(MetricFamily.Point point) {
        boolean isLegacyName = LabelNames.isLegacyMetricName(point.name());
        if (isLegacyName) {
            text.append(point.name());
        }
        if (!isLegacyName || !point.labels().isEmpty()) {
            text.append('{');
            if (!isLegacyName) {
                quoted(point.name());
            }
            labels(point.labels(), isLegacyName);
            text.append('}');
        }
        text.append(' ').append(number(point.value())).append('\n');
    }

    private void labels(Labels labels, boolean isFirst) {
        for (int i = 0; i < labels.size(); i++) {
            if (i > 0 || !isFirst) {
                text.append(',');
            }
            String name = labels.name(i);
            if (LabelNames.isLegacyLabelName(name)) {
                text.append(name);
            } else {
                quoted(name);
            }
            text.append('=');
            quoted(labels.value(i));
        }
    }

    private void quoted(String value) {
        text.append('"');
        escape(value, true);
        text.append('"');
    }

    private void escape(String value, boolean escapesQuotes) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' || c == '"' && escapesQuotes) {
                text.append('\\').append(c);
            } else if (c == '\n') {
                text.append("\\n");
            } else {
                text.append(c);
            }
        }
    }

    /// A value in the shortest form that reads back as the same double: `1`, `0.25`, `1e-07`, `NaN`, `+Inf`.
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
        }
        return Numbers.format(value);
    }
}
