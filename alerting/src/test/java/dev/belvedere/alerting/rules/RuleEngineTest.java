package dev.belvedere.alerting.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.AlertReceiver;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryMetricStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleEngineTest {

    private final TableLanguage language = new TableLanguage();
    private final ManualTime time = new ManualTime(1_000_000);
    private final MetricRegistry metrics = new MetricRegistry();
    private final RulePorts ports = new RulePorts(
            new MemoryMetricStore(),
            Tenant.DEFAULT,
            language,
            QueryMemory.unlimited(),
            AlertReceiver.NONE,
            time,
            metrics);
    private final RuleEngine engine = new RuleEngine(ports, 2);
    private final List<Long> evaluated = new CopyOnWriteArrayList<>();
    private final Semaphore evaluations = new Semaphore(0);

    @AfterEach
    void close() {
        engine.close();
    }

    private List<RuleFile> files(String text) {
        return new RuleFiles(Map.of("promql", language))
                .parse("r.yml", text)
                .orThrow()
                .files();
    }

    private void count(String expression) {
        language.put(expression, at -> {
            evaluated.add(at);
            evaluations.release();
            return List.of(TableLanguage.sample(1));
        });
    }

    /// Lets time pass until an evaluation has begun. One that is due and one that goes on get all the time that they
    /// need: the clock does not run away from them.
    private void advanceToEvaluation() throws InterruptedException {
        while (true) {
            time.awaitSleepers(1);
            while (engine.evaluating() > 0) {
                if (evaluations.tryAcquire(1, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            if (evaluations.tryAcquire()) {
                return;
            }
            time.advance(Duration.ofMillis(500));
        }
    }

    private double counted(String name) {
        return metrics.collect().stream()
                .filter(family -> family.name().equals(name))
                .flatMap(family -> family.points().stream())
                .mapToDouble(point -> point.value())
                .sum();
    }

    @Test
    void groups_are_evaluated_at_the_same_distance() throws InterruptedException {
        count("e");
        engine.update(files("groups: [{name: g, interval: 10s, rules: [{record: a, expr: e}]}]"), RuleSettings.DEFAULT);
        for (int i = 0; i < 3; i++) {
            advanceToEvaluation();
        }
        assertThat(evaluated.get(1) - evaluated.get(0)).isEqualTo(10_000);
        assertThat(evaluated.get(2) - evaluated.get(1)).isEqualTo(10_000);
        assertThat(counted("belvedere_rule_group_iterations_missed_total")).isZero();
    }

    @Test
    void iterations_that_came_too_late_are_counted_as_missed() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        language.put("e", at -> {
            evaluated.add(at);
            evaluations.release();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        });
        engine.update(files("groups: [{name: g, interval: 10s, rules: [{record: a, expr: e}]}]"), RuleSettings.DEFAULT);
        advanceToEvaluation();
        time.advance(Duration.ofSeconds(35));
        release.countDown();
        advanceToEvaluation();
        long passed = evaluated.get(1) - evaluated.get(0);
        assertThat(passed).isGreaterThanOrEqualTo(30_000);
        assertThat(counted("belvedere_rule_group_iterations_missed_total")).isEqualTo(passed / 10_000.0 - 1);
    }

    @Test
    void rules_are_evaluated_while_requests_keep_all_carriers_busy() throws InterruptedException {
        AtomicBoolean isOver = new AtomicBoolean();
        count("e");
        try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
                requests.execute(() -> {
                    while (!isOver.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            engine.update(
                    files("groups: [{name: g, interval: 1s, rules: [{record: a, expr: e}]}]"), RuleSettings.DEFAULT);
            try {
                for (int i = 0; i < 5; i++) {
                    advanceToEvaluation();
                }
            } finally {
                isOver.set(true);
            }
        }
        assertThat(evaluated).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void closing_breaks_a_long_query_off() throws InterruptedException {
        CountDownLatch isRunning = new CountDownLatch(1);
        RuleLanguage endless = text -> new RuleExpression() {
            @Override
            public String text() {
                return text;
            }

            @Override
            public List<RuleSample> evaluate(long timeMillis, QueryBudget budget) {
                isRunning.countDown();
                while (true) {
                    budget.check();
                    Thread.onSpinWait();
                }
            }
        };
        List<RuleFile> files = new RuleFiles(Map.of("promql", endless))
                .parse(
                        "r.yml",
                        "groups: [{name: g, interval: 1s, rules: [{record: a, expr: e}, {record: b, expr: e}]}]")
                .orThrow()
                .files();
        engine.update(files, RuleSettings.DEFAULT);
        while (isRunning.getCount() > 0) {
            time.awaitSleepers(1);
            time.advance(Duration.ofMillis(100));
        }
        engine.close();
        while (engine.evaluating() > 0) {
            Thread.onSpinWait();
        }
        List<RuleSnapshot> after = engine.groups().getFirst().rules();
        assertThat(after.getFirst().health().error()).contains("its rule group was stopped");
        assertThat(after.getLast().health().status()).isEqualTo(RuleHealth.Status.UNKNOWN);
    }

    @Test
    void a_clock_set_back_does_not_stop_the_rules() throws InterruptedException {
        count("e");
        engine.update(files("groups: [{name: g, interval: 10s, rules: [{record: a, expr: e}]}]"), RuleSettings.DEFAULT);
        advanceToEvaluation();
        time.jumpTo(500_000);
        advanceToEvaluation();
        assertThat(evaluated.get(1)).isBetween(500_000L, 520_000L);
    }

    /// Experiment R8 of docs/reliability.md.
    @ParameterizedTest
    @ValueSource(longs = {3_600, -900, 86_400, -86_400, 315_360_000})
    void R08_no_jump_of_the_clock_costs_more_than_two_intervals(long jumpSeconds) throws InterruptedException {
        time.jumpTo(1_790_000_000_000L);
        count("e");
        engine.update(files("groups: [{name: g, interval: 10s, rules: [{record: a, expr: e}]}]"), RuleSettings.DEFAULT);
        advanceToEvaluation();
        advanceToEvaluation();
        long elapsed = time.nanoTime();
        time.jumpTo(time.currentMillis() + jumpSeconds * 1000);
        advanceToEvaluation();
        assertThat(TimeUnit.NANOSECONDS.toMillis(time.nanoTime() - elapsed)).isLessThanOrEqualTo(20_000);
        advanceToEvaluation();
        assertThat(TimeUnit.NANOSECONDS.toMillis(time.nanoTime() - elapsed)).isLessThanOrEqualTo(40_000);
    }

    @Test
    void unchanged_groups_go_on_and_changed_ones_keep_their_alerts() throws InterruptedException {
        count("e");
        String same = "{name: same, interval: 10s, rules: [{alert: S, expr: e}]}";
        engine.update(
                files("groups: [" + same + ", {name: changed, interval: 10s, rules: [{alert: A, expr: e}]}]"),
                RuleSettings.DEFAULT);
        advanceToEvaluation();
        advanceToEvaluation();
        engine.update(
                files("groups: [" + same + ", {name: changed, interval: 20s, rules: [{alert: A, expr: e}]}]"),
                RuleSettings.DEFAULT);
        assertThat(engine.groups()).extracting(RuleGroupSnapshot::name).containsExactly("changed", "same");
        assertThat(engine.groups())
                .extracting(RuleGroupSnapshot::intervalMillis)
                .containsExactly(20_000L, 10_000L);
        engine.update(List.of(), RuleSettings.DEFAULT);
        assertThat(engine.groups()).isEmpty();
        assertThat(engine.alerts()).isEmpty();
    }
}
