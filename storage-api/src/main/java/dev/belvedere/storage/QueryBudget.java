package dev.belvedere.storage;

import dev.belvedere.model.Fault;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What one query may use, and the switch that ends it. Shared by all threads that work for the query.
///
/// Stores charge the samples or bytes they decode, in batches; languages charge what they materialise. Whoever
/// charges beyond a limit gets a [QueryCancelledException] that says which limit it was and how to raise it. Every
/// loop that can run long calls [#check] at least every few milliseconds.
public final class QueryBudget {

    /// @param maxSamples samples loaded from storage and held at once (`query.maxSamples`)
    /// @param maxBytes bytes of log and span data scanned (`query.maxBytes`)
    /// @param timeoutMillis elapsed time (`query.timeout`)
    public record Limits(long maxSamples, long maxBytes, long timeoutMillis) {

        public static final Limits DEFAULT = new Limits(50_000_000, 64L << 30, 120_000);

        public static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE / 2_000_000);
    }

    /// The turn of a query among those that compute.
    public interface Turn {

        Turn ALWAYS = nowNanos -> {};

        /// Lets others compute for a while, if they wait and the turn has lasted; returns at the next turn. Every
        /// thread that works for the query calls it, and holds no lock then that another query could want.
        ///
        /// @param nowNanos elapsed time by the budget's clock, which the turns go by too
        void passOn(long nowNanos);
    }

    private final Limits limits;
    private final LongSupplier nanoTime;
    private final long deadlineNanos;
    private final LongAdder samplesRead = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder blocksRead = new LongAdder();
    private long samplesHeld;
    private long peakSamplesHeld;
    private volatile @Nullable String cancelledBy;
    private volatile Turn turn = Turn.ALWAYS;

    /// @param nanoTime elapsed time, as `TimeSource.nanoTime` tells it
    public QueryBudget(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.deadlineNanos = nanoTime.getAsLong() + limits.timeoutMillis() * 1_000_000;
    }

    /// A budget without limits, for rules' own bookkeeping and tests.
    public static QueryBudget unlimited() {
        return new QueryBudget(Limits.NONE, () -> 0);
    }

    public Limits limits() {
        return limits;
    }

    /// Ends the query at its next check.
    ///
    /// @param reason who did it, for the message: "cancelled by its client", "cancelled through the API"
    public void cancel(String reason) {
        cancelledBy = reason;
    }

    /// Has the query compute by turns from now on.
    public void take(Turn own) {
        turn = own;
    }

    /// Checks, then lets others compute where it is their turn: the caller holds no lock.
    ///
    /// @throws QueryCancelledException if the time is over or the query was cancelled
    public void check() {
        long now = nanoTime.getAsLong();
        checkLeft(now);
        turn.passOn(now);
    }

    /// The same without ever waiting.
    ///
    /// @throws QueryCancelledException if the time is over or the query was cancelled
    public void checkLeft() {
        checkLeft(nanoTime.getAsLong());
    }

    private void checkLeft(long nowNanos) {
        String reason = cancelledBy;
        if (reason != null) {
            throw new QueryCancelledException("query_cancelled", Fault.USER, "query was " + reason);
        }
        if (nowNanos - deadlineNanos > 0) {
            throw new QueryCancelledException(
                    "query_timeout",
                    Fault.OVERLOAD,
                    "query timed out after " + limits.timeoutMillis() / 1000.0
                            + " s: narrow the range, select fewer series or raise query.timeout");
        }
    }

    /// Counts samples decoded from storage; also checks.
    public void chargeSamplesRead(long samples) {
        samplesRead.add(samples);
        check();
    }

    /// Counts bytes of events decoded from storage; also checks.
    public void chargeBytesRead(long bytes) {
        bytesRead.add(bytes);
        long total = bytesRead.sum();
        if (total > limits.maxBytes()) {
            throw new QueryCancelledException(
                    "query_too_many_bytes",
                    Fault.USER,
                    "query would scan more than " + (limits.maxBytes() >> 20)
                            + " MiB: narrow the range or the selector, or raise query.maxBytes");
        }
        check();
    }

    /// Counts blocks or segments that were looked into.
    public void countBlocksRead(long blocks) {
        blocksRead.add(blocks);
    }

    /// Counts samples that stay in memory until [#releaseSamples].
    public synchronized void holdSamples(long samples) {
        samplesHeld += samples;
        peakSamplesHeld = Math.max(peakSamplesHeld, samplesHeld);
        if (samplesHeld > limits.maxSamples()) {
            throw new QueryCancelledException(
                    "query_too_many_samples",
                    Fault.USER,
                    "query would load " + samplesHeld + " samples into memory, limit " + limits.maxSamples()
                            + ": narrow the range, raise the step or raise query.maxSamples");
        }
    }

    public synchronized void releaseSamples(long samples) {
        samplesHeld -= samples;
    }

    public synchronized long peakSamplesHeld() {
        return peakSamplesHeld;
    }

    public long samplesRead() {
        return samplesRead.sum();
    }

    public long bytesRead() {
        return bytesRead.sum();
    }

    public long blocksRead() {
        return blocksRead.sum();
    }

    /// Elapsed time by the clock that ends the query.
    public long nanoTime() {
        return nanoTime.getAsLong();
    }
}
