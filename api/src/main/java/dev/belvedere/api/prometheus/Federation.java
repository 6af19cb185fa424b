package dev.belvedere.api.prometheus;

import dev.belvedere.alerting.template.GoFloat;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The newest samples of chosen series as an exposition, for another Prometheus to scrape.
///
/// Native histograms are left out: the text format has no place for them.
final class Federation {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusParts parts;

    Federation(PrometheusParts parts) {
        this.parts = parts;
    }

    private record Last(long timestampMillis, double value) {}

    Reply answer(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        long now = parts.time().currentMillis();
        long from = now - parts.engine().options().lookbackMillis();
        Map<Labels, Last> found = new TreeMap<>(
                Comparator.comparing(Labels::metricName, Labels::compareUtf8).thenComparing(Labels::compareTo));
        try (MetricQuerier querier = parts.store()
                .querier(parts.tenants().tenant(call), parts.budgets().forCall(call))) {
            for (List<LabelMatcher> matchers : parameters.matchers()) {
                SelectRequest request = new SelectRequest(matchers, from, now, SelectRequest.Need.LAST_SAMPLE);
                for (SeriesCursor cursor : querier.select(request)) {
                    while (cursor.next()) {
                        collect(cursor.group(), from, now, found);
                    }
                }
            }
        }
        return Reply.bytes(200, CONTENT_TYPE, text(found).getBytes(StandardCharsets.UTF_8));
    }

    private static void collect(SeriesGroup group, long from, long now, Map<Labels, Last> found) {
        SampleColumn column = new SampleColumn();
        for (int series = 0; series < group.seriesCount(); series++) {
            group.read(series, column);
            for (int row = group.rowCount() - 1; row >= 0; row--) {
                long timestamp = group.timestamps()[row];
                if (timestamp >= from && timestamp <= now && !column.isAbsent(row)) {
                    Last last = new Last(timestamp, column.values()[row]);
                    found.merge(
                            group.labels(series), last, (a, b) -> a.timestampMillis() >= b.timestampMillis() ? a : b);
                    break;
                }
            }
        }
    }

    private String text(Map<Labels, Last> found) {
        Labels external = parts.server().externalLabels();
        StringBuilder text = new StringBuilder();
        String family = "";
        for (Map.Entry<Labels, Last> entry : found.entrySet()) {
            String name = entry.getKey().metricName();
            double value = entry.getValue().value();
            if (name.isEmpty() || SampleValues.isStale(value) || SampleValues.isAbsent(value)) {
                continue;
            }
            if (!name.equals(family)) {
                String shown = LabelNames.isLegacyMetricName(name) ? name : LabelNames.quote(name);
                text.append("# TYPE ").append(shown).append(" untyped\n");
                family = name;
            }
            series(text, entry.getKey(), external);
            text.append(' ').append(GoFloat.shortest(value));
            text.append(' ').append(entry.getValue().timestampMillis()).append('\n');
        }
        return text.toString();
    }

    /// The series' own labels and then those of the server that it lacks; `instance` is always there, so that the
    /// scraper does not put its own.
    private static void series(StringBuilder text, Labels labels, Labels external) {
        String name = labels.metricName();
        boolean isLegacy = LabelNames.isLegacyMetricName(name);
        text.append(isLegacy ? name : "").append('{').append(isLegacy ? "" : LabelNames.quote(name));
        int start = text.length() - (isLegacy ? 0 : 1);
        labels.forEach((label, value) -> {
            if (!label.equals(Labels.METRIC_NAME)) {
                pair(text, start, label, value);
            }
        });
        Map<String, String> added = new TreeMap<>(external.toMap());
        added.putIfAbsent("instance", "");
        added.forEach((label, value) -> {
            if (!labels.has(label)) {
                pair(text, start, label, value);
            }
        });
        text.append('}');
    }

    private static void pair(StringBuilder text, int start, String label, String value) {
        text.append(text.length() > start ? "," : "");
        text.append(LabelNames.isLegacyLabelName(label) ? label : LabelNames.quote(label))
                .append("=\"");
        text.append(value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\""))
                .append('"');
    }
}
