package dev.belvedere.promql.evaluation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.promql.plan.PreparedQuery;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.PositionRange;
import dev.belvedere.storage.QueryBudget;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What each node of a plan cost. Filled by one evaluation, read when it is over.
public final class QueryProfile {

    /// One node and what is below it.
    ///
    /// @param kind the node's kind, such as `VectorSelector`
    /// @param evaluations how often it was evaluated
    /// @param steps of all its evaluations together
    /// @param nanos elapsed time in the node itself, without the nodes below
    /// @param totalNanos elapsed time with the nodes below
    /// @param cpuNanos CPU time that the query's own thread spent in the node itself; or [#UNMEASURED]
    /// @param totalCpuNanos the same with the nodes below
    /// @param series that came out, of all evaluations together
    /// @param samplesRead samples decoded from storage, with the nodes below
    /// @param blocksRead blocks that were looked into, with the nodes below
    /// @param isOnce whether it was evaluated once for all steps
    public record Node(
            String kind,
            String text,
            PositionRange position,
            int evaluations,
            long steps,
            long nanos,
            long totalNanos,
            long cpuNanos,
            long totalCpuNanos,
            long series,
            long samplesRead,
            long blocksRead,
            boolean isOnce,
            List<Node> children) {

        public Node {
            children = List.copyOf(children);
        }
    }

    private static final class Cost {
        int evaluations;
        long steps;
        long nanos;
        long cpuNanos;
        long series;
        long samplesRead;
        long blocksRead;
    }

    /// Stands for a CPU time that nobody tells.
    public static final long UNMEASURED = -1;

    private final LongSupplier threadCpuNanos;
    private final boolean isCpuMeasured;

    @GuardedBy("this")
    private final Map<Expr, Cost> costs = new IdentityHashMap<>();

    private @Nullable PreparedQuery query;

    /// @param threadCpuNanos the CPU time of the calling thread, negative where it is not told; asked here first, by
    /// the
    ///     thread that will evaluate
    public QueryProfile(LongSupplier threadCpuNanos) {
        this.threadCpuNanos = threadCpuNanos;
        this.isCpuMeasured = threadCpuNanos.getAsLong() >= 0;
    }

    public void begin(PreparedQuery prepared) {
        query = prepared;
    }

    private record Moment(long nanos, long cpuNanos) {}

    /// A visit to a node, from its beginning.
    final class Visit {

        private final Expr expr;
        private final QueryBudget budget;
        private final Moment began;
        private final long samplesBefore;
        private final long blocksBefore;
        private long elsewhereNanos;
        private long elsewhereCpuNanos;

        Visit(Expr expr, QueryBudget budget) {
            this.expr = expr;
            this.budget = budget;
            this.began = now();
            this.samplesBefore = budget.samplesRead();
            this.blocksBefore = budget.blocksRead();
        }

        Moment now() {
            return new Moment(budget.nanoTime(), threadCpuNanos.getAsLong());
        }

        /// Time since a moment that belongs to a node above.
        void addElsewhere(Moment since) {
            Moment now = now();
            synchronized (this) {
                elsewhereNanos += now.nanos - since.nanos;
                elsewhereCpuNanos += now.cpuNanos - since.cpuNanos;
            }
        }

        void end(int steps, long series) {
            Moment now = now();
            synchronized (QueryProfile.this) {
                Cost cost = costs.computeIfAbsent(expr, e -> new Cost());
                cost.evaluations++;
                cost.steps += steps;
                cost.series += series;
                cost.samplesRead += budget.samplesRead() - samplesBefore;
                cost.blocksRead += budget.blocksRead() - blocksBefore;
                synchronized (this) {
                    cost.nanos += now.nanos - began.nanos - elsewhereNanos;
                    cost.cpuNanos += now.cpuNanos - began.cpuNanos - elsewhereCpuNanos;
                }
            }
        }
    }

    Visit visit(Expr expr, QueryBudget budget) {
        return new Visit(expr, budget);
    }

    /// Passes series on, and tells a visit how long whoever takes them needs.
    record TimedSink(SeriesSink target, Visit visit, long[] count) implements SeriesSink {

        TimedSink(SeriesSink target, Visit visit) {
            this(target, visit, new long[1]);
        }

        @Override
        public StepSeries buffer(int steps) {
            return target.buffer(steps);
        }

        @Override
        public void accept(StepSeries series) {
            Moment began = visit.now();
            target.accept(series);
            end(began);
        }

        @Override
        public void accept(StepSeries series, SeriesLabels labels, boolean isMetadataDropped) {
            Moment began = visit.now();
            target.accept(series, labels, isMetadataDropped);
            end(began);
        }

        private void end(Moment began) {
            visit.addElsewhere(began);
            synchronized (visit) {
                count[0]++;
            }
        }

        long seriesCount() {
            synchronized (visit) {
                return count[0];
            }
        }
    }

    /// The plan with its costs.
    ///
    /// @throws IllegalStateException before the evaluation
    public synchronized Node root() {
        PreparedQuery evaluated = query;
        if (evaluated == null) {
            throw new IllegalStateException("nothing was evaluated with this profile");
        }
        return node(evaluated.expr(), evaluated);
    }

    @GuardedBy("this")
    private Node node(Expr expr, PreparedQuery evaluated) {
        List<Node> children = new ArrayList<>();
        long below = 0;
        long cpuBelow = 0;
        for (Expr child : expr.children()) {
            Node node = node(child, evaluated);
            children.add(node);
            below += node.totalNanos();
            cpuBelow += Math.max(0, node.totalCpuNanos());
        }
        Cost cost = costs.getOrDefault(expr, new Cost());
        long total = Math.max(cost.nanos, below);
        long cpuTotal = Math.max(cost.cpuNanos, cpuBelow);
        return new Node(
                expr.getClass().getSimpleName(),
                expr.toString(),
                expr.position(),
                cost.evaluations,
                cost.steps,
                total - below,
                total,
                isCpuMeasured ? cpuTotal - cpuBelow : UNMEASURED,
                isCpuMeasured ? cpuTotal : UNMEASURED,
                cost.series,
                Math.max(
                        cost.samplesRead,
                        children.stream().mapToLong(Node::samplesRead).sum()),
                Math.max(
                        cost.blocksRead,
                        children.stream().mapToLong(Node::blocksRead).sum()),
                evaluated.stepInvariant().contains(expr),
                children);
    }
}
