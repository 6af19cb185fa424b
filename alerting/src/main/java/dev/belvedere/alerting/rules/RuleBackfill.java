package dev.belvedere.alerting.rules;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Evaluates the recording rules of a group over times that have passed, a slice of time at each call, and writes what
/// they would have written then: at the same moments, rule after rule, with stale markers where a series ended.
///
/// Running a slice again changes nothing: the same samples come out, and the store takes repetition. A sample that is
/// there with another value stays and is told as a failure. Memory is that of one evaluation.
public final class RuleBackfill {

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
    private long evaluations;
    private long samples;
    private long failures;
    private String firstFailure = "";

    public RuleBackfill(RulePorts ports, RuleSettings settings) {
        this.ports = ports;
        this.settings = settings;
        this.writer = new RuleWriter(ports, AppendOptions.BACKFILL);
    }

    /// Works for about as long as it is told, and does at least one moment.
    public Progress run(Request request, long durationNanos) {
        RuleFile.Group group = request.group();
        long interval = group.intervalMillis().orElse(settings.defaultIntervalMillis());
        long slot = RuleGroup.slotBefore(request.file(), group.name(), interval, request.startMillis() - 1) + interval;
        List<RecordingRule> rules = new ArrayList<>();
        for (RuleDefinition definition : group.rules()) {
            if (definition instanceof RuleDefinition.Recording recording) {
                rules.add(new RecordingRule(recording));
            }
        }
        List<Set<Labels>> former = new ArrayList<>();
        for (RecordingRule rule : rules) {
            former.add(request.isContinued() ? seriesOf(rule, group, slot - interval) : Set.of());
        }
        long deadline = ports.time().nanoTime() + durationNanos;
        while (slot <= request.endMillis()) {
            for (int i = 0; i < rules.size(); i++) {
                former.set(i, evaluate(rules.get(i), group, slot, former.get(i)));
            }
            slot += interval;
            if (ports.time().nanoTime() - deadline >= 0) {
                break;
            }
        }
        return new Progress(evaluations, samples, failures, firstFailure, slot);
    }

    private Evaluation evaluation(RuleFile.Group group, long timeMillis) {
        long offset = group.queryOffsetMillis().orElse(settings.defaultQueryOffsetMillis());
        return new Evaluation(
                timeMillis,
                offset,
                group.limit(),
                settings,
                ports.query(),
                () -> new QueryBudget(settings.limits(), ports.time()::nanoTime));
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

    private Set<Labels> evaluate(RecordingRule rule, RuleFile.Group group, long timeMillis, Set<Labels> former) {
        Evaluation evaluation = evaluation(group, timeMillis);
        evaluations++;
        try {
            List<RuleSample> results = rule.evaluate(evaluation);
            Set<Labels> written = writer.write(results, former, evaluation.queryTimeMillis());
            samples += results.size();
            return written;
        } catch (OperationException e) {
            if (failures++ == 0) {
                firstFailure = rule.definition().name() + ": " + e.getMessage();
            }
            return former;
        }
    }
}
