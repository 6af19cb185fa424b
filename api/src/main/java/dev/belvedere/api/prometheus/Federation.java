package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.wire.exposition.ExpositionFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The newest samples of chosen series as an exposition, for another Prometheus to scrape: as text, or as protobuf,
/// which alone has a place for native histograms.
///
/// Names outside the legacy characters are quoted for a client that says `escaping=allow-utf-8`; for others each
/// other character becomes `_`, as in Prometheus.
final class Federation {

    private static final Set<ExpositionFormat> FORMATS =
            Set.of(ExpositionFormat.PROTOBUF, ExpositionFormat.TEXT_1_0_0, ExpositionFormat.TEXT_0_0_4);

    /// What a series and its newest sample are taken to cost in a map.
    private static final int SERIES_BYTES = 240;

    /// The same for a series in the exposition, which is whole in memory twice for a moment.
    private static final int TEXT_BYTES = 400;

    private final PrometheusParts parts;

    Federation(PrometheusParts parts) {
        this.parts = parts;
    }

    /// The newest sample of a series.
    record Last(
            long timestampMillis, double value, @Nullable NativeHistogram histogram) {

        /// Stale markers have no place in an exposition.
        boolean isStale() {
            NativeHistogram sample = histogram;
            return sample == null ? SampleValues.isStale(value) : sample.isStale();
        }
    }

    Reply answer(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        long now = parts.time().currentMillis();
        long from = now - parts.engine().options().lookbackMillis();
        Map<Labels, Last> found = new TreeMap<>(
                Comparator.comparing(Labels::metricName, Labels::compareUtf8).thenComparing(Labels::compareTo));
        QueryBudget budget = parts.budgets().forCall(call);
        try (MetricQuerier querier = parts.store().querier(parts.tenants().tenant(call), budget)) {
            for (List<LabelMatcher> matchers : parameters.matchers()) {
                SelectRequest request = new SelectRequest(matchers, from, now, SelectRequest.Need.LAST_SAMPLE);
                for (SeriesCursor cursor : querier.select(request)) {
                    while (cursor.next()) {
                        collect(cursor.group(), from, now, found, budget);
                    }
                }
            }
        }
        found.values().removeIf(Last::isStale);
        budget.holdBytes((long) TEXT_BYTES * found.size());
        String accept = call.header("accept");
        boolean isUtf8 = accept.contains("allow-utf-8");
        FederatedNames names = new FederatedNames(isUtf8, parts.server().externalLabels());
        return ExpositionFormat.ofAccept(accept, FORMATS) == ExpositionFormat.PROTOBUF
                ? Reply.bytes(200, FederatedProtobuf.contentType(isUtf8), FederatedProtobuf.write(found, names))
                : Reply.bytes(200, FederatedText.contentType(isUtf8), FederatedText.write(found, names));
    }

    private static void collect(SeriesGroup group, long from, long now, Map<Labels, Last> found, QueryBudget budget) {
        budget.holdBytes((long) SERIES_BYTES * group.seriesCount());
        SampleColumn column = new SampleColumn();
        for (int series = 0; series < group.seriesCount(); series++) {
            if (!group.labels(series).has(Labels.METRIC_NAME)) {
                continue;
            }
            group.read(series, column);
            for (int row = group.rowCount() - 1; row >= 0; row--) {
                long timestamp = group.timestamps()[row];
                if (timestamp >= from && timestamp <= now && !column.isAbsent(row)) {
                    NativeHistogram histogram = column.histogram(row);
                    budget.holdBytes(histogram == null ? 0 : histogram.sizeBytes());
                    Last last = new Last(timestamp, column.values()[row], histogram);
                    found.merge(
                            group.labels(series), last, (a, b) -> a.timestampMillis() >= b.timestampMillis() ? a : b);
                    break;
                }
            }
        }
    }

    /// How names and labels are shown.
    ///
    /// @param isUtf8 whether names may hold any character
    record FederatedNames(boolean isUtf8, Labels external) {

        String shown(String name) {
            if (isUtf8 || LabelNames.isLegacyMetricName(name)) {
                return name;
            }
            StringBuilder escaped = new StringBuilder(name.length());
            for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
                int c = name.codePointAt(i);
                boolean isLegacy = c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c == '_'
                        || c == ':'
                        || c >= '0' && c <= '9' && i > 0;
                escaped.append(isLegacy ? (char) c : '_');
            }
            return escaped.toString();
        }

        /// Name, value, ...: the series' own labels and then those of the server that it lacks; `instance` is always
        /// there, so that the scraper does not put its own.
        List<String> pairs(Labels series) {
            List<String> pairs = new ArrayList<>();
            series.forEach((name, value) -> {
                if (!name.equals(Labels.METRIC_NAME)) {
                    pairs.add(shown(name));
                    pairs.add(value);
                }
            });
            Map<String, String> added = new TreeMap<>(external.toMap());
            added.putIfAbsent("instance", "");
            added.forEach((name, value) -> {
                if (!series.has(name)) {
                    pairs.add(shown(name));
                    pairs.add(value);
                }
            });
            return pairs;
        }
    }
}
