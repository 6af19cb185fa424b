package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.params.JsonParameters;
import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.scrape.ActiveTarget;
import dev.belvedere.scrape.PoolTargets;
import dev.belvedere.scrape.config.EffectiveConfig;
import dev.belvedere.scrape.relabel.RelabelRule;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What is scraped, and what targets say of their metrics.
final class TargetRoutes {

    /// What a target is taken to cost, as it is told here.
    private static final int TARGET_BYTES = 160;

    /// What a metric family's metadata are taken to cost in the union of all.
    private static final int FAMILY_BYTES = 160;

    private final PrometheusParts parts;

    TargetRoutes(PrometheusParts parts) {
        this.parts = parts;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.get("/targets", this::targets)
                .get("/targets/metadata", this::targetMetadata)
                .get("/targets/relabel_steps", this::relabelSteps)
                .get("/scrape_pools", this::pools)
                .get("/scrape_pools/config", this::poolConfig)
                .get("/metadata", this::metadata);
    }

    private List<PoolTargets> sorted() {
        return parts.targets().get().stream()
                .sorted(Comparator.comparing(PoolTargets::job))
                .toList();
    }

    private Reply pools(Call call) {
        List<String> names = sorted().stream().map(PoolTargets::job).toList();
        return ApiAnswer.of(json -> {
            json.beginObject();
            GoJson.texts(json.name("scrapePools"), names);
            json.endObject();
        });
    }

    private Reply poolConfig(Call call) {
        PoolTargets pool = pool(wantedPool(PrometheusFace.parameters(call)));
        String yaml = EffectiveConfig.yaml(pool.config());
        return ApiAnswer.of(json -> {
            json.beginObject();
            GoJson.text(json.name("yaml"), yaml);
            json.endObject();
        });
    }

    private static String wantedPool(ApiParameters parameters) {
        String wanted = parameters.text("scrapePool");
        if (wanted.isEmpty()) {
            throw ApiException.badData("no scrapePool parameter provided");
        }
        return wanted;
    }

    private PoolTargets pool(String wanted) {
        return parts.targets().get().stream()
                .filter(each -> each.job().equals(wanted))
                .findFirst()
                .orElseThrow(() -> ApiException.badData(
                        "error retrieving scrape config: scrape pool \"" + wanted + "\" not found"));
    }

    private Reply relabelSteps(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        String wanted = wantedPool(parameters);
        if (parameters.text("labels").isEmpty()) {
            throw ApiException.badData("no labels parameter provided");
        }
        Labels given;
        try {
            given = Labels.of(JsonParameters.stringMap("labels", parameters.text("labels")));
        } catch (InvalidRequestException e) {
            throw ApiException.badData("error parsing labels: " + e.getMessage());
        }
        PoolTargets pool = pool(wanted);
        return ApiAnswer.of(json -> {
            json.beginObject().name("steps").beginArray();
            Optional<Labels> kept = Optional.of(given);
            for (RelabelRule rule : pool.config().relabelRules()) {
                kept = kept.flatMap(labels -> RelabelRule.apply(List.of(rule), labels));
                json.beginObject();
                rule(json.name("rule"), rule.form());
                GoJson.labels(json.name("output"), kept.orElse(Labels.EMPTY));
                json.name("keep").value(kept.isPresent()).endObject();
            }
            json.endArray().endObject();
        });
    }

    private static void rule(JsonWriter json, RelabelRule.Form form) {
        json.beginObject();
        if (!form.sourceLabels().isEmpty()) {
            GoJson.texts(json.name("source_labels"), form.sourceLabels());
        }
        GoJson.text(json.name("separator"), form.separator());
        GoJson.text(json.name("regex"), form.regex());
        if (form.modulus() != 0) {
            json.name("modulus").value(form.modulus());
        }
        if (!form.targetLabel().isEmpty()) {
            GoJson.text(json.name("target_label"), form.targetLabel());
        }
        GoJson.text(json.name("replacement"), form.replacement());
        GoJson.text(json.name("action"), form.action().configName());
        json.endObject();
    }

