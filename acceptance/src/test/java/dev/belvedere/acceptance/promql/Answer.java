package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// What a server said to a query.
public record Answer(int status, JsonNode json) {

    private static final double TOLERANCE = 1e-9;

    /// So many remarks of a kind an answer shows, any of them, before it only counts them.
    private static final int MAX_REMARKS = 10;

    private static final Pattern LONG_NUMBER = Pattern.compile("\\d+(\\.\\d{6,}|(\\.\\d+)?e[+-]\\d+)(e[+-]\\d+)?");
    private static final int MAX_REPORTED = 1200;

    public boolean isSuccess() {
        return status == 200;
    }

    public String error() {
        return json.path("error").asText();
    }

    /// Warnings and infos, or an error.
    public List<String> remarks() {
        List<String> all = new ArrayList<>();
        if (!isSuccess()) {
            all.add(error());
        }
        json.path("warnings").forEach(text -> all.add(text.asText()));
        json.path("infos").forEach(text -> all.add(text.asText()));
        return all;
    }

    public boolean isEmpty() {
        return result().isEmpty();
    }

    /// The beginning of what was said, for a report.
    public String shortened() {
        String text = json.toString();
        return text.length() <= MAX_REPORTED ? text : text.substring(0, MAX_REPORTED) + "...";
    }

    boolean isRemarking(String text) {
        return remarks().stream().anyMatch(remark -> remark.contains(text));
    }

    /// Without some labels of its series.
    Answer without(String... labels) {
        JsonNode copy = json.deepCopy();
        copy.at("/data/result").forEach(series -> {
            if (series.path("metric") instanceof ObjectNode metric) {
                metric.remove(List.of(labels));
            }
        });
        return new Answer(status, copy);
    }

    /// Only the series that have a label.
    Answer onlyWith(String label) {
        JsonNode copy = json.deepCopy();
        if (copy.at("/data/result") instanceof ArrayNode all) {
            for (int i = all.size() - 1; i >= 0; i--) {
                if (!all.get(i).path("metric").has(label)) {
                    all.remove(i);
                }
            }
        }
        return new Answer(status, copy);
    }

    /// The series with the same labels as another one; a missing node if there is none.
    JsonNode withLabelsOf(JsonNode other) {
        JsonNode same = byLabels(result()).get(labels(other));
        return same == null ? MissingNode.getInstance() : same;
    }

    /// Whether it is refused since names that were dropped told its series apart.
    boolean isWithDuplicates() {
        return error().equals("vector cannot contain metrics with the same labelset");
    }

    /// How many points there are in all series.
    int pointCount() {
        int count = 0;
        for (JsonNode series : result()) {
            count += (series.has("value") ? 1 : 0) + (series.has("histogram") ? 1 : 0);
            count += series.path("values").size() + series.path("histograms").size();
        }
        return count;
    }

    boolean hasHistograms() {
        for (JsonNode series : result()) {
            if (series.has("histogram") || series.has("histograms")) {
                return true;
            }
        }
        return false;
    }

    boolean hasNaN() {
        for (JsonNode series : result()) {
            boolean isAny = series.at("/value/1").asText().equals("NaN");
            for (JsonNode value : series.path("values")) {
                isAny |= value.path(1).asText().equals("NaN");
            }
            if (isAny) {
                return true;
            }
        }
        return false;
    }

    /// The same with its warnings and infos, or its error, changed; those of which nothing is left are left out.
    Answer withRemarks(UnaryOperator<String> change) {
        JsonNode copy = json.deepCopy();
        if (copy instanceof ObjectNode answer && answer.has("error")) {
            answer.put("error", change.apply(error()));
        }
        for (String kind : List.of("warnings", "infos")) {
            if (copy instanceof ObjectNode answer && copy.path(kind) instanceof ArrayNode before) {
                ArrayNode after = answer.arrayNode();
                before.forEach(text -> {
                    String changed = change.apply(text.asText());
                    if (!changed.isEmpty()) {
                        after.add(changed);
                    }
                });
                answer.set(kind, after);
            }
        }
        return new Answer(status, copy);
    }

