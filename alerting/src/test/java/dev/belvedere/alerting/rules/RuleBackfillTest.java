package dev.belvedere.alerting.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.AlertReceiver;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What backfill writes is what the live rules would have written.
class RuleBackfillTest {

    private static final long START = 1_700_000_000_000L;
    private static final long END = START + 3_600_000;
    private static final String FILE = "/etc/rules.yml";
    private static final String RULES = """
            groups:
            - name: g
              interval: 30s
              query_offset: 5s
              rules:
              - {record: 'job:load:sum', expr: 'sum by (job) (load)'}
              - {record: 'load:high', expr: 'job:load:sum > 40', labels: {team: infra}}
              - {record: 'load:count', expr: 'count_over_time(load:high[5m])'}
              - {record: 'steps', expr: '(steps offset 30s or vector(0)) + 1'}
              - {record: 'broken', expr: 'load * on () load'}
              - {record: 'job:load:rate', expr: 'sum by (job) (rate(load[2m]))', labels: {kind: rate}}
              - {record: 'sometimes', expr: 'load * on () load{instance="h2"}'}
              - {record: 'hour', expr: 'vector(time() % 3600)'}
              - {record: 'spread', expr: 'avg_over_time((job:load:sum - job:load:rate)[4m:30s])'}
              - {record: 'many', expr: 'rate({instance=~"h.", __name__=~"lo.+"}[2m])'}
              - {record: 'absent', expr: 'absent(load{instance="h2"})'}
              - {alert: Never, expr: 'load > 1000'}
            """;

    /// Makes every rule of the group one that has to be evaluated moment by moment.
    private static final String PEEKING = """
              - {record: 'peak', expr: 'max_over_time(job:load:sum[3m] @ end())'}
            """;

    private String rules = RULES;
    private final long seed = Long.getLong("seed", 7);

