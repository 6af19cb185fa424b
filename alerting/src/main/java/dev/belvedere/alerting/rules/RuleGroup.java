package dev.belvedere.alerting.rules;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.alerting.Alert;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A group in use: evaluates its rules one after the other, so that each sees the results of those before it.
///
/// Evaluation, adoption and restoration exclude each other by the group's lock; snapshots do not wait for them.
final class RuleGroup {

    private static final System.Logger LOG = System.getLogger(RuleGroup.class.getName());

    private static final String STOPPED = "cancelled: its rule group was stopped";

    private final String file;
    private final RuleFile.Group definition;
    private final RulePorts ports;
    private final RuleSettings settings;
    private final RuleWriter writer;
    private final RuleGroupMetrics metrics;
    private final List<Rule> rules = new ArrayList<>();

    /// For each rule the series it wrote last.
    @GuardedBy("this")
    private final List<Set<Labels>> formerSeries = new ArrayList<>();

    /// Series of rules that are gone; marked stale after the next evaluation.
    @GuardedBy("this")
    private final Set<Labels> departedSeries = new HashSet<>();

    private volatile boolean isStopped;
    private volatile QueryBudget currentBudget = QueryBudget.unlimited();
    private volatile long durationNanos;
    private volatile long evaluatedAtMillis = RuleHealth.NEVER;

    /// @param restores whether alerts' states are looked up in the store before they are written there
    RuleGroup(String file, RuleFile.Group definition, RulePorts ports, RuleSettings settings, boolean restores) {
        this.file = file;
        this.definition = definition;
        this.ports = ports;
        this.settings = settings;
        this.writer = new RuleWriter(ports);
        this.metrics = new RuleGroupMetrics(ports.metrics(), key(file, definition.name()));
        for (RuleDefinition rule : definition.rules()) {
            rules.add(
                    switch (rule) {
                        case RuleDefinition.Recording recording -> new RecordingRule(recording);
                        case RuleDefinition.Alerting alerting -> new AlertingRule(alerting, !restores);
                    });
            formerSeries.add(Set.of());
        }
    }

    static String key(String file, String name) {
        return file + ";" + name;
    }

    String key() {
        return key(file, definition.name());
    }

    String file() {
        return file;
    }

    String name() {
        return definition.name();
    }

    long intervalMillis() {
        return definition.intervalMillis().orElse(settings.defaultIntervalMillis());
    }

    long queryOffsetMillis() {
        return definition.queryOffsetMillis().orElse(settings.defaultQueryOffsetMillis());
    }

    RuleGroupMetrics metrics() {
        return metrics;
    }

    /// The last moment at which the group should have been evaluated: groups are spread over their interval by a
    /// hash of their names, the same after every restart.
    long slotBefore(long nowMillis) {
        return slotBefore(file, definition.name(), intervalMillis(), nowMillis);
    }

    static long slotBefore(String file, String name, long intervalMillis, long nowMillis) {
        long offset = Math.floorMod(Labels.of("file", file, "name", name).stableHash(), intervalMillis);
        return nowMillis - Math.floorMod(nowMillis - offset, intervalMillis);
    }

    /// Ends the evaluation in hand, its query included.
    void stop() {
        isStopped = true;
        currentBudget.cancel(STOPPED);
    }

    private QueryBudget newBudget() {
        QueryBudget budget = ports.budget(settings.limits(), QueryMemory.Rank.RULE);
        currentBudget = budget;
        if (isStopped) {
            budget.cancel(STOPPED);
        }
        return budget;
    }

    synchronized void evaluate(long timeMillis) {
        long start = ports.time().nanoTime();
        metrics.iterations().increment();
        for (int i = 0; i < rules.size() && !isStopped; i++) {
            evaluateLocked(i, timeMillis);
        }
        markDepartedLocked(timeMillis);
        durationNanos = ports.time().nanoTime() - start;
        evaluatedAtMillis = timeMillis;
        metrics.finished(durationNanos, timeMillis);
    }

