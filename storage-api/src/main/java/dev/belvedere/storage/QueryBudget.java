package dev.belvedere.storage;

import dev.belvedere.model.Fault;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What one query may use, and the switch that ends it. Shared by all threads that work for the query.
///
/// Stores charge the samples or bytes they decode, in batches; languages charge what they materialise. Whoever
/// charges beyond a limit gets a [QueryCancelledException] that says which limit it was and how to raise it. Every
/// loop that can run long calls [#check] at least every few milliseconds.
///
/// What the query holds counts against a [QueryMemory] that it shares with the others, until [#close].
public final class QueryBudget implements AutoCloseable {

    private static final int BYTES_PER_SAMPLE = 8;

    private static final long SAMPLES_PER_CHECK = 4096;

    private static final long NOT_PROMPT = Long.MAX_VALUE;

    /// So many steps of the shared account are kept for what comes next, and not given back.
    private static final int KEPT_STEPS = 4;

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

        /// Leaves the turn to others while the query waits for something that they have.
        default void pause() {}

        /// Ends a pause; returns at the next turn.
        default void resume() {}
    }

    private final Limits limits;
    private final LongSupplier nanoTime;
    private final QueryMemory memory;
    private final QueryMemory.Share share;
    private final long deadlineNanos;
    private final AtomicLong samplesRead = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong blocksRead = new AtomicLong();
    private long samplesHeld;
    private long peakSamplesHeld;
    private long bytesHeld;
    private long peakBytesHeld;

    /// Of the shared account, what is there and what is being waited for.
    private long bytesDrawn;

    /// Until when a prompt query may go on; [#NOT_PROMPT] for any other.
    private long promptUntilNanos = NOT_PROMPT;

    private volatile @Nullable String cancelledBy;
    private volatile Turn turn = Turn.ALWAYS;

    /// A budget of a query that has all memory for itself.
    ///
    /// @param nanoTime elapsed time, as `TimeSource.nanoTime` tells it
    public QueryBudget(Limits limits, LongSupplier nanoTime) {
        this(limits, nanoTime, QueryMemory.unlimited(), QueryMemory.Rank.CLIENT);
    }

    /// @param nanoTime elapsed time, as `TimeSource.nanoTime` tells it
    public QueryBudget(Limits limits, LongSupplier nanoTime, QueryMemory memory, QueryMemory.Rank rank) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.memory = memory;
        this.share = memory.open(rank);
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

    /// Has the query end by a [NotPromptException] where it would wait, and at its first check after so long. Before
    /// the query begins.
    public void requirePrompt(long nanos) {
        promptUntilNanos = nanoTime.getAsLong() + nanos;
    }

    /// Whether the query must not wait.
    public boolean isPrompt() {
        return promptUntilNanos != NOT_PROMPT;
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
        checkNotRefused();
        String reason = cancelledBy;
        if (reason != null) {
            throw new QueryCancelledException("query_cancelled", Fault.USER, "query was " + reason);
        }
        if (isPrompt() && nowNanos - promptUntilNanos > 0) {
            throw new NotPromptException();
        }
        if (nowNanos - deadlineNanos > 0) {
            throw new QueryCancelledException(
                    "query_timeout",
                    Fault.OVERLOAD,
                    "query timed out after " + limits.timeoutMillis() / 1000.0
                            + " s: narrow the range, select fewer series or raise query.timeout");
        }
    }

    /// Looks only for whether the query has to give back its memory.
    ///
    /// @throws QueryCancelledException if others need it
    public void checkNotRefused() {
        QueryCancelledException refusal = share.refusal();
        if (refusal != null) {
            throw refusal;
        }
    }

    /// Counts samples decoded from storage; also checks, but of few at a time only once in a while: it looks at the
    /// clock.
    public void chargeSamplesRead(long samples) {
        long total = samplesRead.addAndGet(samples);
        if (total / SAMPLES_PER_CHECK > (total - samples) / SAMPLES_PER_CHECK) {
            check();
        }
    }

    /// Counts bytes of events decoded from storage; also checks.
    public void chargeBytesRead(long bytes) {
        long total = bytesRead.addAndGet(bytes);
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
        blocksRead.addAndGet(blocks);
    }

    /// Counts samples that stay in memory until [#releaseSamples], with the bytes of their values. May wait like
    /// [#check].
    public void holdSamples(long samples) {
        hold(samples, samples * BYTES_PER_SAMPLE);
    }

    public void releaseSamples(long samples) {
        release(samples, samples * BYTES_PER_SAMPLE);
    }

    /// Counts bytes that stay in memory until they are released or the query is over. May wait like [#check].
    public void holdBytes(long bytes) {
        hold(0, bytes);
    }

    /// Counts samples and bytes that stay in memory until [#release]. Waits where all queries together hold too much.
    /// Best called before the memory is taken.
    ///
    /// @param bytes of the samples and of all that belongs to them
    public void hold(long samples, long bytes) {
        long missing;
        synchronized (this) {
            samplesHeld += samples;
            peakSamplesHeld = Math.max(peakSamplesHeld, samplesHeld);
            bytesHeld += bytes;
            peakBytesHeld = Math.max(peakBytesHeld, bytesHeld);
            if (samplesHeld > limits.maxSamples()) {
                throw new QueryCancelledException(
                        "query_too_many_samples",
                        Fault.USER,
                        "query would load " + samplesHeld + " samples into memory, limit " + limits.maxSamples()
                                + ": narrow the range, raise the step or raise query.maxSamples");
            }
            missing = bytesHeld <= bytesDrawn ? 0 : memory.inSteps(bytesHeld - bytesDrawn);
            bytesDrawn += missing;
        }
        if (missing > 0) {
            draw(missing);
        }
    }

    public void release(long samples, long bytes) {
        long spare;
        synchronized (this) {
            samplesHeld -= samples;
            bytesHeld -= bytes;
            long kept = memory.inSteps(1);
            spare = bytesDrawn - bytesHeld < (KEPT_STEPS + 1) * kept ? 0 : bytesDrawn - bytesHeld - kept;
            bytesDrawn -= spare;
        }
        if (spare > 0) {
            memory.giveBack(share, spare);
        }
    }

    /// Waits without a lock and without a turn: those that have what is missing may need both.
    private void draw(long bytes) {
        if (memory.tryDraw(share, bytes)) {
            return;
        }
        if (isPrompt()) {
            throw new NotPromptException();
        }
        Turn own = turn;
        own.pause();
        try {
            memory.draw(share, bytes, this::checkWaiting);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancel("cancelled: its thread was interrupted");
        } catch (QueryCancelledException e) {
            throw resumed(own, e);
        }
        own.resume();
        checkLeft();
    }

    /// Says why the query is over, though its turn knows of less.
    private static QueryCancelledException resumed(Turn own, QueryCancelledException cause) {
        try {
            own.resume();
        } catch (QueryCancelledException e) {
            return cause;
        }
        return cause;
    }

    private void checkWaiting() {
        try {
            checkLeft();
        } catch (QueryCancelledException e) {
            if (!e.code().equals("query_timeout")) {
                throw e;
            }
            throw new QueryCancelledException(
                    e.code(),
                    e.fault(),
                    "query timed out while it waited for memory: queries hold "
                            + QueryMemory.shown(memory.heldBytes()) + " of the "
                            + QueryMemory.shown(memory.maxBytes())
                            + " that all may hold together; try again later, ask for less, or raise query.memoryBytes"
                            + " or query.timeout");
        }
    }

    /// Gives back all that the query holds of the shared memory: it is over, and so is its answer.
    @Override
    public void close() {
        memory.close(share);
    }

    /// Whether the query waits for others to give memory back.
    public boolean isWaitingForMemory() {
        return memory.isWaiting(share);
    }

    /// What all queries may hold together.
    public long maxBytesOfAll() {
        return memory.maxBytes();
    }

    public synchronized long bytesHeld() {
        return bytesHeld;
    }

    public synchronized long peakBytesHeld() {
        return peakBytesHeld;
    }

    public synchronized long peakSamplesHeld() {
        return peakSamplesHeld;
    }

    public long samplesRead() {
        return samplesRead.get();
    }

    public long bytesRead() {
        return bytesRead.get();
    }

    public long blocksRead() {
        return blocksRead.get();
    }

    /// Elapsed time by the clock that ends the query.
    public long nanoTime() {
        return nanoTime.getAsLong();
    }
}