    /// The same without remarks that another answer makes in the same words at another place, and only there: of equal
    /// texts one is kept, and texts became equal as names were left out of them.
    Answer mergedLike(Answer other) {
        Set<String> theirs = new HashSet<>(other.remarks());
        Set<String> texts = new HashSet<>();
        theirs.forEach(remark -> texts.add(withoutPlace(remark)));
        Set<String> common = new HashSet<>();
        remarks().stream().filter(theirs::contains).forEach(remark -> common.add(withoutPlace(remark)));
        return withRemarks(remark -> !theirs.contains(remark)
                        && texts.contains(withoutPlace(remark))
                        && common.contains(withoutPlace(remark))
                ? ""
                : remark);
    }

    private static String withoutPlace(String remark) {
        return remark.replaceFirst(" \\(\\d+:\\d+\\)$", "");
    }

    JsonNode result() {
        return json.at("/data/result");
    }

    /// What is not the same in another answer to the same question; empty where nothing is.
    public Optional<String> difference(Answer other, Question question) {
        if (status != other.status) {
            return Optional.of("status " + status + " and " + other.status);
        }
        if (!isSuccess()) {
            return differing("error type", json.path("errorType"), other.json.path("errorType"))
                    .or(() -> ErrorText.areSame(error(), other.error())
                            ? Optional.empty()
                            : Optional.of("error " + error() + " and " + other.error()));
        }
        return differing("result type", json.at("/data/resultType"), other.json.at("/data/resultType"))
                .or(() -> results(other, question))
                .or(() -> remarksDifference(other));
    }

    /// What differs in warnings and infos.
    Optional<String> remarksDifference(Answer other) {
        return remarks(other, "warnings").or(() -> remarks(other, "infos"));
    }

    /// Whether another answer has the same series with points at the same moments, and each pair of points that is not
    /// the same is one of these.
    boolean isSameBut(Answer other, BiPredicate<JsonNode, JsonNode> isSuch) {
        Map<String, JsonNode> mine = byLabels(result());
        Map<String, JsonNode> theirs = byLabels(other.result());
        if (status != other.status || !mine.keySet().equals(theirs.keySet())) {
            return false;
        }
        return mine.entrySet().stream().allMatch(one -> {
            JsonNode same = Objects.requireNonNull(theirs.get(one.getKey()));
            return arePointsSameBut(one.getValue(), same, isSuch);
        });
    }

    private static boolean arePointsSameBut(JsonNode mine, JsonNode theirs, BiPredicate<JsonNode, JsonNode> isSuch) {
        List<JsonNode> one = points(mine);
        List<JsonNode> other = points(theirs);
        for (int i = 0; i < one.size() && one.size() == other.size(); i++) {
            JsonNode left = one.get(i);
            JsonNode right = other.get(i);
            boolean isSame = values("", left, right).isEmpty();
            if (!isSame && !(left.path(0).equals(right.path(0)) && isSuch.test(left.path(1), right.path(1)))) {
                return false;
            }
        }
        return one.size() == other.size();
    }

    /// Whether two values or histograms are the same.
    static boolean arePointsSame(JsonNode one, JsonNode other) {
        return values("", one, other).isEmpty();
    }

    /// All points of a series: first the floats, then the histograms.
    static List<JsonNode> points(JsonNode series) {
        List<JsonNode> all = new ArrayList<>();
        for (String field : List.of("value", "histogram")) {
            if (series.has(field)) {
                all.add(series.path(field));
            }
        }
        series.path("values").forEach(all::add);
        series.path("histograms").forEach(all::add);
        return all;
    }

