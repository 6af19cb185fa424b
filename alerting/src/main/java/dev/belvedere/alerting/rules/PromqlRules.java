package dev.belvedere.alerting.rules;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.plan.Plan;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Rules in PromQL over a metric store.
public final class PromqlRules implements RuleLanguage {

    /// Answers a planned query.
    private interface Evaluator {
        QueryAnswer evaluate(Plan plan, Steps steps, QueryBudget budget);
    }

    private final PromqlEngine engine;
    private final Evaluator evaluator;

    private PromqlRules(PromqlEngine engine, Evaluator evaluator) {
        this.engine = engine;
        this.evaluator = evaluator;
    }

    public static PromqlRules over(PromqlEngine engine, MetricStore store, Tenant tenant) {
        return new PromqlRules(
                engine, (plan, steps, budget) -> engine.evaluate(new QueryRequest(store, tenant, plan, steps, budget)));
    }

    /// For checking files: expressions are parsed and cannot be evaluated.
    public static PromqlRules forChecking(PromqlEngine engine) {
        return new PromqlRules(engine, (plan, steps, budget) -> {
            throw new IllegalStateException("there is no store to evaluate " + plan.text() + " over");
        });
    }

    @Override
    public RuleExpression parse(String text) {
        try {
            Expr expr = engine.parse(text);
            Plan plan = Plan.of(expr.toString(), expr);
            return new Planned(plan, evaluator, mayLookAhead(plan));
        } catch (ParseException e) {
            throw new ExpressionException(
                    "could not parse expression: " + e.getMessage(),
                    e.position().start());
        }
    }

    private boolean mayLookAhead(Plan plan) {
        return plan.reach(Steps.instant(0), engine.options().lookbackMillis()).looksAhead();
    }

    private record Planned(Plan plan, Evaluator evaluator, boolean mayLookAhead) implements RuleExpression {

        @Override
        public String text() {
            return plan.text();
        }

        @Override
        public List<RuleSample> evaluate(long timeMillis, QueryBudget budget) {
            return switch (evaluator
                    .evaluate(plan, Steps.instant(timeMillis), budget)
                    .value()) {
                case Value.VectorValue vector ->
                    vector.samples().stream()
                            .map(sample -> new RuleSample(sample.labels(), sample.value(), sample.histogram()))
                            .toList();
                case Value.ScalarValue scalar -> List.of(RuleSample.of(Labels.EMPTY, scalar.value()));
                case Value.StringValue string -> throw noVector();
                case Value.MatrixValue matrix -> throw noVector();
            };
        }

        @Override
        public Optional<Iterator<List<RuleSample>>> evaluateEach(
                long startMillis, long endMillis, long stepMillis, QueryBudget budget) {
            ValueType type = plan.expr().type();
            if (!plan.isByStep() || type != ValueType.VECTOR && type != ValueType.SCALAR) {
                return Optional.empty();
            }
            Steps steps = new Steps(startMillis, endMillis, stepMillis);
            QueryAnswer answer = evaluator.evaluate(plan, steps, budget);
            return answer.isByStep() && answer.value() instanceof Value.MatrixValue matrix
                    ? Optional.of(new MatrixSteps(matrix, steps))
                    : Optional.empty();
        }

        @Override
        public boolean mayRead(String metric) {
            return mayRead(plan.expr(), metric);
        }

        private static boolean mayRead(Expr expr, String metric) {
            return switch (expr) {
                case VectorSelector selector ->
                    selector.matchers().stream()
                            .filter(matcher -> matcher.name().equals(Labels.METRIC_NAME))
                            .allMatch(matcher -> matcher.matches(metric));
                // Looks for series that no selector names.
                case Call call when call.function() == Function.INFO -> true;
                default -> expr.children().stream().anyMatch(child -> mayRead(child, metric));
            };
        }

        private static OperationException noVector() {
            return new OperationException("execution", Fault.USER, "rule result is not a vector or scalar");
        }
    }
}
