package dev.belvedere.alerting.rules;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.Value;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.List;

/// Rules in PromQL over a metric store.
public final class PromqlRules implements RuleLanguage {

    /// Answers a parsed query at one moment.
    private interface Evaluator {
        Value evaluate(Expr expr, long timeMillis, QueryBudget budget);
    }

    private final PromqlEngine engine;
    private final Evaluator evaluator;

    private PromqlRules(PromqlEngine engine, Evaluator evaluator) {
        this.engine = engine;
        this.evaluator = evaluator;
    }

    public static PromqlRules over(PromqlEngine engine, MetricStore store, Tenant tenant) {
        return new PromqlRules(
                engine,
                (expr, timeMillis, budget) ->
                        engine.instant(store, tenant, expr, timeMillis, budget).value());
    }

    /// For checking files: expressions are parsed and cannot be evaluated.
    public static PromqlRules forChecking(PromqlEngine engine) {
        return new PromqlRules(engine, (expr, timeMillis, budget) -> {
            throw new IllegalStateException("there is no store to evaluate " + expr + " over");
        });
    }

    @Override
    public RuleExpression parse(String text) {
        try {
            return new Parsed(engine.parse(text), evaluator);
        } catch (ParseException e) {
            throw new ExpressionException(
                    "could not parse expression: " + e.getMessage(),
                    e.position().start());
        }
    }

    private record Parsed(Expr expr, Evaluator evaluator) implements RuleExpression {

        @Override
        public String text() {
            return expr.toString();
        }

        @Override
        public List<RuleSample> evaluate(long timeMillis, QueryBudget budget) {
            return switch (evaluator.evaluate(expr, timeMillis, budget)) {
                case Value.VectorValue vector ->
                    vector.samples().stream()
                            .map(sample -> new RuleSample(sample.labels(), sample.value(), sample.histogram()))
                            .toList();
                case Value.ScalarValue scalar -> List.of(RuleSample.of(Labels.EMPTY, scalar.value()));
                case Value.StringValue string -> throw noVector();
                case Value.MatrixValue matrix -> throw noVector();
            };
        }

        private static OperationException noVector() {
            return new OperationException("execution", Fault.USER, "rule result is not a vector or scalar");
        }
    }
}
