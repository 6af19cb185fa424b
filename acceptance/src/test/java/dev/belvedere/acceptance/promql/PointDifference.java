package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Ways in which a point of the reference's, a number or a native histogram, may differ from one of ours.
final class PointDifference {

    private static final double TOLERANCE = 1e-9;
    private static final double SMALL = 1e-4;

    private PointDifference() {}

    /// A number where theirs is greater.
    static boolean isGreater(JsonNode theirs, JsonNode ours) {
        return theirs.isTextual() && Answer.number(theirs.asText()) > Answer.number(ours.asText());
    }

    /// Not a number, but only for the reference.
    static boolean isOfNaN(JsonNode theirs, JsonNode ours) {
        return theirs.asText().equals("NaN") && ours.isTextual();
    }

    /// An infinity, where ours is a number that is nearly too large to be one: e to the power of 709.43 or
    /// more, or half of that.
    static boolean isOverflow(JsonNode theirs, JsonNode ours) {
        double infinity = theirs.isTextual() ? Answer.number(theirs.asText()) : 0;
        double number = Answer.number(ours.asText("NaN"));
        return Double.isInfinite(infinity) && Math.abs(number) > Math.exp(709.43) / 2 && number * infinity > 0;
    }

    /// Numbers that hardly differ.
    static boolean isSmall(JsonNode theirs, JsonNode ours) {
        return theirs.isTextual()
                && isNear(Answer.number(theirs.asText()), Answer.number(ours.asText()), SMALL / TOLERANCE);
    }

    /// Histograms of which each has a count and a sum like the other's.
    static boolean isOfBuckets(JsonNode theirs, JsonNode ours) {
        return theirs.isObject() && isSame(theirs, ours, "count") && isSame(theirs, ours, "sum");
    }

    /// As [#isOfBuckets], where ours has as many observations in its buckets as altogether.
    static boolean isOfWholeBuckets(JsonNode theirs, JsonNode ours) {
        return isOfBuckets(theirs, ours) && isCountOfBuckets(ours);
    }

    /// Not a number, but only for the reference, where ours is a part of a whole.
    static boolean isOfNaNAndFraction(JsonNode theirs, JsonNode ours) {
        double fraction = isOfNaN(theirs, ours) ? Answer.number(ours.asText()) : -1;
        return fraction >= 0 && fraction <= 1;
    }

    /// As [#isOfBuckets], where ours has as many observations in its buckets as altogether, and theirs has not.
    static boolean isOfBucketsBesideCount(JsonNode theirs, JsonNode ours) {
        return isOfBuckets(theirs, ours) && isCountOfBuckets(ours) && !isCountOfBuckets(theirs);
    }

    /// A histogram whose sum is no number, with as many observations in its buckets as altogether.
    static boolean isOfWholeBucketsAndNoSum(JsonNode point) {
        return point.isObject() && Double.isNaN(number(point, "sum")) && isCountOfBuckets(point);
    }

    /// Histograms of the same buckets, where all of ours is theirs made smaller by a factor.
    static boolean isScaledDown(JsonNode theirs, JsonNode ours) {
        return Math.abs(factor(theirs, ours)) <= 1 + TOLERANCE && isScaled(theirs, ours);
    }

    /// By how much the second is the first: its count or, where counts are infinite, its first bucket.
    private static double factor(JsonNode one, JsonNode other) {
        double factor = number(other, "count") / number(one, "count");
        return Double.isNaN(factor)
                ? other.at("/buckets/0/3").asDouble() / one.at("/buckets/0/3").asDouble()
                : factor;
    }