    private Reply targets(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        String state = parameters.text("state").toLowerCase(Locale.ROOT);
        boolean showsAll = state.isEmpty() || state.equals("any");
        boolean showsActive = showsAll || state.equals("active");
        boolean showsDropped = showsAll || state.equals("dropped");
        String wanted = parameters.text("scrapePool");
        List<PoolTargets> all = sorted();
        List<PoolTargets> pools = all.stream()
                .filter(pool -> wanted.isEmpty() || pool.job().equals(wanted))
                .toList();
        int count = 0;
        for (PoolTargets pool : pools) {
            count += (showsActive ? pool.active().size() : 0)
                    + (showsDropped ? pool.dropped().size() : 0);
        }
        QueryBudget budget = parts.budgets().forCall(call);
        budget.holdBytes((long) TARGET_BYTES * count);
        return new ApiAnswer().withList(count, budget, (json, pieces) -> {
            json.beginObject().name("activeTargets").beginArray();
            for (PoolTargets pool : showsActive ? pools : List.<PoolTargets>of()) {
                for (ActiveTarget target : pool.active()) {
                    active(json, target);
                    pieces.mayDrain(json);
                }
            }
            json.endArray().name("droppedTargets").beginArray();
            for (PoolTargets pool : showsDropped ? pools : List.<PoolTargets>of()) {
                for (Labels labels : pool.dropped()) {
                    dropped(json, pool.job(), labels);
                    pieces.mayDrain(json);
                }
            }
            json.endArray().name("droppedTargetCounts");
            if (showsDropped) {
                json.beginObject();
                all.forEach(pool -> json.name(pool.job()).value(pool.droppedCount()));
                json.endObject();
            } else {
                json.nullValue();
            }
            json.endObject();
        });
    }

    private static void active(JsonWriter json, ActiveTarget target) {
        json.beginObject();
        GoJson.labels(json.name("discoveredLabels"), target.discoveredLabels());
        GoJson.labels(json.name("labels"), target.labels());
        GoJson.text(json.name("scrapePool"), target.scrapePool());
        GoJson.text(json.name("scrapeUrl"), target.scrapeUrl());
        GoJson.text(json.name("globalUrl"), target.globalUrl());
        GoJson.text(json.name("lastError"), target.lastError());
        json.name("lastScrape");
        if (target.lastScrapeMillis() == 0) {
            GoJson.never(json);
        } else {
            GoJson.time(json, target.lastScrapeMillis());
        }
        json.name("lastScrapeDuration").value(target.lastScrapeSeconds());
        json.name("health").value(target.health().text());
        json.name("scrapeInterval").value(Durations.format(target.intervalMillis()));
        json.name("scrapeTimeout").value(Durations.format(target.timeoutMillis()));
        json.endObject();
    }

    private static void dropped(JsonWriter json, String pool, Labels labels) {
        json.beginObject();
        GoJson.labels(json.name("discoveredLabels"), labels);
        GoJson.text(json.name("scrapePool"), pool);
        json.endObject();
    }

    private Reply targetMetadata(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        int limit = parameters.plainLimit("limit");
        String metric = parameters.text("metric");
        String selector = parameters.text("match_target");
        List<LabelMatcher> matchers;
        try {
            matchers = selector.isEmpty() ? List.of() : ApiParameters.selector(selector);
        } catch (ApiException e) {
            throw ApiException.parameter("match_target", e.getMessage());
        }
        List<DescribedTarget> described = described(matchers);
        int size = described.stream().mapToInt(each -> each.metadata().size()).sum();
        return new ApiAnswer().withList(size, parts.budgets().forCall(call), (json, pieces) -> {
            json.beginArray();
            int count = 0;
            for (DescribedTarget target : described) {
                if (limit < 0 || count < limit) {
                    count += metadataOfTarget(json, target, metric);
                    pieces.mayDrain(json);
                }
            }
            json.endArray();
        });
    }

