package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where two answers have points that are not the same, or only one has any.
final class DifferingPoints {

    /// What a result does not keep of the series that it is made of.
    private static final String[] DROPPED = {"__name__", "__type__", "__unit__"};

    /// A moment of a series, which is known by its labels without name, type and unit.
    record Place(String labels, String time) {}

    private DifferingPoints() {}

    /// @return what stands at these places; a missing node where nothing does
    static Map<Place, JsonNode> at(Set<Place> places, Answer answer) {
        Map<Place, JsonNode> all = byPlace(answer);
        Map<Place, JsonNode> found = new HashMap<>();
        places.forEach(place -> found.put(place, all.getOrDefault(place, MissingNode.getInstance())));
        return found;
    }

    static Set<Place> between(Answer theirs, Answer ours) {
        Map<Place, JsonNode> left = byPlace(theirs);
        Map<Place, JsonNode> right = byPlace(ours);
        Set<Place> places = new HashSet<>(left.keySet());
        places.addAll(right.keySet());
        places.removeIf(place -> left.containsKey(place)
                && right.containsKey(place)
                && Answer.arePointsSame(left.get(place), right.get(place)));
        return places;
    }

    /// Whether each point of an answer is one of another's; of which of the series with the same labels does not
    /// matter.
    static boolean isWithin(Answer whole, Answer part) {
        Map<Place, List<JsonNode>> all = new HashMap<>();
        for (JsonNode series : whole.without(DROPPED).result()) {
            String labels = Answer.labels(series);
            for (JsonNode point : Answer.points(series)) {
                all.computeIfAbsent(new Place(labels, point.path(0).asText()), place -> new ArrayList<>())
                        .add(point.path(1));
            }
        }
        for (JsonNode series : part.without(DROPPED).result()) {
            String labels = Answer.labels(series);
            for (JsonNode point : Answer.points(series)) {
                List<JsonNode> same =
                        all.getOrDefault(new Place(labels, point.path(0).asText()), List.of());
                if (same.stream().noneMatch(one -> Answer.arePointsSame(one, point.path(1)))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Map<Place, JsonNode> byPlace(Answer answer) {
        Map<Place, JsonNode> points = new HashMap<>();
        for (JsonNode series : answer.without(DROPPED).result()) {
            String labels = Answer.labels(series);
            for (JsonNode point : Answer.points(series)) {
                points.put(new Place(labels, point.path(0).asText()), point.path(1));
            }
        }
        return points;
    }
}
