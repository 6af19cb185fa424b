package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.search.NameScore;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.scrape.PoolTargets;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Names and values of labels that fit what somebody types, as lines of JSON: batches of results, then how it ended.
final class SearchRoutes {

    private static final String LINES = "application/x-ndjson; charset=utf-8";

    /// What something found, or known of it, is taken to cost in a list or map.
    private static final int ENTRY_BYTES = 48;

    /// So many are counted before they are scored.
    private static final int NAMES_AT_ONCE = 256;

    private final PrometheusParts parts;

    SearchRoutes(PrometheusParts parts) {
        this.parts = parts;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.getOrPost("/search/metric_names", this::metricNames)
                .getOrPost("/search/label_names", this::labelNames)
                .getOrPost("/search/label_values", this::labelValues);
    }

    /// What was found, with how well it fits.
    private record Found(String text, double score) {}

    private SearchParameters parameters(Call call, String endpoint) {
        int maxLimit = parts.server().maxSearchLimit();
        if (maxLimit < 0) {
            throw ApiException.unavailable("search API disabled");
        }
        ApiParameters given = PrometheusFace.parameters(call);
        return SearchParameters.read(given, endpoint, parts.time().currentMillis(), maxLimit);
    }

    private Reply metricNames(Call call) {
        SearchParameters parameters = parameters(call, "metric_names");
        boolean includesMetadata = SearchParameters.flag(PrometheusFace.parameters(call), "include_metadata", false);
        QueryBudget budget = parts.budgets().forCall(call);
        List<Found> found = search(call, budget, parameters, valuesOf(Labels.METRIC_NAME));
        Map<String, MetricMetadata> metadata = includesMetadata && !found.isEmpty() ? metadata(call, budget) : Map.of();
        return reply(parameters, found, "name", (json, text) -> {
            MetricMetadata known = metadata.get(text);
            if (known != null) {
                optional(json, "type", known.type().exposedName());
                optional(json, "help", known.help());
                optional(json, "unit", known.unit());
            }
        });
    }

    private static void optional(JsonWriter json, String name, String text) {
        if (!text.isEmpty()) {
            GoJson.text(json.name(name), text);
        }
    }

    private Reply labelNames(Call call) {
        SearchParameters parameters = parameters(call, "label_names");
        List<Found> found = search(
                call,
                parts.budgets().forCall(call),
                parameters,
                (querier, matchers, range, asked) -> querier.labelNames(matchers, range, asked));
        return reply(parameters, found, "name", (json, text) -> {});
    }

    private Reply labelValues(Call call) {
        SearchParameters parameters = parameters(call, "label_values");
        String label = PrometheusFace.parameters(call).text("label");
        if (label.isEmpty()) {
            throw ApiException.badData("missing required parameter \"label\"");
        }
        return reply(
                parameters,
                search(call, parts.budgets().forCall(call), parameters, valuesOf(label)),
                "value",
                (json, text) -> {});
    }

    private static SeriesUnion.Lookup<String> valuesOf(String label) {
        return (querier, matchers, range, asked) -> querier.labelValues(label, matchers, range, asked);
    }

    /// In the order asked for; one more than the limit, if there is.
    private List<Found> search(
            Call call, QueryBudget budget, SearchParameters parameters, SeriesUnion.Lookup<String> lookup) {
        Optional<NameScore> filter = parameters.filter();
        int wanted = parameters.limit() == Integer.MAX_VALUE ? parameters.limit() : parameters.limit() + 1;
        boolean isFirstOfAll = filter.isEmpty() && parameters.order() == SearchParameters.Order.ASCENDING;
        List<String> names = new SeriesUnion(
                        parts, parameters.matchers(), parameters.range(), isFirstOfAll ? wanted : 0)
                .find(call, budget, Labels::compareUtf8, lookup)
                .all();
        List<Found> found = new ArrayList<>();
        for (String name : names) {
            if (found.size() % NAMES_AT_ONCE == 0) {
                budget.holdBytes((long) ENTRY_BYTES * NAMES_AT_ONCE);
                budget.check();
            }
            double score = filter.map(f -> f.of(name)).orElse(1.0);
            if (score != NameScore.NO_MATCH) {
                found.add(new Found(name, score));
            }
        }
        switch (parameters.order()) {
            case ASCENDING -> {}
            case DESCENDING -> found = found.reversed();
            case BY_SCORE -> found.sort(Comparator.comparingDouble(Found::score).reversed());
        }
        return found.subList(0, Math.min(wanted, found.size()));
    }

    /// What targets say, else what came with pushed metrics.
    private Map<String, MetricMetadata> metadata(Call call, QueryBudget budget) {
        Map<String, MetricMetadata> all = new HashMap<>();
        for (PoolTargets pool : parts.targets().get()) {
            for (Map<String, MetricMetadata> known : pool.metadata()) {
                putAbsent(known, all, budget);
            }
        }
        try (MetricQuerier querier = parts.store().querier(parts.tenants().tenant(call), budget)) {
            putAbsent(querier.metadata(), all, budget);
        }
        return all;
    }

    private static void putAbsent(
            Map<String, MetricMetadata> known, Map<String, MetricMetadata> all, QueryBudget budget) {
        int before = all.size();
        known.forEach(all::putIfAbsent);
        budget.holdBytes((long) ENTRY_BYTES * (all.size() - before));
    }

    /// Writes what else is known of a result.
    private interface Details {
        void write(JsonWriter json, String text);
    }

    private static Reply reply(SearchParameters parameters, List<Found> found, String field, Details details) {
        boolean hasMore = found.size() > parameters.limit();
        List<Found> shown = hasMore ? found.subList(0, parameters.limit()) : found;
        return new Reply.Streamed(
                200,
                LINES,
                out -> {
                    int from = 0;
                    do {
                        int to = (int) Math.min((long) from + parameters.batchSize(), shown.size());
                        JsonWriter json = new JsonWriter();
                        json.beginObject().name("results").beginArray();
                        for (Found each : shown.subList(from, to)) {
                            json.beginObject();
                            GoJson.text(json.name(field), each.text());
                            if (parameters.includesScore()) {
                                json.name("score").value(each.score());
                            }
                            details.write(json, each.text());
                            json.endObject();
                        }
                        line(json.endArray().endObject(), out);
                        from = to;
                    } while (from < shown.size());
                    JsonWriter json = new JsonWriter();
                    json.beginObject().name("status").value("success");
                    line(json.name("has_more").value(hasMore).endObject(), out);
                },
                List.of());
    }

    private static void line(JsonWriter json, OutputStream out) throws IOException {
        json.drainTo(out);
        out.write('\n');
    }
}
