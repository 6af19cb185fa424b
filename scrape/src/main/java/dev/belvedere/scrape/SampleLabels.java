package dev.belvedere.scrape;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.TypeAndUnit;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.scrape.config.ScrapeLimits;
import dev.belvedere.scrape.relabel.NameValidation;
import dev.belvedere.scrape.relabel.RelabelRule;
import dev.belvedere.wire.exposition.FamilyHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Makes a series' labels out of those of its line and its target: merged, relabelled, checked.
final class SampleLabels {

    private static final String EXPORTED = "exported_";

    private final ScrapeConfig config;
    private final Labels target;
    private final boolean addsTypeAndUnit;

    SampleLabels(ScrapeConfig config, Labels target, boolean addsTypeAndUnit) {
        this.config = config;
        this.target = target;
        this.addsTypeAndUnit = addsTypeAndUnit;
    }

    /// @return empty if a rule drops the series
    /// @throws ScrapeFailedException if the labels are invalid or break a limit
    Optional<Labels> of(Labels exposed, FamilyHeader header, ScrapeMetrics metrics) throws ScrapeFailedException {
        Labels typed = addsTypeAndUnit
                ? new TypeAndUnit(header.type(), header.unit())
                        .setOn(exposed.toBuilder())
                        .build()
                : exposed;
        Labels merged = config.honorsLabels() ? honoring(typed) : renaming(typed);
        Optional<Labels> relabelled = RelabelRule.apply(config.metricRelabelRules(), merged);
        if (relabelled.isEmpty() || relabelled.get().isEmpty()) {
            return Optional.empty();
        }
        check(relabelled.get(), metrics);
        return relabelled;
    }

    /// The target's labels fill in where the line has none.
    private Labels honoring(Labels exposed) {
        Labels.Builder labels = exposed.toBuilder();
        target.forEach((name, value) -> {
            if (labels.get(name).isEmpty()) {
                labels.set(name, value);
            }
        });
        return labels.build();
    }

    /// The target's labels win; those of the line with the same names move aside.
    private Labels renaming(Labels exposed) {
        Labels.Builder labels = exposed.toBuilder();
        List<String> conflicting = new ArrayList<>();
        target.forEach((name, value) -> {
            if (exposed.has(name)) {
                conflicting.add(name);
            }
            labels.set(name, value);
        });
        conflicting.sort(Comparator.comparingInt(String::length));
        for (String name : conflicting) {
            String free = EXPORTED + name;
            while (!labels.get(free).isEmpty()) {
                free = EXPORTED + free;
            }
            labels.set(free, exposed.get(name));
        }
        return labels.build();
    }

    private void check(Labels labels, ScrapeMetrics metrics) throws ScrapeFailedException {
        String metric = labels.metricName();
        NameValidation names = config.settings().names();
        if (metric.isEmpty()) {
            throw new ScrapeFailedException("a series has no metric name: " + labels);
        }
        if (!names.isMetricName(metric)) {
            throw new ScrapeFailedException("invalid metric name \"" + metric + "\"");
        }
        ScrapeLimits limits = config.settings().limits();
        if (limits.labels() > 0 && labels.size() > limits.labels()) {
            throw exceeded(metrics, "label_limit", metric, "label count of " + labels.size(), limits.labels());
        }
        for (int i = 0; i < labels.size(); i++) {
            String name = labels.name(i);
            if (!name.equals(Labels.METRIC_NAME) && !names.isLabelName(name)) {
                throw new ScrapeFailedException("invalid label name \"" + name + "\" of metric " + metric);
            }
            if (isLonger(name, limits.labelNameLength())) {
                throw exceeded(
                        metrics,
                        "label_name_length_limit",
                        metric,
                        "label name \"" + name + "\" of length " + sizeBytes(name),
                        limits.labelNameLength());
            }
            String value = labels.value(i);
            if (isLonger(value, limits.labelValueLength())) {
                throw exceeded(
                        metrics,
                        "label_value_length_limit",
                        metric,
                        "value of length " + sizeBytes(value) + " of label \"" + name + "\"",
                        limits.labelValueLength());
            }
        }
    }

    /// @param maxBytes 0 for any length
    private static boolean isLonger(String text, long maxBytes) {
        return maxBytes > 0 && sizeBytes(text) > maxBytes;
    }

    private static int sizeBytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static ScrapeFailedException exceeded(
            ScrapeMetrics metrics, String limit, String metric, String found, long max) {
        metrics.exceededLabelLimits().increment();
        String shown = metric.length() > 50 ? metric.substring(0, 50) + "..." : metric;
        return new ScrapeFailedException(limit + " exceeded: metric " + shown + " has a " + found + ", limit " + max);
    }
}
