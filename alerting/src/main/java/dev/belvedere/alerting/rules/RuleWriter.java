package dev.belvedere.alerting.rules;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Writes what rules result in, and stale markers for what is no longer among it.
///
/// Nobody waits for the disk: what a crash loses is computed again at the next evaluation.
final class RuleWriter {

    private final RulePorts ports;
    private final AppendOptions options;
    private final AppendOptions staleOptions;

    RuleWriter(RulePorts ports) {
        this(ports, AppendOptions.ACKNOWLEDGED_LATER);
    }

    RuleWriter(RulePorts ports, AppendOptions options) {
        this.ports = ports;
        this.options = options;
        this.staleOptions = new AppendOptions(true, false, options.takesAnyAge());
    }

    /// @param former the series of the evaluation before; those not among the samples are marked stale
    /// @return the series written
    /// @throws dev.belvedere.model.OperationException if the store refuses
    Set<Labels> write(List<RuleSample> samples, Set<Labels> former, long timestampMillis) {
        Set<Labels> written = new HashSet<>();
        AppendOutcome outcome;
        try (MetricAppender appender = ports.store().appender(ports.tenant(), options)) {
            for (RuleSample sample : samples) {
                append(appender, sample, timestampMillis);
                written.add(sample.labels());
            }
            outcome = appender.commit();
        }
        Set<Labels> vanished = new HashSet<>(former);
        vanished.removeAll(written);
        markStale(vanished, timestampMillis);
        requireTaken(outcome);
        return written;
    }

    private static void append(MetricAppender appender, RuleSample sample, long timestampMillis) {
        long ref = appender.series(sample.labels());
        NativeHistogram histogram = sample.histogram();
        if (histogram == null) {
            appender.append(ref, timestampMillis, MetricAppender.NO_START, SampleValues.canonical(sample.value()));
        } else {
            appender.append(ref, timestampMillis, MetricAppender.NO_START, histogram);
        }
    }

    private static void requireTaken(AppendOutcome outcome) {
        if (outcome.firstRejected().isPresent()) {
            AppendOutcome.Rejection rejection = outcome.firstRejected().get();
            throw Evaluation.failure("the store refused " + outcome.rejectedCount() + " results, the first "
                    + rejection.labels() + ": " + rejection.reason());
        }
    }

    /// A marker that comes too late does no harm: another rule has written the series.
    void markStale(Collection<Labels> series, long timestampMillis) {
        if (series.isEmpty()) {
            return;
        }
        try (MetricAppender appender = ports.store().appender(ports.tenant(), staleOptions)) {
            for (Labels labels : series) {
                appender.append(
                        appender.series(labels), timestampMillis, MetricAppender.NO_START, SampleValues.STALE_NAN);
            }
            appender.commit();
        }
    }
}
