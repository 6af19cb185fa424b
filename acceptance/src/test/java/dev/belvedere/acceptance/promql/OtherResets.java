package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.promql.syntax.Function;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Rates of histograms that differ as they do where the reference takes for reset what we do not.
final class OtherResets {

    private OtherResets() {}

    /// The places among these where the reference counts more resets in the range, and has nothing subtracted (`irate`)
    /// or not less left (`rate` and `increase`) than we have.
    static Set<DifferingPoints.Place> places(Origin origin, Set<DifferingPoints.Place> among)
            throws IOException, InterruptedException {
        if (!origin.isCall(Function.IRATE, Function.RATE, Function.INCREASE)) {
            return Set.of();
        }
        Question resets = ofRange("resets", origin);
        Map<DifferingPoints.Place, JsonNode> theirResets =
                DifferingPoints.at(among, origin.peer().ask(resets));
        Map<DifferingPoints.Place, JsonNode> ourResets =
                DifferingPoints.at(among, origin.self().ask(resets));
        Map<DifferingPoints.Place, JsonNode> newest =
                DifferingPoints.at(among, origin.peer().ask(ofRange("last_over_time", origin)));
        Map<DifferingPoints.Place, JsonNode> theirs = DifferingPoints.at(among, origin.theirs());
        Map<DifferingPoints.Place, JsonNode> ours = DifferingPoints.at(among, origin.ours());
        Set<DifferingPoints.Place> places = new HashSet<>();
        for (DifferingPoints.Place place : among) {
            JsonNode their = Objects.requireNonNull(theirs.get(place));
            boolean isLeft = origin.isCall(Function.IRATE)
                    ? PointDifference.isScaled(Objects.requireNonNull(newest.get(place)), their)
                    : PointDifference.isOfNoFewerObservations(their, Objects.requireNonNull(ours.get(place)));
            boolean isResetMore = PointDifference.isGreater(
                    Objects.requireNonNull(theirResets.get(place)), Objects.requireNonNull(ourResets.get(place)));
            if (isLeft && isResetMore) {
                places.add(place);
            }
        }
        return places;
    }

    private static Question ofRange(String function, Origin origin) {
        return origin.question().with(Node.leaf(Node.Kind.VECTOR, function + "(" + origin.operand() + ")"));
    }
}
