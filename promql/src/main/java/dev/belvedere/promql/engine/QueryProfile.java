package dev.belvedere.promql.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.PositionRange;
import dev.belvedere.storage.QueryBudget;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
        long series;
        long samplesRead;
        long blocksRead;
    }

    @GuardedBy("this")
    private final Map<Expr, Cost> costs = new IdentityHashMap<>();

    private @Nullable PreparedQuery query;

    void begin(PreparedQuery prepared) {
        query = prepared;
    }

    /// A visit to a node, from its beginning.
    final class Visit {

        private final Expr expr;
        private final QueryBudget budget;
        private final long beganNanos;
        private final long samplesBefore;
        private final long blocksBefore;
        private long elsewhereNanos;

        Visit(Expr expr, QueryBudget budget) {
            this.expr = expr;
            this.budget = budget;
            this.beganNanos = budget.nanoTime();
            this.samplesBefore = budget.samplesRead();
            this.blocksBefore = budget.blocksRead();
        }

        /// Time in between that belongs to a node above.
        synchronized void addElsewhere(long nanos) {
            elsewhereNanos += nanos;
        }

        void end(int steps, long series) {
            long elapsed = budget.nanoTime() - beganNanos;
            synchronized (QueryProfile.this) {
                Cost cost = costs.computeIfAbsent(expr, e -> new Cost());
                cost.evaluations++;
                cost.steps += steps;
                cost.series += series;
                cost.samplesRead += budget.samplesRead() - samplesBefore;
                cost.blocksRead += budget.blocksRead() - blocksBefore;
                synchronized (this) {
                    cost.nanos += elapsed - elsewhereNanos;
                }
            }
        }
    }

    Visit visit(Expr expr, QueryBudget budget) {
        return new Visit(expr, budget);
    }

    /// Passes series on, and tells a visit how long whoever takes them needs.
    record TimedSink(SeriesSink target, Visit visit, QueryBudget budget, long[] count) implements SeriesSink {

        TimedSink(SeriesSink target, Visit visit, QueryBudget budget) {
            this(target, visit, budget, new long[1]);
        }

        @Override
        public StepSeries buffer(int steps) {
            return target.buffer(steps);
        }

        @Override
        public void accept(StepSeries series) {
            long began = budget.nanoTime();
            target.accept(series);
            end(began);
        }

        @Override
        public void accept(StepSeries series, SeriesLabels labels, boolean isMetadataDropped) {
            long began = budget.nanoTime();
            target.accept(series, labels, isMetadataDropped);
            end(began);
        }

        private void end(long began) {
            visit.addElsewhere(budget.nanoTime() - began);
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
        for (Expr child : expr.children()) {
            Node node = node(child, evaluated);
            children.add(node);
            below += node.totalNanos();
        }
        Cost cost = costs.getOrDefault(expr, new Cost());
        long total = Math.max(cost.nanos, below);
        return new Node(
                expr.getClass().getSimpleName(),
                expr.toString(),
                expr.position(),
                cost.evaluations,
                cost.steps,
                total - below,
                total,
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
