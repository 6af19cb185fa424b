package dev.belvedere.storage.metrics;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;

/// Collects the samples of one write and commits them together. Used by one thread at a time; reusable after
/// [#commit] or [#rollback].
///
/// A series is named by a *ref*, which [#series] finds or makes from its labels. Callers keep refs (by the bytes
/// that came over the wire, by the line of an exposition) and skip the labels next time: that is the fast path. A
/// ref stays valid while samples are committed for it at least every [#REF_LIFETIME_MILLIS]; a caller MUST forget
/// refs that it has not used for that long.
///
/// Appending costs a few array stores a sample and nothing on the heap; all checks happen in [#commit].
public interface MetricAppender extends AutoCloseable {

    /// How long a ref stays valid after its last committed sample.
    long REF_LIFETIME_MILLIS = 30 * 60 * 1000;

    /// The start of a cumulative sample that does not tell when it was started.
    long NO_START = 0;

    /// The ref of a series, making the series where it is new.
    ///
    /// @param labels with `__name__`; the store trusts that names and values are valid and within limits
    /// @throws dev.belvedere.model.OperationException `too_many_series` if a cardinality limit forbids a new
    ///     series
    long series(Labels labels);

    /// @param timestampMillis when the value held, since the Unix epoch
    /// @param startMillis when the counter began, or [#NO_START]
    /// @param value canonical: see `SampleValues.canonical`
    void append(long ref, long timestampMillis, long startMillis, double value);

    void append(long ref, long timestampMillis, long startMillis, NativeHistogram histogram);

    void appendExemplar(long ref, Exemplar exemplar);

    /// What is known of a metric family; the newest wins. Not durable.
    void updateMetadata(String metricFamily, MetricMetadata metadata);

    /// How many samples wait for [#commit].
    int pendingSamples();

    /// Checks, logs and applies all samples appended since the last commit; they are visible to queriers made after
    /// this returns, and durable if the options say so.
    ///
    /// Samples that are refused do not hinder the others: the outcome counts them.
    ///
    /// @throws dev.belvedere.model.OperationException `disk_full`, `io_error`, `overloaded`: none of the
    ///     samples may be acknowledged
    AppendOutcome commit();

    /// Tells the listener once all that was committed since the last rollback, and the last call of this, is durable
    /// or cannot be made so: once, by this thread or another, perhaps before this returns. Whoever tells it has
    /// others to tell: it neither blocks nor throws.
    void whenDurable(CommitListener listener);

    /// Forgets what was appended since the last commit. Series made meanwhile stay.
    void rollback();

    /// Rolls back.
    @Override
    void close();
}