    /// A store with an hour of two jobs' load, one of which is away for a while.
    private MemoryMetricStore filled() {
        Random random = new Random(seed);
        MemoryMetricStore store = new MemoryMetricStore(0);
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (long t = START - 60_000; t <= END; t += 15_000) {
                for (int host = 0; host < 3; host++) {
                    boolean isAway = host == 2 && t > START + 1_200_000 && t < START + 2_400_000;
                    double value = isAway ? SampleValues.STALE_NAN : random.nextInt(50);
                    appender.append(
                            appender.series(
                                    Labels.of("__name__", "load", "job", "j" + host / 2, "instance", "h" + host)),
                            t,
                            MetricAppender.NO_START,
                            value);
                }
            }
            appender.commit();
        }
        return store;
    }

    private static RulePorts ports(MemoryMetricStore store) {
        return ports(store, QueryMemory.unlimited());
    }

    private static RulePorts ports(MemoryMetricStore store, QueryMemory memory) {
        PromqlRules language = PromqlRules.over(new PromqlEngine(PromqlOptions.DEFAULT), store, Tenant.DEFAULT);
        return new RulePorts(
                store, Tenant.DEFAULT, language, memory, AlertReceiver.NONE, new ManualTime(END), new MetricRegistry());
    }

    private RuleFile.Group group(RulePorts ports) {
        return new RuleFiles(Map.of("promql", ports.query()))
                .parse(FILE, rules)
                .orThrow()
                .files()
                .getFirst()
                .groups()
                .getFirst();
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(MemoryMetricStore store) {
        TreeMap<Labels, TreeMap<Long, Read>> all = SampleReader.read(
                store,
                Tenant.DEFAULT,
                List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+")),
                Long.MIN_VALUE,
                Long.MAX_VALUE);
        all.keySet().removeIf(labels -> labels.metricName().startsWith("ALERTS"));
        return all;
    }

    private TreeMap<Labels, TreeMap<Long, Read>> live() {
        MemoryMetricStore store = filled();
        RulePorts ports = ports(store);
        RuleGroup group = new RuleGroup(FILE, group(ports), ports, RuleSettings.DEFAULT, false);
        for (long t = group.slotBefore(START - 1) + 30_000; t <= END; t += 30_000) {
            group.evaluate(t);
        }
        return read(store);
    }

    private RuleBackfill.Progress backfill(MemoryMetricStore store, long endMillis) {
        return backfill(store, endMillis, 1);
    }

    /// Slices of as few moments as can be.
    private RuleBackfill.Progress backfill(MemoryMetricStore store, long endMillis, int momentsAtOnce) {
        RulePorts ports = ports(store);
        long next = START;
        RuleBackfill.Progress last = new RuleBackfill.Progress(0, 0, 0, "", next);
        while (next <= endMillis) {
            last = new RuleBackfill(ports, RuleSettings.DEFAULT, momentsAtOnce)
                    .run(new RuleBackfill.Request(FILE, group(ports), next, endMillis, next > START), 0);
            assertThat(last.nextMillis()).isGreaterThan(next);
            next = last.nextMillis();
        }
        return last;
    }

    @Test
    void backfill_writes_what_the_live_rules_would_have_written_slice_by_slice() {
        MemoryMetricStore store = filled();
        RuleBackfill.Progress last = backfill(store, END);
        TreeMap<Labels, TreeMap<Long, Read>> written = read(store);
        assertThat(written).as("seed %d", seed).isEqualTo(live());
        assertThat(written.get(Labels.of("__name__", "steps"))).hasSize(120);
        assertThat(written.getOrDefault(
                                Labels.of("__name__", "load:high", "job", "j1", "team", "infra"), new TreeMap<>())
                        .values())
                .anyMatch(sample -> sample.bits() == SampleValues.STALE_NAN_BITS);
        assertThat(last.evaluations()).isEqualTo(11);
        assertThat(last.failures()).isEqualTo(2);
        assertThat(last.firstFailure()).startsWith("broken: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 1000})
    void many_moments_at_once_give_what_one_after_the_other_gives(int moments) {
        MemoryMetricStore store = filled();
        RuleBackfill.Progress last = backfill(store, END, moments);
        assertThat(read(store)).as("seed %d", seed).isEqualTo(live());
        assertThat(last.firstFailure()).startsWith("broken: ");
    }

    @Test
    void rules_that_could_see_the_future_do_not() {
        rules = RULES + PEEKING;
        MemoryMetricStore store = filled();
        backfill(store, END, 1000);
        assertThat(read(store)).as("seed %d", seed).isEqualTo(live());
    }

    @Test
    void running_it_again_or_over_a_part_that_was_live_changes_nothing() {
        MemoryMetricStore store = filled();
        backfill(store, START + 1_500_000);
        backfill(store, END);
        backfill(store, END);
        assertThat(read(store)).as("seed %d", seed).isEqualTo(live());
    }

    @Test
    void rules_go_on_where_queries_hold_all_they_may_and_give_back_what_they_held() {
        QueryMemory memory = new QueryMemory(1 << 20);
        QueryBudget client = new QueryBudget(QueryBudget.Limits.NONE, () -> 0, memory, QueryMemory.Rank.CLIENT);
        client.holdBytes(780_000);
        long ofClient = memory.heldBytes();
        MemoryMetricStore store = filled();
        RulePorts ports = ports(store, memory);
        RuleGroup group = new RuleGroup(FILE, group(ports), ports, RuleSettings.DEFAULT, false);
        group.evaluate(group.slotBefore(END));
        assertThat(read(store)).hasSizeGreaterThan(3);
        assertThat(memory.heldBytes()).isEqualTo(ofClient);
        RuleBackfill.Request past = new RuleBackfill.Request(FILE, group(ports), START, START + 600_000, false);
        client.close();
        new RuleBackfill(ports, RuleSettings.DEFAULT).run(past, Long.MAX_VALUE / 2);
        assertThat(memory.heldBytes()).isZero();
        assertThat(memory.refusedForOthers() + memory.refusedAsTooLarge()).isZero();
    }
}
