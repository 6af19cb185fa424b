package dev.belvedere.api.prometheus;

import dev.belvedere.alerting.template.GoFloat;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.exposition.ProtobufFamilyWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The text form of a federation. Histograms with custom bounds become classic ones; exponential ones are left out,
/// since the format has no place for them.
final class FederatedText {

    private final Federation.FederatedNames names;
    private final StringBuilder text = new StringBuilder();

    private FederatedText(Federation.FederatedNames names) {
        this.names = names;
    }

    static String contentType(boolean isUtf8) {
        return "text/plain; version=0.0.4; charset=utf-8; escaping=" + (isUtf8 ? "allow-utf-8" : "underscores");
    }

    static byte[] write(Map<Labels, Federation.Last> found, Federation.FederatedNames names) {
        FederatedText writer = new FederatedText(names);
        String family = "";
        boolean wasHistogram = false;
        for (Map.Entry<Labels, Federation.Last> entry : found.entrySet()) {
            Labels labels = entry.getKey();
            Federation.Last last = entry.getValue();
            NativeHistogram histogram = last.histogram();
            if (histogram != null && !histogram.hasCustomBounds()) {
                continue;
            }
            boolean isHistogram = histogram != null;
            if (!labels.metricName().equals(family) || wasHistogram != isHistogram) {
                family = labels.metricName();
                wasHistogram = isHistogram;
                writer.type(names.shown(family), isHistogram ? "histogram" : "untyped");
            }
            List<String> pairs = names.pairs(labels);
            if (histogram == null) {
                writer.sample(names.shown(family), pairs, "", last.value(), last.timestampMillis());
            } else {
                writer.classic(names.shown(family), pairs, histogram, last.timestampMillis());
            }
        }
        return writer.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void type(String name, String type) {
        String shown = LabelNames.isLegacyMetricName(name) ? name : quoted(name);
        text.append("# TYPE ").append(shown).append(' ').append(type).append('\n');
    }

    private void classic(String name, List<String> pairs, NativeHistogram histogram, long timestampMillis) {
        double[] cumulative = ProtobufFamilyWriter.cumulativeCounts(histogram);
        for (int i = 0; i < cumulative.length; i++) {
            String bound = GoFloat.shortest(histogram.customBounds()[i]);
            sample(name + "_bucket", pairs, bound, cumulative[i], timestampMillis);
        }
        sample(name + "_bucket", pairs, "+Inf", histogram.count(), timestampMillis);
        sample(name + "_sum", pairs, "", histogram.sum(), timestampMillis);
        sample(name + "_count", pairs, "", histogram.count(), timestampMillis);
    }

    /// @param bound the bucket's label `le`; empty for what is no bucket
    private void sample(String name, List<String> pairs, String bound, double value, long timestampMillis) {
        boolean isLegacy = LabelNames.isLegacyMetricName(name);
        text.append(isLegacy ? name : "").append('{').append(isLegacy ? "" : quoted(name));
        boolean isFirst = isLegacy;
        for (int i = 0; i < pairs.size(); i += 2) {
            pair(isFirst, pairs.get(i), pairs.get(i + 1));
            isFirst = false;
        }
        if (!bound.isEmpty()) {
            pair(isFirst, "le", bound);
        }
        // The format writes both zeros alike.
        text.append("} ")
                .append(value == 0 ? "0" : GoFloat.shortest(value))
                .append(' ')
                .append(timestampMillis)
                .append('\n');
    }

    private void pair(boolean isFirst, String label, String value) {
        text.append(isFirst ? "" : ",");
        text.append(LabelNames.isLegacyLabelName(label) ? label : quoted(label))
                .append('=')
                .append(quoted(value));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"';
    }
}