    /// What is wrong about the same answer with at most so many series; empty if nothing is.
    public Optional<String> limitDifference(Answer limited, Question question) {
        if (!isSuccess()) {
            return differing("error type of the limited", json.path("errorType"), limited.json.path("errorType"));
        }
        if (isLimitedUnlike(limited, question)) {
            return Optional.of("of " + result().size() + " series: " + limited.shortened());
        }
        Map<String, JsonNode> whole = byLabels(result());
        for (int i = 0; isOfSeries() && i < limited.result().size(); i++) {
            JsonNode kept = limited.result().get(i);
            JsonNode same = question.isRange() ? result().get(i) : whole.get(labels(kept));
            if (!kept.equals(same)) {
                return Optional.of("limited answer has " + kept + ", not " + same);
            }
        }
        return isOfSeries() ? Optional.empty() : results(limited, question);
    }

    /// Whether another answer is not the first series of this one and a warning that they are.
    public boolean isLimitedUnlike(Answer limited, Question question) {
        int limit = question.options().limit();
        boolean isCut = isOfSeries() && result().size() > limit;
        // Of many warnings any are shown.
        boolean isTold = limited.isRemarking("results truncated due to limit")
                || isCut && limited.json.path("warnings").size() > MAX_REMARKS;
        return isCut != isTold || isOfSeries() && limited.result().size() != Math.min(result().size(), limit);
    }

    private boolean isOfSeries() {
        return result().isArray()
                && !List.of("scalar", "string")
                        .contains(json.at("/data/resultType").asText());
    }

    /// What differs in how many samples were looked at, and read, where this answer, of Prometheus, tells so: it does
    /// from 3.14 on.
    ///
    /// @param isReadCompared whether the other one is of nothing that was worked out before
    public Optional<String> statisticsDifference(Answer other, boolean isReadCompared) {
        JsonNode mine = json.at("/data/stats/samples");
        JsonNode theirs = other.json.at("/data/stats/samples");
        return differing("samples", mine.path("totalQueryableSamples"), theirs.path("totalQueryableSamples"))
                .or(() -> differing(
                        "samples per step",
                        mine.path("totalQueryableSamplesPerStep"),
                        theirs.path("totalQueryableSamplesPerStep")))
                .or(() -> isReadCompared && mine.has("samplesRead") ? readDifference(mine, theirs) : Optional.empty())
                .or(() -> differing("peak", mine.has("peakSamples"), theirs.has("peakSamples")))
                .or(() -> other.peakDifference());
    }

    private static Optional<String> readDifference(JsonNode mine, JsonNode theirs) {
        return differing("samples read", mine.path("samplesRead"), theirs.path("samplesRead"))
                .or(() -> differing(
                        "samples read per step", mine.path("samplesReadPerStep"), theirs.path("samplesReadPerStep")));
    }

    /// How many samples were held at once depends on the order in which things are done: Prometheus counts what its
    /// evaluator has in series, we the slots of our columns. It is at least what is answered in the end.
    private Optional<String> peakDifference() {
        long peak = json.at("/data/stats/samples/peakSamples").asLong();
        return json.at("/data/stats/samples").has("peakSamples") && peak < pointCount()
                ? Optional.of("peak " + peak + " below " + pointCount() + " points")
                : Optional.empty();
    }

    private static Optional<String> differing(String what, Object one, Object other) {
        return one.equals(other) ? Optional.empty() : Optional.of(what + " " + one + " and " + other);
    }

    private Optional<String> remarks(Answer other, String kind) {
        TreeSet<String> mine = new TreeSet<>();
        TreeSet<String> theirs = new TreeSet<>();
        json.path(kind).forEach(text -> mine.add(comparable(text.asText())));
        other.json.path(kind).forEach(text -> theirs.add(comparable(text.asText())));
        boolean areShort =
                json.path(kind).size() >= MAX_REMARKS && other.json.path(kind).size() >= MAX_REMARKS;
        return areShort || mine.equals(theirs) ? Optional.empty() : Optional.of(kind + " " + mine + " and " + theirs);
    }

    /// Numbers in texts are rounded. How many samples needed to be fixed is left out: Prometheus counts them anew
    /// whenever it merges remarks.
    private static String comparable(String remark) {
        return LONG_NUMBER
                .matcher(remark.replaceFirst("over -?\\d+ samples", "over some samples"))
                .replaceAll(found -> String.format(Locale.ROOT, "%.11e", Double.parseDouble(found.group())));
    }

