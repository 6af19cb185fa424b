package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Whether a query keeps some of several equal values: which, nobody says.
public final class Ties {

    private Ties() {}

    public static boolean isAny(Question question, Asking reference) throws IOException, InterruptedException {
        for (Node piece : question.query().withDescendants()) {
            boolean isRanking = piece.text().startsWith("topk") || piece.text().startsWith("bottomk");
            if (isRanking && !piece.children().isEmpty()) {
                Question operand = question.with(piece.children().getLast());
                if (hasEqualValues(reference.ask(operand))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean hasEqualValues(Answer answer) {
        Map<String, Set<String>> byTime = new HashMap<>();
        for (JsonNode series : answer.result()) {
            boolean isOne = series.has("value") && !isNew(byTime, series.path("value"));
            boolean isOfMany = false;
            for (JsonNode value : series.path("values")) {
                isOfMany |= !isNew(byTime, value);
            }
            if (isOne || isOfMany) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNew(Map<String, Set<String>> byTime, JsonNode point) {
        return byTime.computeIfAbsent(point.get(0).asText(), time -> new HashSet<>())
                .add(point.get(1).asText());
    }
}
