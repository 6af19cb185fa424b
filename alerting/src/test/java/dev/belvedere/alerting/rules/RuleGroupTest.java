package dev.belvedere.alerting.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RuleGroupTest {

    private static final long MINUTE = 60_000;

    private final TableLanguage language = new TableLanguage();
    private final MemoryMetricStore store = new MemoryMetricStore(60 * MINUTE);
    private final ManualTime time = new ManualTime(0);
    private final List<Alert> sent = new ArrayList<>();
    private final RulePorts ports = new RulePorts(
            store, Tenant.DEFAULT, language, QueryMemory.unlimited(), sent::addAll, time, new MetricRegistry());
    private RuleSettings settings = RuleSettings.DEFAULT;

    private RuleGroup group(String rules) {
        return group(rules, false);
    }

    private RuleGroup group(String rules, boolean restores) {
        String text = "groups:\n- name: g\n  interval: 1m\n  rules:\n" + rules.indent(2);
        RuleFile file = new RuleFiles(Map.of("promql", language))
                .parse("r.yml", text)
                .orThrow()
                .files()
                .getFirst();
        return new RuleGroup("r.yml", file.groups().getFirst(), ports, settings, restores);
    }

    /// Every sample of a metric as `labels -> time=value ...`.
    private Map<String, String> series(String metric) {
        Map<String, String> result = new TreeMap<>();
        List<LabelMatcher> matchers = List.of(LabelMatcher.equal(Labels.METRIC_NAME, metric));
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            for (SeriesCursor cursor : querier.select(SelectRequest.samples(matchers, 0, Long.MAX_VALUE))) {
                while (cursor.next()) {
                    SampleColumn column = new SampleColumn();
                    cursor.group().read(0, column);
                    StringBuilder text = new StringBuilder();
                    for (int i = 0; i < cursor.group().rowCount(); i++) {
                        double value = column.values()[i];
                        text.append(cursor.group().timestamps()[i] / MINUTE)
                                .append('=')
                                .append(SampleValues.isStale(value) ? "stale" : Long.toString((long) value))
                                .append(' ');
                    }
                    Labels labels = cursor.group().labels(0).withoutMetricName();
                    result.put(labels.toString(), text.toString().strip());
                }
            }
        }
        return result;
    }

    private void evaluate(RuleGroup group, long... minutes) {
        for (long minute : minutes) {
            group.evaluate(minute * MINUTE);
        }
    }

    private static AlertSnapshot onlyAlert(RuleGroup group) {
        return group.snapshot().rules().getFirst().alerts().getFirst();
    }

    @Test
    void recording_rules_write_their_results_and_end_series_that_vanish() {
        RuleGroup group = group("- {record: 'job:x', expr: e, labels: {team: ml, gone: ''}}");
        language.put(
                "e",
                TableLanguage.sample(1, "__name__", "x", "job", "a", "gone", "g"),
                TableLanguage.sample(2, "job", "b"));
        evaluate(group, 1);
        language.put("e", TableLanguage.sample(3, "job", "b"));
        evaluate(group, 2, 3);
        assertThat(series("job:x"))
                .containsExactly(
                        Map.entry("{job=\"a\", team=\"ml\"}", "1=1 2=stale"),
                        Map.entry("{job=\"b\", team=\"ml\"}", "1=2 2=3 3=3"));
    }

    @Test
    void whoever_evaluates_an_expression_is_told_its_file_and_group() {
        RuleGroup group = group("- {record: x, expr: e}");
        evaluate(group, 1);
        assertThat(language.origins).containsExactly(new RuleOrigin("r.yml", "g"));
    }

    @Test
    void an_alert_goes_from_pending_to_firing_to_resolved() {
        RuleGroup group = group("""
                - alert: Hot
                  expr: e
                  for: 2m
                  labels: {severity: '{{ if gt $value 95.0 }}page{{ else }}warn{{ end }}'}
                  annotations: {summary: 'GPU {{ $labels.gpu }} at {{ $value }}'}
                """);
        language.put("e", TableLanguage.sample(91, "__name__", "temp", "gpu", "0"));
        evaluate(group, 1, 2);
        assertThat(onlyAlert(group).state()).isEqualTo(AlertState.PENDING);
        assertThat(sent).isEmpty();
        evaluate(group, 3);
        assertThat(onlyAlert(group).state()).isEqualTo(AlertState.FIRING);
        assertThat(sent).hasSize(1);
        Alert alert = sent.getFirst();
        assertThat(alert.labels()).hasToString("{alertname=\"Hot\", gpu=\"0\", severity=\"warn\"}");
        assertThat(alert.annotations()).hasToString("{summary=\"GPU 0 at 91\"}");
        assertThat(alert.startsAtMillis()).isEqualTo(3 * MINUTE);
        assertThat(alert.endsAtMillis()).isEqualTo(7 * MINUTE);
        assertThat(alert.generatorUrl()).isEqualTo("/graph?g0.expr=e&g0.tab=1");

        language.put("e");
        evaluate(group, 4);
        assertThat(group.snapshot().rules().getFirst().alerts()).isEmpty();
        assertThat(group.snapshot().rules().getFirst().state()).isEqualTo(AlertState.INACTIVE);
        assertThat(sent).hasSize(2);
        assertThat(sent.getLast().endsAtMillis()).isEqualTo(4 * MINUTE);
        assertThat(series("ALERTS"))
                .containsExactly(
                        Map.entry(
                                "{alertname=\"Hot\", alertstate=\"firing\", gpu=\"0\", severity=\"warn\"}",
                                "3=1 4=stale"),
                        Map.entry(
                                "{alertname=\"Hot\", alertstate=\"pending\", gpu=\"0\", severity=\"warn\"}",
                                "1=1 2=1 3=stale"));
        assertThat(series("ALERTS_FOR_STATE"))
                .containsExactly(
                        Map.entry("{alertname=\"Hot\", gpu=\"0\", severity=\"warn\"}", "1=60 2=60 3=60 4=stale"));
    }

    @Test
    void a_condition_that_vanishes_while_pending_starts_anew() {
        RuleGroup group = group("- {alert: A, expr: e, for: 2m}");
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 1, 2);
        language.put("e");
        evaluate(group, 3);
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 4, 5);
        assertThat(onlyAlert(group).state()).isEqualTo(AlertState.PENDING);
        assertThat(sent).isEmpty();
    }

    @Test
    void keep_firing_for_holds_an_alert_over_gaps() {
        RuleGroup group = group("- {alert: A, expr: e, keep_firing_for: 3m}");
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 1);
        language.put("e");
        evaluate(group, 2);
        assertThat(onlyAlert(group).keepFiringSinceMillis()).isEqualTo(2 * MINUTE);
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 3);
        assertThat(onlyAlert(group).keepFiringSinceMillis()).isEqualTo(AlertSnapshot.NOT_KEPT);
        language.put("e");
        evaluate(group, 4, 5, 6);
        assertThat(onlyAlert(group).state()).isEqualTo(AlertState.FIRING);
        evaluate(group, 7);
        assertThat(group.snapshot().rules().getFirst().alerts()).isEmpty();
        assertThat(sent.getLast().endsAtMillis()).isEqualTo(7 * MINUTE);
    }

    @Test
    void resolved_alerts_are_sent_again_for_a_quarter_of_an_hour() {
        RuleGroup group = group("- {alert: A, expr: e}");
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 1);
        language.put("e");
        for (int minute = 2; minute <= 30; minute++) {
            evaluate(group, minute);
        }
        assertThat(sent.stream().skip(1)).allMatch(alert -> alert.endsAtMillis() == 2 * MINUTE);
        // Once a minute passed since it was sent, and until 15 minutes after it ended.
        assertThat(sent).hasSize(1 + 8);
    }

    @Test
    void firing_alerts_are_sent_again_after_the_resend_delay() {
        RuleGroup group = group("- {alert: A, expr: e}");
        language.put("e", TableLanguage.sample(1));
        group.evaluate(0);
        group.evaluate(30_000);
        group.evaluate(60_000);
        assertThat(sent).hasSize(1);
        group.evaluate(60_001);
        assertThat(sent).hasSize(2);
        assertThat(sent.getLast().startsAtMillis()).isZero();
    }

    @Test
    void a_rule_that_fails_says_so_and_does_not_hinder_the_others() {
        RuleGroup group = group("""
                - {record: a, expr: missing}
                - {record: b, expr: e}
                - {record: c, expr: twice}
                - {alert: D, expr: twice}
                """);
        language.put("e", TableLanguage.sample(1));
        language.put("twice", TableLanguage.sample(1, "__name__", "x"), TableLanguage.sample(2, "__name__", "y"));
        evaluate(group, 1);
        List<RuleSnapshot> rules = group.snapshot().rules();
        assertThat(rules.get(0).health().error()).isEqualTo("no such thing: missing");
        assertThat(rules.get(1).health().status()).isEqualTo(RuleHealth.Status.OK);
        assertThat(rules.get(2).health().error())
                .isEqualTo("vector contains metrics with the same labelset after applying rule labels");
        assertThat(rules.get(3).health().error())
                .isEqualTo("vector contains metrics with the same labelset after applying alert labels");
        assertThat(series("b")).hasSize(1);
    }

    @Test
    void results_that_come_too_late_for_their_series_are_a_failure() {
        RuleGroup group = group("- {record: x, expr: e}");
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 10_000);
        assertThat(group.snapshot().rules().getFirst().health().error()).isEmpty();
        evaluate(group, 1);
        assertThat(group.snapshot().rules().getFirst().health().error())
                .isEqualTo("the store refused 1 results, the first x: OUT_OF_ORDER");
    }

    @Test
    void limits_bound_series_and_alerts() {
        String text = "groups: [{name: g, limit: 1, rules: [{record: a, expr: e}, {alert: B, expr: e}]}]";
        RuleFile file = new RuleFiles(Map.of("promql", language))
                .parse("r.yml", text)
                .orThrow()
                .files()
                .getFirst();
        RuleGroup group = new RuleGroup("r.yml", file.groups().getFirst(), ports, settings, false);
        language.put("e", TableLanguage.sample(1, "x", "1"), TableLanguage.sample(1, "x", "2"));
        evaluate(group, 1);
        List<RuleSnapshot> rules = group.snapshot().rules();
        assertThat(rules.get(0).health().error()).isEqualTo("exceeded limit of 1 with 2 series");
        assertThat(rules.get(1).health().error()).isEqualTo("exceeded limit of 1 with 2 alerts");
        assertThat(rules.get(1).alerts()).isEmpty();
        assertThat(sent).isEmpty();
    }

    @Test
    void a_template_that_fails_does_not_lose_the_alert() {
        RuleGroup group = group("- {alert: A, expr: e, annotations: {s: '{{ query `missing` | first | value }}'}}");
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 1);
        assertThat(sent.getFirst().annotations().get("s"))
                .isEqualTo("<error expanding template: error executing template __alert_A: template: __alert_A:1:115: "
                        + "executing \"__alert_A\" at <query `missing`>: error calling query: no such thing: missing>");
    }

    /// In Prometheus the declarations of `$labels` and the others stand before it, 112 bytes.
    @Test
    void a_fault_in_a_template_is_placed_where_prometheus_places_it() {
        RuleGroup group = group("""
                - alert: A
                  expr: e
                  annotations: {s: '{{ $labels.nope.x }}', t: 'ü {{ .Labels.nope.x }}', u: "\\n {{ $labels.nope.x }}"}
                """);
        language.put("e", TableLanguage.sample(1));
        evaluate(group, 1);
        Labels annotations = sent.getFirst().annotations();
        assertThat(annotations.get("s")).contains(" __alert_A:1:122: executing \"__alert_A\" at <$labels.nope.x>: ");
        assertThat(annotations.get("t")).contains(" __alert_A:1:125: executing \"__alert_A\" at <.Labels.nope.x>: ");
        assertThat(annotations.get("u")).contains(" __alert_A:2:11: executing \"__alert_A\" at <$labels.nope.x>: ");
    }

    @Test
    void an_alert_of_a_histogram_has_the_value_zero() {
        NativeHistogram histogram =
                NativeHistogram.ofBounds(new double[] {1}, new int[] {0, 1}, new double[] {2}, 2, 1);
        RuleGroup group = group("- {alert: A, expr: e, annotations: {s: '{{ $value }}'}}");
        language.put("e", new RuleSample(Labels.EMPTY, Double.NaN, histogram));
        evaluate(group, 1);
        assertThat(group.snapshot().rules().getFirst().alerts().getFirst().value())
                .isZero();
        assertThat(sent.getFirst().annotations().get("s")).isEqualTo("{count:2, sum:1, [-Inf,1]:2}");
    }

    @Test
    void query_offset_moves_queries_and_results_into_the_past() {
        String text = "groups: [{name: g, query_offset: 2m, rules: [{record: a, expr: e}]}]";
        RuleFile file = new RuleFiles(Map.of("promql", language))
                .parse("r.yml", text)
                .orThrow()
                .files()
                .getFirst();
        RuleGroup group = new RuleGroup("r.yml", file.groups().getFirst(), ports, settings, false);
        language.put("e", at -> List.of(TableLanguage.sample(at / MINUTE)));
        evaluate(group, 5);
        assertThat(series("a")).containsExactly(Map.entry("{}", "3=3"));
    }

    @Test
    void external_labels_are_sent_and_seen_by_templates() {
        settings = new RuleSettings(
                MINUTE, 0, Labels.of("site", "s1", "gpu", "x"), "http://b", MINUTE, 0, 0, QueryBudget.Limits.DEFAULT);
        RuleGroup group = group(
                "- {alert: A, expr: e, annotations: {s: '{{ $externalLabels.site }} {{ externalURL }} {{ $externalURL }}'}}");
        language.put("e", TableLanguage.sample(1, "gpu", "0"));
        evaluate(group, 1);
        assertThat(sent.getFirst().labels()).hasToString("{alertname=\"A\", gpu=\"0\", site=\"s1\"}");
        assertThat(sent.getFirst().annotations().get("s")).isEqualTo("s1 http://b http://b");
        assertThat(sent.getFirst().generatorUrl()).isEqualTo("http://b/graph?g0.expr=e&g0.tab=1");
        assertThat(onlyAlert(group).labels()).hasToString("{alertname=\"A\", gpu=\"0\"}");
    }

    @Test
    void a_restart_restores_since_when_alerts_are_active() {
        String rule = "- {alert: A, expr: e, for: 30m, labels: {team: ml}}";
        language.put("e", TableLanguage.sample(1, "gpu", "0"));
        RuleGroup before = group(rule);
        evaluate(before, 1, 2, 3, 4, 5);
        // Down from minute 5 to 20: the alert had 26 minutes to go.
        RuleGroup after = group(rule, true);
        evaluate(after, 20, 21);
        assertThat(after.needsRestore()).isTrue();
        assertThat(series("ALERTS_FOR_STATE").values()).containsExactly("1=60 2=60 3=60 4=60 5=60");
        after.restore(21 * MINUTE);
        assertThat(onlyAlert(after).activeAtMillis()).isEqualTo(17 * MINUTE);
        evaluate(after, 46);
        assertThat(onlyAlert(after).state()).isEqualTo(AlertState.PENDING);
        evaluate(after, 47);
        assertThat(onlyAlert(after).state()).isEqualTo(AlertState.FIRING);
    }

    @Test
    void restored_alerts_fire_no_sooner_than_the_grace_period() {
        String rule = "- {alert: A, expr: e, for: 12m}";
        language.put("e", TableLanguage.sample(1));
        evaluate(group(rule), 1, 8);
        RuleGroup after = group(rule, true);
        evaluate(after, 9, 10);
        after.restore(10 * MINUTE);
        // 5 minutes were left: fewer than the grace period of 10.
        assertThat(onlyAlert(after).activeAtMillis()).isEqualTo(8 * MINUTE);
    }

    @Test
    void alerts_that_fired_before_the_restart_fire_at_once_and_ended_ones_are_not_restored() {
        String rule = "- {alert: A, expr: e, for: 12m}";
        language.put("e", TableLanguage.sample(1, "x", "1"), TableLanguage.sample(1, "x", "2"));
        RuleGroup before = group(rule);
        evaluate(before, 1, 20);
        language.put("e", TableLanguage.sample(1, "x", "1"));
        evaluate(before, 21);
        language.put("e", TableLanguage.sample(1, "x", "1"), TableLanguage.sample(1, "x", "2"));
        RuleGroup after = group(rule, true);
        evaluate(after, 30, 31);
        after.restore(31 * MINUTE);
        evaluate(after, 32);
        assertThat(after.snapshot().rules().getFirst().alerts())
                .extracting(alert -> alert.labels().get("x") + " " + alert.state())
                .containsExactlyInAnyOrder("1 FIRING", "2 PENDING");
    }

    @Test
    void a_reload_keeps_alerts_of_rules_that_stay_and_ends_series_of_those_that_go() {
        RuleGroup before = group("""
                - {alert: A, expr: e, for: 2m}
                - {record: gone, expr: e}
                - {record: stays, expr: e}
                """);
        language.put("e", TableLanguage.sample(1));
        language.put("e2", TableLanguage.sample(5));
        evaluate(before, 1, 2);
        RuleGroup after = group("""
                - {record: stays, expr: e2}
                - {alert: A, expr: e2, for: 2m}
                """);
        after.adopt(before.legacy());
        evaluate(after, 3);
        assertThat(after.snapshot().rules().getLast().state()).isEqualTo(AlertState.FIRING);
        assertThat(series("gone")).containsExactly(Map.entry("{}", "1=1 2=1 3=stale"));
        assertThat(series("stays")).containsExactly(Map.entry("{}", "1=1 2=1 3=5"));
        after.retire(5 * MINUTE);
        assertThat(series("stays")).containsExactly(Map.entry("{}", "1=1 2=1 3=5 5=stale"));
    }

    @Test
    void slots_are_spread_but_stable() {
        RuleGroup group = group("- {record: a, expr: e}");
        long slot = group.slotBefore(1_000_000_000L);
        assertThat(slot).isBetween(1_000_000_000L - MINUTE + 1, 1_000_000_000L);
        assertThat(group.slotBefore(slot)).isEqualTo(slot);
        assertThat(group.slotBefore(slot - 1)).isEqualTo(slot - MINUTE);
        assertThat(group.slotBefore(slot + MINUTE)).isEqualTo(slot + MINUTE);
    }
}