    private Optional<String> results(Answer other, Question question) {
        return switch (json.at("/data/resultType").asText()) {
            case "scalar", "string" -> values("", result(), other.result());
            default -> series(other).or(() -> order(other, question));
        };
    }

    private static Map<String, JsonNode> byLabels(JsonNode result) {
        Map<String, JsonNode> series = new TreeMap<>();
        result.forEach(one -> series.put(labels(one), one));
        return series;
    }

    static String labels(JsonNode series) {
        Map<String, String> labels = new TreeMap<>();
        series.path("metric")
                .properties()
                .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
        return labels.toString();
    }

    private Optional<String> series(Answer other) {
        Map<String, JsonNode> mine = byLabels(result());
        Map<String, JsonNode> theirs = byLabels(other.result());
        if (!mine.keySet().equals(theirs.keySet())) {
            TreeSet<String> onlyMine = new TreeSet<>(mine.keySet());
            onlyMine.removeAll(theirs.keySet());
            TreeSet<String> onlyTheirs = new TreeSet<>(theirs.keySet());
            onlyTheirs.removeAll(mine.keySet());
            return Optional.of("series only here " + onlyMine + ", only there " + onlyTheirs);
        }
        for (Map.Entry<String, JsonNode> one : mine.entrySet()) {
            for (String field : List.of("value", "values", "histogram", "histograms")) {
                Optional<String> difference = values(
                        one.getKey() + " ",
                        one.getValue().path(field),
                        Objects.requireNonNull(theirs.get(one.getKey())).path(field));
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        return Optional.empty();
    }

    /// Results over time are ordered by labels; a vector is where the query sorts it, with ties in any order.
    private Optional<String> order(Answer other, Question question) {
        List<String> mine = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        String text = question.text();
        boolean isByLabel = question.isRange() || text.startsWith("sort_by_label");
        if (!isByLabel && !text.startsWith("sort(") && !text.startsWith("sort_desc(")) {
            return Optional.empty();
        }
        result().forEach(one ->
                mine.add(isByLabel ? labels(one) : one.at("/value/1").asText()));
        other.result()
                .forEach(one ->
                        theirs.add(isByLabel ? labels(one) : one.at("/value/1").asText()));
        for (int i = 0; i < mine.size(); i++) {
            if (!isSame(mine.get(i), theirs.get(i))) {
                return Optional.of("order " + mine + " and " + theirs);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> values(String where, JsonNode mine, JsonNode theirs) {
        if (mine.isContainerNode() && mine.getNodeType() == theirs.getNodeType() && mine.size() == theirs.size()) {
            for (int i = 0; mine.isArray() && i < mine.size(); i++) {
                Optional<String> difference = values(where + i + " ", mine.get(i), theirs.get(i));
                if (difference.isPresent()) {
                    return difference;
                }
            }
            for (Map.Entry<String, JsonNode> field : mine.properties()) {
                Optional<String> difference =
                        values(where + field.getKey() + " ", field.getValue(), theirs.path(field.getKey()));
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        }
        boolean areTexts = !mine.isContainerNode() && !theirs.isContainerNode();
        return areTexts && mine.isMissingNode() == theirs.isMissingNode() && isSame(mine.asText(), theirs.asText())
                ? Optional.empty()
                : Optional.of("at " + where + mine + " and " + theirs);
    }

    private static boolean isSame(String mine, String theirs) {
        if (mine.equals(theirs)) {
            return true;
        }
        try {
            double one = number(mine);
            double other = number(theirs);
            return isClose(one, other);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// Whether two numbers are the same to the tolerance; infinities and what is no number are like nothing else.
    static boolean isClose(double one, double other) {
        return Double.isFinite(one)
                && Double.isFinite(other)
                && Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
    }

    static double number(String text) {
        return Double.parseDouble(text.replace("Inf", "Infinity"));
    }
}
