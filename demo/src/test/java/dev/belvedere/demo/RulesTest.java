package dev.belvedere.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.demo.site.Emissions;
import dev.belvedere.demo.site.Incident;
import dev.belvedere.demo.site.Schedule;
import dev.belvedere.demo.site.Site;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The shipped rules over a whole cycle of the site, scraped and evaluated as a server would.
final class RulesTest {

    private static final long START = 1_750_000_000_000L;
    private static final int SCRAPE_SECONDS = 5;

    /// How long after an incident its alert may still fire: queues drain, windows pass.
    private static final int AFTERMATH_SECONDS = 90;

    private record Alert(String name, Expr expr, long forSeconds) {}

    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
    private final MemoryMetricStore store = new MemoryMetricStore();
    private final Schedule schedule = new Schedule(10);
    private final Site site = new Site(42, schedule, START);
    private final String rules = DemoSite.ruleFile();
    private final List<Alert> alerts = new ArrayList<>();
    private final Map<String, Set<Labels>> scraped = new HashMap<>();
    private final Map<String, Long> activeSince = new HashMap<>();

    /// The second at which each alert was active for the first time.
    private final Map<String, Long> firstActive = new TreeMap<>();

    /// The seconds at which each alert fired.
    private final Map<String, List<Long>> fired = new TreeMap<>();

    @BeforeEach
    void readRules() {
        YamlMap file = YamlNode.parse("rules.yml", rules).orElseThrow().map();
        for (YamlNode group : file.list("groups")) {
            for (YamlNode node : group.map().list("rules")) {
                YamlMap rule = node.map();
                rule.get("alert")
                        .ifPresent(name -> alerts.add(new Alert(
                                name.string(),
                                engine.parse(rule.require("expr").string()),
                                rule.durationMillis("for", 0) / 1000)));
            }
        }
    }

    private void live(long end) {
        while (site.second() < end) {
            Emissions emissions = site.advance();
            try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                emissions
                        .otlpMetrics()
                        .forEach((resource, families) -> append(
                                appender,
                                families,
                                Labels.of(
                                        "job",
                                        "trainer",
                                        "instance",
                                        resource.attributes().text("service.instance.id"))));
                if (site.second() % SCRAPE_SECONDS == 0) {
                    site.endpoints().forEach(endpoint -> scrape(appender, endpoint));
                }
                appender.commit();
            }
            if (site.second() % SCRAPE_SECONDS == 0) {
                alerts.forEach(this::evaluate);
            }
        }
    }

    private long nowMillis() {
        return START + 1000 * site.second();
    }

    private void scrape(MetricAppender appender, Site.Endpoint endpoint) {
        Labels target = Labels.of("job", endpoint.job(), "instance", endpoint.instance());
        Set<Labels> series = append(appender, site.expose(endpoint.path()).orElse(List.of()), target);
        Set<Labels> gone = new HashSet<>(scraped.getOrDefault(endpoint.path(), Set.of()));
        gone.removeAll(series);
        gone.forEach(labels ->
                appender.append(appender.series(labels), nowMillis(), MetricAppender.NO_START, SampleValues.STALE_NAN));
        scraped.put(endpoint.path(), series);
    }

    private Set<Labels> append(MetricAppender appender, List<MetricFamily> families, Labels target) {
        Set<Labels> series = new HashSet<>();
        for (MetricFamily family : families) {
            if (!rules.contains(family.name())) {
                continue;
            }
            for (MetricFamily.Point point : family.points()) {
                Labels.Builder builder = point.labels().toBuilder().set(Labels.METRIC_NAME, point.name());
                target.forEach(builder::set);
                Labels labels = builder.build();
                series.add(labels);
                appender.append(appender.series(labels), nowMillis(), MetricAppender.NO_START, point.value());
            }
        }
        return series;
    }

    private void evaluate(Alert alert) {
        Value value = engine.instant(store, Tenant.DEFAULT, alert.expr(), nowMillis(), QueryBudget.unlimited())
                .value();
        boolean isActive =
                value instanceof Value.VectorValue vector && !vector.samples().isEmpty();
        if (!isActive) {
            activeSince.remove(alert.name());
            return;
        }
        firstActive.putIfAbsent(alert.name(), site.second());
        long since = activeSince.computeIfAbsent(alert.name(), name -> site.second());
        if (site.second() - since >= alert.forSeconds()) {
            fired.computeIfAbsent(alert.name(), name -> new ArrayList<>()).add(site.second());
        }
    }

    @Test
    void each_incident_fires_its_rule_while_it_lasts_and_no_rule_fires_without_its_incident() {
        live(schedule.cycleSeconds() - 1);
        for (Incident incident : Incident.values()) {
            long start = schedule.startSeconds(incident);
            long end = start + schedule.durationSeconds(incident);
            List<Long> seconds = fired.getOrDefault(incident.alert(), List.of());
            assertThat(seconds).as(incident.alert()).anyMatch(second -> second > start && second <= end);
            assertThat(seconds)
                    .as(incident.alert() + " between " + start + " and " + end)
                    .allMatch(second -> second > start && second <= end + AFTERMATH_SECONDS);
        }
        long crash = schedule.startSeconds(Incident.XID_79);
        assertThat(fired.getOrDefault("TrainingStalled", List.of()))
                .isNotEmpty()
                .allMatch(second -> second > crash);
        assertThat(fired.getOrDefault("GpuThrottledByHeat", List.of())).isNotEmpty();
        assertThat(fired).doesNotContainKey("DatasetStale");
    }

    @Test
    void no_alert_is_pending_while_the_site_is_new() {
        long firstIncident = schedule.startSeconds(Incident.values()[0]);
        live(firstIncident);
        assertThat(site.second()).isGreaterThanOrEqualTo(firstIncident);
        assertThat(firstActive).isEmpty();
    }
}
