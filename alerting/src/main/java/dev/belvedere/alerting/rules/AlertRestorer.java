package dev.belvedere.alerting.rules;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out after a restart since when alerts have been active, from the series `ALERTS_FOR_STATE` that the rules
/// wrote before.
///
/// The time of the outage does not count towards `for`: an alert fires as much later as the outage was long, and no
/// sooner than a grace period after the restart, so that data can come in that speaks against it.
final class AlertRestorer {

    private static final System.Logger LOG = System.getLogger(AlertRestorer.class.getName());

    private final RulePorts ports;
    private final RuleSettings settings;
    private final long nowMillis;

    AlertRestorer(RulePorts ports, RuleSettings settings, long nowMillis) {
        this.ports = ports;
        this.settings = settings;
        this.nowMillis = nowMillis;
    }

    /// The newest sample of a series.
    private record Last(long timestampMillis, double value) {}

    /// Restores once: where the store cannot be read, alerts begin anew.
    void restore(AlertingRule rule) {
        long hold = rule.definition().holdMillis();
        if (hold >= settings.forGracePeriodMillis()) {
            try {
                Map<Labels, Last> series = series(rule.definition());
                rule.restore(labels -> {
                    Labels.Builder all = rule.definition().labels().toBuilder();
                    labels.forEach(all::set);
                    return Optional.ofNullable(series.get(all.build())).flatMap(last -> activeAt(last, hold));
                });
            } catch (OperationException e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "could not restore the alerts of rule "
                                + rule.definition().name() + ": " + e.getMessage());
            }
        }
        rule.markRestored();
    }

    private Optional<Long> activeAt(Last last, long holdMillis) {
        if (SampleValues.isStale(last.value())) {
            return Optional.empty();
        }
        long activeAt = (long) last.value() * 1000;
        long remaining = holdMillis - (last.timestampMillis() - activeAt);
        if (remaining <= 0) {
            // It was firing, and fires again at the next evaluation.
            return Optional.of(activeAt);
        }
        return Optional.of(
                remaining < settings.forGracePeriodMillis()
                        ? nowMillis + settings.forGracePeriodMillis() - holdMillis
                        : activeAt + nowMillis - last.timestampMillis());
    }

    /// The rule's series without their names.
    private Map<Labels, Last> series(RuleDefinition.Alerting rule) {
        List<LabelMatcher> matchers = new ArrayList<>();
        matchers.add(LabelMatcher.equal(Labels.METRIC_NAME, AlertingRule.ALERTS_FOR_STATE));
        matchers.add(LabelMatcher.equal(Alert.NAME_LABEL, rule.name()));
        rule.labels().forEach((name, value) -> {
            // A template's value differs from alert to alert.
            if (!value.contains("{{") && !name.equals(Alert.NAME_LABEL)) {
                matchers.add(LabelMatcher.equal(name, value));
            }
        });
        Map<Labels, Last> result = new HashMap<>();
        long from = nowMillis - settings.outageToleranceMillis();
        try (QueryBudget budget = ports.budget(settings.limits(), QueryMemory.Rank.RULE);
                MetricQuerier querier = ports.store().querier(ports.tenant(), budget)) {
            for (SeriesCursor cursor : querier.select(SelectRequest.samples(matchers, from, nowMillis))) {
                while (cursor.next()) {
                    collect(cursor.group(), from, result);
                }
            }
        }
        return result;
    }

    private void collect(SeriesGroup group, long from, Map<Labels, Last> result) {
        SampleColumn column = new SampleColumn();
        for (int series = 0; series < group.seriesCount(); series++) {
            group.read(series, column);
            Labels labels = group.labels(series).withoutMetricName();
            for (int row = group.rowCount() - 1; row >= 0; row--) {
                long timestamp = group.timestamps()[row];
                if (timestamp >= from && timestamp <= nowMillis && !column.isAbsent(row)) {
                    Last last = new Last(timestamp, column.values()[row]);
                    // A series may come in several groups.
                    result.merge(labels, last, (a, b) -> a.timestampMillis() > b.timestampMillis() ? a : b);
                    break;
                }
            }
        }
    }
}
