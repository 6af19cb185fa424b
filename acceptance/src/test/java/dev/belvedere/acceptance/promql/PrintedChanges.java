package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.VectorSelector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// How often the values in a range change as they are printed, that is without empty buckets.
final class PrintedChanges {

    /// How far before its range the sample may lie that stands for the beginning of an anchored one.
    private static final long LOOKBACK_MILLIS = 300_000;

    private final Origin origin;
    private final String labels;
    private final long millis;

    private PrintedChanges(Origin origin, String labels, long millis) {
        this.origin = origin;
        this.labels = labels;
        this.millis = millis;
    }

    /// Whether a histogram of the operand's ranges is the same as the one before it, though not for the reference,
    /// wherever the answers differ.
    static boolean areFewer(Origin origin) throws IOException, InterruptedException {
        Set<DifferingPoints.Place> places = DifferingPoints.between(origin.theirs(), origin.ours());
        for (Map.Entry<DifferingPoints.Place, JsonNode> counted :
                DifferingPoints.at(places, origin.ours()).entrySet()) {
            DifferingPoints.Place place = counted.getKey();
            long millis = Math.round(Double.parseDouble(place.time()) * 1000);
            List<JsonNode> values = new PrintedChanges(origin, place.labels(), millis).values();
            if (values.isEmpty() || count(values) > counted.getValue().asInt(-1)) {
                return false;
            }
        }
        return !places.isEmpty();
    }

    private static int count(List<JsonNode> values) {
        int changes = 0;
        for (int i = 1; i < values.size(); i++) {
            changes += values.get(i).equals(values.get(i - 1)) ? 0 : 1;
        }
        return changes;
    }

    /// The values that are compared: those of the range, and of an anchored one that before it.
    private List<JsonNode> values() throws IOException, InterruptedException {
        Expr operand = origin.operand();
        if (!(operand instanceof MatrixSelector matrix)
                || matrix.selector().extension() != VectorSelector.Extension.ANCHORED) {
            return values(operand);
        }
        long range = matrix.rangeMillis();
        int inside = values(Origin.withRange(matrix, range)).size();
        List<JsonNode> all = values(Origin.withRange(matrix, range + LOOKBACK_MILLIS));
        return all.subList(Math.max(0, all.size() - inside - 1), all.size());
    }

    /// In the order of their times; none if there is no such series.
    private List<JsonNode> values(Expr range) throws IOException, InterruptedException {
        Answer answer = origin.peer()
                .ask(origin.question()
                        .with(Node.leaf(Node.Kind.MATRIX, range.toString()))
                        .at(millis));
        TreeMap<Double, JsonNode> points = new TreeMap<>();
        for (JsonNode series :
                answer.without("__name__", "__type__", "__unit__").result()) {
            if (Answer.labels(series).equals(labels)) {
                Answer.points(series).forEach(point -> points.put(point.path(0).asDouble(), point.path(1)));
            }
        }
        return List.copyOf(points.values());
    }
}