    /// Histograms of the same buckets, where all of one is the other's by a factor.
    static boolean isScaled(JsonNode one, JsonNode other) {
        double factor = factor(one, other);
        double count = number(one, "count");
        boolean isScaled = one.isObject()
                && isNear(number(one, "sum") * factor, number(other, "sum"))
                && one.path("buckets").size() == other.path("buckets").size();
        for (int i = 0; isScaled && i < one.path("buckets").size(); i++) {
            JsonNode bucket = one.path("buckets").path(i);
            JsonNode same = other.path("buckets").path(i);
            double scaled = bucket.path(3).asDouble() * factor;
            isScaled = bucket.path(1).equals(same.path(1))
                    && bucket.path(2).equals(same.path(2))
                    && isNear(scaled, same.path(3).asDouble(), Double.isFinite(count) ? count * factor : scaled);
        }
        return isScaled;
    }

    /// Histograms of which theirs has as many observations as ours, or more.
    static boolean isOfNoFewerObservations(JsonNode theirs, JsonNode ours) {
        return isSame(theirs, ours, "count") || number(theirs, "count") > number(ours, "count");
    }

    /// As [#isOfBucketsBesideCount], where count and sum of ours are theirs made smaller by a factor.
    static boolean isScaledDownBesideCount(JsonNode theirs, JsonNode ours) {
        double factor = number(ours, "count") / number(theirs, "count");
        return theirs.isObject()
                && Math.abs(factor) <= 1 + TOLERANCE
                && isNear(number(theirs, "sum") * factor, number(ours, "sum"))
                && isCountOfBuckets(ours)
                && !isCountOfBuckets(theirs);
    }

    /// Histograms alike but for buckets that only theirs has, each of them with NaN observations.
    static boolean isOfMoreBucketsOfNaN(JsonNode theirs, JsonNode ours) {
        Set<JsonNode> more = new HashSet<>();
        theirs.path("buckets").forEach(more::add);
        boolean isSuch = isSame(theirs, ours, "count");
        for (JsonNode bucket : ours.path("buckets")) {
            isSuch &= more.remove(bucket);
        }
        return isSuch
                && more.stream().allMatch(bucket -> bucket.path(3).asText().equals("NaN"));
    }

    /// Histograms alike but for what is hardly anything beside all of their observations.
    static boolean isOfNearlySameBuckets(JsonNode theirs, JsonNode ours) {
        Map<String, Double> differences = new HashMap<>();
        double size = 0;
        for (JsonNode bucket : theirs.path("buckets")) {
            double count = bucket.path(3).asDouble();
            differences.merge(bounds(bucket), count, Double::sum);
            size += Math.abs(count);
        }
        for (JsonNode bucket : ours.path("buckets")) {
            differences.merge(bounds(bucket), -bucket.path(3).asDouble(), Double::sum);
        }
        double total = size;
        return isOfBuckets(theirs, ours)
                && differences.values().stream().allMatch(difference -> isNear(difference, 0, total));
    }

    private static String bounds(JsonNode bucket) {
        return bucket.path(1).asText() + " " + bucket.path(2).asText();
    }

    /// A histogram of nothing, as it is left of two that are the same.
    static boolean isEmptyHistogram(JsonNode point) {
        String sum = point.path("sum").asText();
        return point.path("count").asText().equals("0")
                && (sum.equals("0") || sum.equals("NaN"))
                && point.path("buckets").isEmpty();
    }

    private static boolean isSame(JsonNode theirs, JsonNode ours, String field) {
        return isNear(number(theirs, field), number(ours, field));
    }

    private static double number(JsonNode histogram, String field) {
        return Answer.number(histogram.path(field).asText("NaN"));
    }

    private static boolean isCountOfBuckets(JsonNode histogram) {
        double total = 0;
        double size = 0;
        for (JsonNode bucket : histogram.path("buckets")) {
            total += bucket.path(3).asDouble();
            size += Math.abs(bucket.path(3).asDouble());
        }
        return isNear(total, number(histogram, "count"), size);
    }

    private static boolean isNear(double one, double other) {
        return Double.compare(one, other) == 0 || isNear(one, other, one);
    }

    /// To the tolerance of a number's size; what is no number is near nothing.
    private static boolean isNear(double one, double other, double size) {
        return Math.abs(one - other) <= TOLERANCE * Math.abs(size);
    }
}