    private record DescribedTarget(Labels labels, Map<String, MetricMetadata> metadata) {}

    private List<DescribedTarget> described(List<LabelMatcher> matchers) {
        List<DescribedTarget> described = new ArrayList<>();
        for (PoolTargets pool : sorted()) {
            for (int i = 0; i < pool.active().size(); i++) {
                Labels labels = pool.active().get(i).labels();
                if (matchers.stream().allMatch(matcher -> matcher.matches(labels))) {
                    described.add(new DescribedTarget(labels, pool.metadata().get(i)));
                }
            }
        }
        return described;
    }

    /// @return how many were written
    private static int metadataOfTarget(JsonWriter json, DescribedTarget target, String metric) {
        int count = 0;
        for (Map.Entry<String, MetricMetadata> entry : target.metadata().entrySet()) {
            if (!metric.isEmpty() && !metric.equals(entry.getKey())) {
                continue;
            }
            json.beginObject();
            GoJson.labels(json.name("target"), target.labels());
            if (metric.isEmpty()) {
                GoJson.text(json.name("metric"), entry.getKey());
            }
            json.name("type").value(entry.getValue().type().exposedName());
            GoJson.text(json.name("help"), entry.getValue().help());
            GoJson.text(json.name("unit"), entry.getValue().unit());
            json.endObject();
            count++;
        }
        return count;
    }

    /// What targets say, and what came with pushed metrics.
    private Reply metadata(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        int limit = parameters.plainLimit("limit");
        int limitPerMetric = parameters.plainLimit("limit_per_metric");
        Optional<String> metric = Optional.of(parameters.text("metric")).filter(name -> !name.isEmpty());
        QueryBudget budget = parts.budgets().forCall(call);
        Map<String, Set<MetricMetadata>> all = new TreeMap<>(Labels::compareUtf8);
        for (PoolTargets pool : sorted()) {
            for (Map<String, MetricMetadata> known : pool.metadata()) {
                budget.holdBytes((long) FAMILY_BYTES * collect(known, metric, all));
            }
        }
        try (MetricQuerier querier = parts.store().querier(parts.tenants().tenant(call), budget)) {
            budget.holdBytes((long) FAMILY_BYTES * collect(querier.metadata(), metric, all));
        }
        return new ApiAnswer().withList(all.size(), budget, (json, pieces) -> {
            json.beginObject();
            int count = 0;
            for (Map.Entry<String, Set<MetricMetadata>> entry : all.entrySet()) {
                if (limit >= 0 && count++ >= limit) {
                    break;
                }
                family(json.name(entry.getKey()), entry.getValue(), limitPerMetric);
                pieces.mayDrain(json);
            }
            json.endObject();
        });
    }

    /// @return how many are new
    private static int collect(
            Map<String, MetricMetadata> known, Optional<String> metric, Map<String, Set<MetricMetadata>> all) {
        int added = 0;
        for (Map.Entry<String, MetricMetadata> entry : known.entrySet()) {
            if (metric.isEmpty() || metric.get().equals(entry.getKey())) {
                Set<MetricMetadata> family = all.computeIfAbsent(entry.getKey(), key -> new LinkedHashSet<>());
                added += family.add(entry.getValue()) ? 1 : 0;
            }
        }
        return added;
    }

    private static void family(JsonWriter json, Set<MetricMetadata> all, int limit) {
        json.beginArray();
        List<MetricMetadata> shown = new ArrayList<>(all);
        for (MetricMetadata metadata : limit > 0 ? shown.subList(0, Math.min(limit, shown.size())) : shown) {
            json.beginObject().name("type").value(metadata.type().exposedName());
            GoJson.text(json.name("unit"), metadata.unit());
            GoJson.text(json.name("help"), metadata.help());
            json.endObject();
        }
        json.endArray();
    }
}
