package dev.belvedere.alerting.rules;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.metrics.AppendOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Evaluates the recording rules of a group over times that have passed, a slice of time at each call, and writes what
/// they would have written then: at the same moments, rule after rule, with stale markers where a series ended.
///
/// Many moments are evaluated at once, as one range query, wherever that gives the same results as moment after moment.
///
/// Running a slice again changes nothing: the same samples come out, and the store takes repetition. A sample that is
/// there with another value stays and is told as a failure. Memory is that of one query over a bounded window.
public final class RuleBackfill {

    private static final int MAX_MOMENTS = 240;

    /// Of a rule in a window, as far as the window before tells.
    private static final int MAX_SAMPLES = 200_000;

    /// @param file as the server that runs the rules names it: it decides of the moments within an interval
    /// @param startMillis the first moment is the first at or after this
    /// @param isContinued whether the slice before was evaluated just now: series that ended in between are marked
    public record Request(String file, RuleFile.Group group, long startMillis, long endMillis, boolean isContinued) {}

    /// @param evaluations of rules
    /// @param samples written or found to be there already, stale markers not counted
    /// @param failures evaluations that failed, or whose results the store refused
    /// @param firstFailure `""` for none
    /// @param nextMillis where to go on; beyond the end when all is done
    public record Progress(long evaluations, long samples, long failures, String firstFailure, long nextMillis) {}

    private final RulePorts ports;
    private final RuleSettings settings;
    private final RuleWriter writer;
    private final int maxMoments;
    private final Map<RecordingRule, Set<Labels>> former = new HashMap<>();
    private long evaluations;
    private long samples;
    private long failures;
    private String firstFailure = "";

    public RuleBackfill(RulePorts ports, RuleSettings settings) {
        this(ports, settings, MAX_MOMENTS);
    }

    /// @param maxMoments evaluated at once
    RuleBackfill(RulePorts ports, RuleSettings settings, int maxMoments) {
        this.ports = ports;
        this.settings = settings;
        this.maxMoments = maxMoments;
        this.writer = new RuleWriter(ports, AppendOptions.BACKFILL);
    }

    /// Works for about as long as it is told, and does at least one moment.
    public Progress run(Request request, long durationNanos) {
        RuleOrigin origin = new RuleOrigin(request.file(), request.group().name());
        return ScopedValue.where(RuleOrigin.CURRENT, origin).call(() -> work(request, durationNanos));
    }

    private Progress work(Request request, long durationNanos) {
        RuleFile.Group group = request.group();
        long interval = group.intervalMillis().orElse(settings.defaultIntervalMillis());
        long slot = RuleGroup.slotBefore(request.file(), group.name(), interval, request.startMillis() - 1) + interval;
        List<RecordingRule> rules = new ArrayList<>();
        for (RuleDefinition definition : group.rules()) {
            if (definition instanceof RuleDefinition.Recording recording) {
                rules.add(new RecordingRule(recording));
            }
        }
        for (RecordingRule rule : rules) {
            former.put(rule, request.isContinued() ? seriesOf(rule, group, slot - interval) : Set.of());
        }
        List<RuleSequence> sequences = RuleSequence.cut(rules);
        long deadline = ports.time().nanoTime() + durationNanos;
        while (slot <= request.endMillis()) {
            long last = slot + (moments() - 1) * interval;
            Window window = new Window(group, slot, Math.min(last, request.endMillis()), interval);
            sequences.forEach(sequence -> evaluate(sequence, window));
            slot = window.nextMillis();
            if (ports.time().nanoTime() - deadline >= 0) {
                break;
            }
        }
        return new Progress(evaluations, samples, failures, firstFailure, slot);
    }

    /// Moments of one group that are done before any that follow.
    ///
    /// @param endMillis may lie behind the last moment
    private record Window(RuleFile.Group group, long startMillis, long endMillis, long intervalMillis) {

        long nextMillis() {
            return startMillis + ((endMillis - startMillis) / intervalMillis + 1) * intervalMillis;
        }
    }

    private long moments() {
        int series = former.values().stream().mapToInt(Set::size).max().orElse(0);
        return Math.clamp(MAX_SAMPLES / Math.max(series, 1), 1, maxMoments);
    }

    private void evaluate(RuleSequence sequence, Window window) {
        if (!sequence.isInterleaved() && evaluateAtOnce(sequence.rules().getFirst(), window)) {
            return;
        }
        for (long slot = window.startMillis(); slot <= window.endMillis(); slot += window.intervalMillis()) {
            for (RecordingRule rule : sequence.rules()) {
                Evaluation evaluation = evaluation(window.group(), slot);
                note(rule, evaluation.queryTimeMillis(), () -> rule.evaluate(evaluation));
            }
        }
    }

    /// @return false if each moment has to be evaluated by itself, be it to find the one that fails
    private boolean evaluateAtOnce(RecordingRule rule, Window window) {
        Evaluation first = evaluation(window.group(), window.startMillis());
        long start = first.queryTimeMillis();
        long end = window.endMillis() - first.queryOffsetMillis();
        if (end - start < window.intervalMillis()) {
            return false;
        }
        try (QueryBudget budget = first.budgets().get()) {
            Optional<Iterator<List<RuleSample>>> results;
            try {
                results = rule.definition().expression().evaluateEach(start, end, window.intervalMillis(), budget);
            } catch (OperationException e) {
                return false;
            }
            if (results.isEmpty()) {
                return false;
            }
            long at = start;
            for (Iterator<List<RuleSample>> each = results.get(); each.hasNext(); at += window.intervalMillis()) {
                List<RuleSample> found = each.next();
                note(rule, at, () -> rule.written(found, first.limit()));
            }
            return true;
        }
    }

    private Evaluation evaluation(RuleFile.Group group, long timeMillis) {
        long offset = group.queryOffsetMillis().orElse(settings.defaultQueryOffsetMillis());
        return new Evaluation(
                timeMillis,
                offset,
                group.limit(),
                settings,
                ports.query(),
                () -> ports.budget(settings.limits(), QueryMemory.Rank.CLIENT));
    }

    private Set<Labels> seriesOf(RecordingRule rule, RuleFile.Group group, long timeMillis) {
        try {
            return Set.copyOf(rule.evaluate(evaluation(group, timeMillis)).stream()
                    .map(RuleSample::labels)
                    .toList());
        } catch (OperationException e) {
            // Was told when its own slice was evaluated.
            return Set.of();
        }
    }

    /// Writes what a rule comes to at a moment, or counts its failure.
    private void note(RecordingRule rule, long atMillis, Supplier<List<RuleSample>> evaluated) {
        evaluations++;
        try {
            List<RuleSample> results = evaluated.get();
            former.put(rule, writer.write(results, former.getOrDefault(rule, Set.of()), atMillis));
            samples += results.size();
        } catch (OperationException e) {
            if (failures++ == 0) {
                firstFailure = rule.definition().name() + ": " + e.getMessage();
            }
        }
    }
}
