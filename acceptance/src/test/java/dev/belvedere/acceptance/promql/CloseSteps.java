package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Steps of a range between two values that are nearly the same, so that rounding decides whether the value falls,
/// stays or grows: what counts resets or changes then gives another answer.
final class CloseSteps {

    private CloseSteps() {}

    /// Whether, wherever the answers differ, the reference and we have the same numbers in the range, but for rounding,
    /// and a step between two of them that is another.
    static boolean areWhereverAnswersDiffer(Origin origin) throws IOException, InterruptedException {
        Set<DifferingPoints.Place> places = DifferingPoints.between(origin.theirs(), origin.ours());
        for (DifferingPoints.Place place : places) {
            long millis = Math.round(Double.parseDouble(place.time()) * 1000);
            Node operand = Node.leaf(Node.Kind.MATRIX, origin.operand().toString());
            Question range = origin.question().with(operand).at(millis);
            List<JsonNode> theirs = points(origin.peer().ask(range), place.labels());
            List<JsonNode> ours = points(origin.self().ask(range), place.labels());
            if (!areSameNumbers(theirs, ours) || !isAnyStepOther(theirs, ours)) {
                return false;
            }
        }
        return !places.isEmpty() && origin.isRemarkedAlike();
    }

    private static List<JsonNode> points(Answer range, String labels) {
        for (JsonNode series : range.without("__name__", "__type__", "__unit__").result()) {
            if (Answer.labels(series).equals(labels)) {
                return Answer.points(series);
            }
        }
        return List.of();
    }

    private static boolean areSameNumbers(List<JsonNode> theirs, List<JsonNode> ours) {
        boolean isSame = theirs.size() == ours.size();
        for (int i = 0; isSame && i < theirs.size(); i++) {
            isSame = theirs.get(i).path(1).isTextual() && Answer.arePointsSame(theirs.get(i), ours.get(i));
        }
        return isSame;
    }

    private static boolean isAnyStepOther(List<JsonNode> theirs, List<JsonNode> ours) {
        for (int i = 1; i < theirs.size(); i++) {
            if (step(theirs, i) != step(ours, i)) {
                return true;
            }
        }
        return false;
    }

    private static int step(List<JsonNode> points, int i) {
        return Double.compare(number(points.get(i)), number(points.get(i - 1)));
    }

    private static double number(JsonNode point) {
        return Answer.number(point.path(1).asText());
    }
}
