package dev.belvedere.logql.engine;

import dev.belvedere.logql.syntax.LogqlExpr.BinaryOperation;
import dev.belvedere.logql.syntax.LogqlExpr.Group;
import dev.belvedere.logql.syntax.LogqlExpr.Grouping;
import dev.belvedere.logql.syntax.LogqlExpr.LabelReplace;
import dev.belvedere.logql.syntax.LogqlExpr.Matching;
import dev.belvedere.logql.syntax.LogqlExpr.MetricQuery;
import dev.belvedere.logql.syntax.LogqlExpr.NumberLiteral;
import dev.belvedere.logql.syntax.LogqlExpr.RangeAggregation;
import dev.belvedere.logql.syntax.LogqlExpr.VectorAggregation;
import dev.belvedere.logql.syntax.LogqlExpr.VectorLiteral;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogStore;
import java.util.List;

/// Evaluates a metric query: its range aggregations here, everything around them as PromQL over their results.
///
/// The result of the n-th range aggregation is the metric `range:n`. A sample stands for its own step only, so the
/// look-back of the PromQL part is one millisecond.
final class MetricEvaluation {

    private static final String NAME_PREFIX = "range:";
    private static final PromqlEngine PROMQL = new PromqlEngine(PromqlOptions.DEFAULT.withLookback(1));

    private final LogStore store;
    private final Tenant tenant;
    private final Steps steps;
    private final QueryBudget budget;
    private final SeriesOfSteps results;
    private int ranges;

    private MetricEvaluation(LogStore store, Tenant tenant, Steps steps, QueryBudget budget) {
        this.store = store;
        this.tenant = tenant;
        this.steps = steps;
        this.budget = budget;
        this.results = new SeriesOfSteps(steps);
    }

    static QueryAnswer range(LogStore store, Tenant tenant, MetricQuery query, Steps steps, QueryBudget budget) {
        MetricEvaluation evaluation = new MetricEvaluation(store, tenant, steps, budget);
        String promql = evaluation.promql(query);
        return withoutNames(PROMQL.range(
                evaluation.results,
                tenant,
                PROMQL.parse(promql),
                steps.startMillis(),
                steps.endMillis(),
                steps.stepMillis(),
                budget));
    }

    static QueryAnswer instant(LogStore store, Tenant tenant, MetricQuery query, long atMillis, QueryBudget budget) {
        MetricEvaluation evaluation = new MetricEvaluation(store, tenant, Steps.single(atMillis), budget);
        String promql = evaluation.promql(query);
        return withoutNames(PROMQL.instant(evaluation.results, tenant, PROMQL.parse(promql), atMillis, budget));
    }

    /// Writes the query as PromQL and evaluates the range aggregations in it on the way.
    private String promql(MetricQuery query) {
        return switch (query) {
            case NumberLiteral number -> number(number.value());
            case VectorLiteral vector -> "vector(" + number(vector.value()) + ")";
            case RangeAggregation range -> "{__name__=\"" + evaluate(range) + "\"}";
            case VectorAggregation aggregation -> aggregation(aggregation);
            case BinaryOperation binary ->
                "(" + promql(binary.left()) + ") " + binary.operator().sign() + (binary.isBool() ? " bool" : "")
                        + matching(binary.matching()) + " (" + promql(binary.right()) + ")";
            case LabelReplace replace ->
                "label_replace(" + promql(replace.operand()) + ", " + LabelNames.quote(replace.target()) + ", "
                        + LabelNames.quote(replace.replacement()) + ", " + LabelNames.quote(replace.source()) + ", "
                        + LabelNames.quote(replace.regex()) + ")";
        };
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? "NaN"
                : Double.isInfinite(value) ? (value > 0 ? "Inf" : "-Inf") : Double.toString(value);
    }

    private String evaluate(RangeAggregation range) {
        String name = NAME_PREFIX + ranges++;
        RangeEvaluation.evaluate(store, tenant, range, steps, budget)
                .forEach((labels, column) -> results.add(labels.with(Labels.METRIC_NAME, name), column));
        return name;
    }

    private String aggregation(VectorAggregation aggregation) {
        String operand = promql(aggregation.operand());
        String word = aggregation.operation().word();
        return switch (aggregation.operation()) {
            case SORT, SORT_DESC -> word + "(" + operand + ")";
            default ->
                word + aggregation.grouping().map(MetricEvaluation::grouping).orElse("") + "("
                        + aggregation.parameter().map(count -> count + ", ").orElse("") + operand + ")";
        };
    }

    private static String grouping(Grouping grouping) {
        return (grouping.isWithout() ? " without " : " by ") + list(grouping.labels());
    }

    private static String list(List<String> labels) {
        return "(" + String.join(", ", labels) + ")";
    }

    private static String matching(Matching matching) {
        if (!matching.isOn() && matching.labels().isEmpty() && matching.group() == Group.ONE_TO_ONE) {
            return "";
        }
        String group = switch (matching.group()) {
            case ONE_TO_ONE -> "";
            case LEFT -> " group_left " + list(matching.included());
            case RIGHT -> " group_right " + list(matching.included());
        };
        return (matching.isOn() ? " on " : " ignoring ") + list(matching.labels()) + group;
    }

    /// The results without the names that only connected the two parts.
    private static QueryAnswer withoutNames(QueryAnswer answer) {
        Value value = switch (answer.value()) {
            case Value.ScalarValue scalar -> scalar;
            case Value.StringValue string -> string;
            case Value.VectorValue vector ->
                new Value.VectorValue(
                        vector.timestampMillis(),
                        vector.samples().stream()
                                .map(s -> new Value.VectorSample(
                                        s.labels().withoutMetricName(), s.value(), s.histogram()))
                                .toList());
            case Value.MatrixValue matrix ->
                new Value.MatrixValue(matrix.series().stream()
                        .map(s -> new Value.MatrixSeries(
                                s.labels().withoutMetricName(),
                                s.timestamps(),
                                s.values(),
                                s.histogramTimestamps(),
                                s.histograms()))
                        .toList());
        };
        return new QueryAnswer(value, answer.warnings(), answer.infos(), answer.isByStep(), answer.statistics());
    }
}