    @GuardedBy("this")
    private void evaluateLocked(int index, long timeMillis) {
        Rule rule = rules.get(index);
        long start = ports.time().nanoTime();
        metrics.evaluations().increment();
        Evaluation evaluation = new Evaluation(
                timeMillis, queryOffsetMillis(), definition.limit(), settings, ports.query(), this::newBudget);
        String error = "";
        try {
            List<RuleSample> samples = ScopedValue.where(RuleOrigin.CURRENT, new RuleOrigin(file, name()))
                    .call(() -> rule.evaluate(evaluation));
            send(rule, timeMillis);
            Set<Labels> former = formerSeries.get(index);
            formerSeries.set(index, writer.write(samples, former, evaluation.queryTimeMillis()));
        } catch (OperationException e) {
            error = e.getMessage();
            LOG.log(
                    isStopped ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                    "evaluating a rule failed file=" + file + " group=" + name() + " rule="
                            + rule.definition().name() + ": " + error);
        } catch (RuntimeException e) {
            error = "internal error; the server's log has the details";
            LOG.log(
                    System.Logger.Level.ERROR,
                    "evaluating a rule failed by a bug file=" + file + " group=" + name() + " rule="
                            + rule.definition().name(),
                    e);
        }
        long duration = ports.time().nanoTime() - start;
        metrics.duration().observe(duration / 1e9);
        if (error.isEmpty()) {
            rule.report(RuleHealth.good(duration, timeMillis));
        } else {
            metrics.failures().increment();
            rule.report(RuleHealth.bad(error, duration, timeMillis));
        }
    }

    private void send(Rule rule, long timeMillis) {
        if (rule instanceof AlertingRule alerting) {
            List<Alert> due = alerting.takeDue(timeMillis, intervalMillis(), settings);
            if (!due.isEmpty()) {
                ports.receiver().receive(due);
            }
        }
    }

    @GuardedBy("this")
    private void markDepartedLocked(long timeMillis) {
        try {
            writer.markStale(departedSeries, timeMillis - queryOffsetMillis());
            departedSeries.clear();
        } catch (OperationException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "marking series of former rules stale failed group=" + name() + ": " + e.getMessage());
        }
    }

    boolean needsRestore() {
        return rules.stream().anyMatch(rule -> rule instanceof AlertingRule alerting && !alerting.isRestored());
    }

    synchronized void restore(long nowMillis) {
        AlertRestorer restorer = new AlertRestorer(ports, settings, nowMillis);
        for (Rule rule : rules) {
            if (rule instanceof AlertingRule alerting && !alerting.isRestored()) {
                restorer.restore(alerting);
            }
        }
    }

    /// What a group leaves to the one that replaces it.
    record Legacy(
            List<Rule> rules,
            List<Set<Labels>> formerSeries,
            Set<Labels> departedSeries,
            long durationNanos,
            long evaluatedAtMillis) {}

    /// Waits for the evaluation in hand.
    synchronized Legacy legacy() {
        return new Legacy(
                rules, List.copyOf(formerSeries), Set.copyOf(departedSeries), durationNanos, evaluatedAtMillis);
    }

    /// Takes over the state of the group that this one replaces; rules are matched by name and labels, several of
    /// the same in order.
    synchronized void adopt(Legacy former) {
        durationNanos = former.durationNanos();
        evaluatedAtMillis = former.evaluatedAtMillis();
        Map<String, List<Integer>> byIdentity = new HashMap<>();
        for (int i = 0; i < former.rules().size(); i++) {
            String identity = former.rules().get(i).definition().identity();
            byIdentity.computeIfAbsent(identity, key -> new ArrayList<>()).add(i);
        }
        for (int i = 0; i < rules.size(); i++) {
            List<Integer> candidates =
                    byIdentity.getOrDefault(rules.get(i).definition().identity(), new ArrayList<>());
            if (candidates.isEmpty()) {
                continue;
            }
            int matched = candidates.removeFirst();
            formerSeries.set(i, former.formerSeries().get(matched));
            Rule their = former.rules().get(matched);
            rules.get(i).report(their.health());
            if (rules.get(i) instanceof AlertingRule own && their instanceof AlertingRule alerting) {
                own.adopt(alerting);
            }
        }
        departedSeries.addAll(former.departedSeries());
        for (List<Integer> left : byIdentity.values()) {
            left.forEach(i -> departedSeries.addAll(former.formerSeries().get(i)));
        }
    }

    /// Marks everything that the group wrote stale; for a group that is gone.
    synchronized void retire(long timeMillis) {
        formerSeries.forEach(departedSeries::addAll);
        markDepartedLocked(timeMillis);
    }

    /// Whether another group does the same, so that this one can go on in its place.
    boolean isSameAs(String otherFile, RuleFile.Group other, RuleSettings otherSettings) {
        return file.equals(otherFile) && definition.isSameAs(other) && settings.equals(otherSettings);
    }

    RuleGroupSnapshot snapshot() {
        return new RuleGroupSnapshot(
                definition.name(),
                file,
                intervalMillis(),
                definition.limit(),
                durationNanos,
                evaluatedAtMillis,
                rules.stream().map(Rule::snapshot).toList());
    }
}
