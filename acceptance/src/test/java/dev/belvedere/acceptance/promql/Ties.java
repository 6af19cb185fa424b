package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.promql.syntax.ParserOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/// Whether a query keeps some of several values that are the same, or nearly so: which, nobody says.
public final class Ties {

    private Ties() {}

    public static boolean isAny(Question question, Asking reference) throws IOException, InterruptedException {
        try {
            return isAny(Parser.parse(question.text(), ParserOptions.EVERYTHING), question, reference);
        } catch (ParseException e) {
            return false;
        }
    }

    private static boolean isAny(Expr expr, Question question, Asking reference)
            throws IOException, InterruptedException {
        if (expr instanceof AggregateExpr ranking
                && (ranking.op() == AggregateOp.TOPK || ranking.op() == AggregateOp.BOTTOMK)) {
            Node operand = Node.leaf(Node.Kind.VECTOR, ranking.expr().toString());
            Answer values = reference.ask(question.with(operand));
            if (values.isWithDuplicates() || hasEqualValues(values)) {
                return true;
            }
        }
        for (Expr child : expr.children()) {
            if (isAny(child, question, reference)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasEqualValues(Answer answer) {
        Map<String, TreeSet<Double>> byTime = new HashMap<>();
        for (JsonNode series : answer.result()) {
            boolean isTied = series.has("value") && isTied(byTime, series.path("value"));
            for (JsonNode value : series.path("values")) {
                isTied |= isTied(byTime, value);
            }
            if (isTied) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTied(Map<String, TreeSet<Double>> byTime, JsonNode point) {
        TreeSet<Double> values = byTime.computeIfAbsent(point.path(0).asText(), time -> new TreeSet<>());
        double value = Answer.number(point.path(1).asText());
        Double below = values.lower(value);
        Double above = values.higher(value);
        return !values.add(value)
                || below != null && Answer.isClose(below, value)
                || above != null && Answer.isClose(above, value);
    }
}
