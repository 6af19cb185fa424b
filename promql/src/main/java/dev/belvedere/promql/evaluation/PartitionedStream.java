package dev.belvedere.promql.evaluation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.promql.evaluation.Selections.GroupSource;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Streams the series of a selection, partition by partition, into a sink; several partitions side by side where the
/// work is large and workers are free.
///
/// The first partition goes straight into the sink. Each other one has an evaluation and a sink of its own, which are
/// joined in the order of the partitions, whoever worked on them and however many: what comes out does not depend on
/// that. What a sink can only add in order waits for its turn. The thread of the query works too, and ends last.
///
/// What is made for each partition has a class of its own: the first compiler's code, which small queries run in, makes
/// a lambda that captures something by a native call.
public final class PartitionedStream {

    /// Looks at the groups of one partition.
    public interface Visitor {

        void visit(SeriesGroup group);

        /// Takes over what another visitor of a later partition knows of all its series.
        default void join(Visitor later) {}
    }

    public interface VisitorMaker {
        Visitor make(Evaluation evaluation, SeriesSink sink);
    }

    /// The right of one partition's sink to change that of the whole stream.
    public interface Turn {

        /// Waits until all partitions before have been joined.
        void await();
    }

    /// Less work than this, in estimated nanoseconds, is done by the query's own thread: waking another costs it and
    /// the machine some 50 microseconds.
    static final long MIN_SHARED_NANOS = 1_000_000;

    /// What the estimate takes for a series, for each of its steps and for each of its samples.
    private static final int SERIES_NANOS = 60;

    private static final int STEP_NANOS = 5;
    private static final int SAMPLE_NANOS = 2;

    private static final long TURN_CHECK_MILLIS = 10;

    /// Ends a worker because another one failed.
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super("another partition failed", null, false, false);
        }
    }

    private record Part(Evaluation evaluation, SeriesSink sink, Visitor visitor) {}

    private final List<GroupSource> sources;
    private final Part whole;
    private final VisitorMaker maker;
    private final AtomicInteger next = new AtomicInteger();

    @GuardedBy("this")
    private final @Nullable Part[] finished;

    /// The first partition that is not joined.
    @GuardedBy("this")
    private int turn;

    @GuardedBy("this")
    private int helpers;

    @GuardedBy("this")
    private boolean isOver;

    @GuardedBy("this")
    private int failedSource = Integer.MAX_VALUE;

    private volatile @Nullable Throwable failure;

    private PartitionedStream(List<GroupSource> sources, Part whole, VisitorMaker maker) {
        this.sources = sources;
        this.whole = whole;
        this.maker = maker;
        this.finished = new Part[sources.size()];
    }

    /// @param samplesPerSeries how many of them are read, about
    public static void run(
            Evaluation evaluation,
            List<GroupSource> sources,
            long samplesPerSeries,
            SeriesSink sink,
            VisitorMaker maker) {
        Visitor visitor = maker.make(evaluation, sink);
        if (sources.size() < 2 || !sink.isForkable() || evaluation.context().profile() != null) {
            for (GroupSource source : sources) {
                source.forEach(visitor::visit);
            }
            return;
        }
        long nanosPerSeries = SERIES_NANOS + (long) STEP_NANOS * evaluation.steps() + SAMPLE_NANOS * samplesPerSeries;
        new PartitionedStream(sources, new Part(evaluation, sink, visitor), maker).run(nanosPerSeries);
    }

    private void run(long nanosPerSeries) {
        long series = 0;
        for (GroupSource source : sources) {
            series += source.seriesCount();
        }
        QueryWorkers workers = whole.evaluation.context().workers();
        if (workers != null && series * nanosPerSeries >= MIN_SHARED_NANOS) {
            for (int i = 1; i < sources.size() && workers.offer(this::help); i++) {}
        }
        work();
        boolean isInterrupted = end();
        Throwable failed = failure;
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failed) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failed);
        }
    }

    private void help() {
        synchronized (this) {
            if (isOver) {
                return;
            }
            helpers++;
        }
        try {
            work();
        } finally {
            synchronized (this) {
                helpers--;
                notifyAll();
            }
        }
    }

    /// Waits for the helpers that began.
    ///
    /// @return whether this thread was interrupted meanwhile
    private synchronized boolean end() {
        isOver = true;
        boolean isInterrupted = false;
        while (helpers > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                isInterrupted = true;
                whole.evaluation.context().budget().cancel("cancelled: its thread was interrupted");
            }
        }
        return isInterrupted;
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < sources.size() && failure == null; i = next.getAndIncrement()) {
            try {
                process(i);
            } catch (StoppedException e) {
                return;
            } catch (RuntimeException | Error e) {
                fail(i, e);
            }
        }
    }

    /// Of several failures that of the first partition counts.
    private synchronized void fail(int source, Throwable cause) {
        if (source < failedSource) {
            failedSource = source;
            failure = cause;
        }
        notifyAll();
    }

    private void process(int source) {
        Part part = source == 0 ? whole : fork(source);
        sources.get(source).forEach(new WhileGoing(part.visitor));
        finish(source, part);
    }

    /// Shows groups to a visitor as long as no other partition has failed.
    private final class WhileGoing implements Consumer<SeriesGroup> {

        private final Visitor visitor;

        WhileGoing(Visitor visitor) {
            this.visitor = visitor;
        }

        @Override
        public void accept(SeriesGroup group) {
            requireGoing();
            visitor.visit(group);
        }
    }

    private void requireGoing() {
        if (failure != null) {
            throw new StoppedException();
        }
    }

    private Part fork(int source) {
        Evaluation evaluation = whole.evaluation.fork();
        SeriesSink sink = whole.sink.fork(evaluation, new TurnOf(source, evaluation));
        return new Part(evaluation, sink, maker.make(evaluation, sink));
    }

    private final class TurnOf implements Turn {

        private final int source;
        private final Evaluation evaluation;

        TurnOf(int source, Evaluation evaluation) {
            this.source = source;
            this.evaluation = evaluation;
        }

        @Override
        public void await() {
            awaitTurn(source, evaluation);
        }
    }

    private synchronized void awaitTurn(int source, Evaluation evaluation) {
        while (turn < source) {
            requireGoing();
            evaluation.context().budget().checkLeft();
            try {
                TimeUnit.MILLISECONDS.timedWait(this, TURN_CHECK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                evaluation.context().budget().cancel("cancelled: its thread was interrupted");
            }
        }
    }

    private synchronized void finish(int source, Part part) {
        finished[source] = part;
        while (turn < finished.length) {
            Part done = finished[turn];
            if (done == null) {
                break;
            }
            if (turn > 0) {
                whole.visitor.join(done.visitor);
                whole.sink.join(done.sink);
                whole.evaluation.join(done.evaluation);
            }
            turn++;
        }
        notifyAll();
    }
}
