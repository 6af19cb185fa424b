package dev.belvedere.api.prometheus;

import dev.belvedere.api.params.PrometheusTimes;
import dev.belvedere.api.search.NameScore;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a search asks for, read with Prometheus' messages.
///
/// @param filter absent if everything fits
/// @param batchSize results a line
record SearchParameters(
        List<List<LabelMatcher>> matchers,
        TimeRange range,
        Optional<NameScore> filter,
        Order order,
        boolean includesScore,
        int limit,
        int batchSize) {

    enum Order {
        ASCENDING,
        DESCENDING,
        BY_SCORE
    }

    private static final int DEFAULT_LIMIT = 100;
    private static final int DEFAULT_BATCH = 100;

    /// Each costs something for every name.
    private static final int MAX_TERMS = 32;

    private static final long DEFAULT_RANGE_MILLIS = 3_600_000;

    /// @param endpoint its name in messages
    /// @param maxLimit 0 for any
    static SearchParameters read(ApiParameters given, String endpoint, long nowMillis, int maxLimit) {
        long start = time(given, "start", nowMillis - DEFAULT_RANGE_MILLIS);
        long end = time(given, "end", nowMillis);
        if (end < start) {
            throw ApiException.badData("end timestamp must not be before start timestamp");
        }
        List<List<LabelMatcher>> matchers = given.matchers();
        Optional<NameScore> filter = filter(given);
        boolean includesScore = flag(given, "include_score", false);
        Order order = order(given, endpoint);
        int limit = limit(given, maxLimit);
        int batchSize = positive(given, "batch_size", DEFAULT_BATCH);
        return new SearchParameters(
                matchers, new TimeRange(start, end), filter, order, includesScore, limit, batchSize);
    }

    private static long time(ApiParameters given, String name, long whenAbsent) {
        if (given.text(name).isEmpty()) {
            return whenAbsent;
        }
        try {
            return PrometheusTimes.parseMillis(given.text(name));
        } catch (IllegalArgumentException e) {
            throw ApiException.badData("invalid time value for '" + name + "': " + e.getMessage());
        }
    }

    private static Optional<NameScore> filter(ApiParameters given) {
        List<String> terms = given.all("search[]");
        if (terms.size() > MAX_TERMS) {
            throw ApiException.badData("too many search[] terms: got " + terms.size() + ", maximum is " + MAX_TERMS);
        }
        double threshold = threshold(given) / 100.0;
        String algorithm = given.text("fuzz_alg");
        boolean isSubsequence = switch (algorithm) {
            case "", "subsequence" -> true;
            case "jarowinkler" -> false;
            default ->
                throw ApiException.badData(
                        "unsupported fuzz_alg \"" + algorithm + "\": must be one of [subsequence jarowinkler]");
        };
        boolean isCaseSensitive = flag(given, "case_sensitive", true);
        List<NameScore> scores = terms.stream()
                .filter(term -> !term.isEmpty())
                .map(term -> isCaseSensitive ? term : term.toLowerCase(Locale.ROOT))
                .map(term -> isSubsequence ? NameScore.subsequence(term, threshold) : similar(term, threshold))
                .toList();
        return scores.isEmpty()
                ? Optional.empty()
                : Optional.of(name -> best(scores, isCaseSensitive ? name : name.toLowerCase(Locale.ROOT)));
    }

    private static NameScore similar(String term, double threshold) {
        NameScore exact = NameScore.substring(term);
        return threshold > 0 ? exact.or(NameScore.similarity(term, threshold)) : exact;
    }

    private static double best(List<NameScore> scores, String name) {
        double best = NameScore.NO_MATCH;
        for (NameScore score : scores) {
            best = Math.max(best, score.of(name));
        }
        return best;
    }

    private static int threshold(ApiParameters given) {
        String text = given.text("fuzz_threshold");
        int threshold = text.isEmpty() ? 0 : integer(text);
        if (threshold < 0 || threshold > 100) {
            throw ApiException.badData("invalid fuzz_threshold \"" + text + "\": must be 0-100");
        }
        return threshold;
    }

    /// @return -1 for what is no number
    private static int integer(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static boolean flag(ApiParameters given, String name, boolean whenAbsent) {
        String text = given.text(name);
        try {
            return text.isEmpty() ? whenAbsent : given.flag(name, "");
        } catch (ApiException e) {
            throw ApiException.badData("invalid " + name + " \"" + text + "\": must be boolean");
        }
    }

    private static Order order(ApiParameters given, String endpoint) {
        String by = given.text("sort_by");
        String direction = given.text("sort_dir");
        if (!direction.isEmpty() && by.isEmpty()) {
            throw ApiException.badData("sort_dir is only valid when sort_by is set");
        }
        if (!direction.isEmpty() && by.equals("score")) {
            throw ApiException.badData("sort_dir is not supported for sort_by=score");
        }
        if (!direction.isEmpty() && !direction.equals("asc") && !direction.equals("dsc")) {
            throw ApiException.badData("invalid sort_dir \"" + direction + "\": must be \"asc\" or \"dsc\"");
        }
        if (by.equals("score") && given.all("search[]").isEmpty()) {
            throw ApiException.badData("sort_by=score requires search[] to be set");
        }
        return switch (by) {
            case "", "alpha" -> direction.equals("dsc") ? Order.DESCENDING : Order.ASCENDING;
            case "score" -> Order.BY_SCORE;
            default ->
                throw ApiException.badData(
                        "invalid sort_by \"" + by + "\" for " + endpoint + ": must be \"alpha\" or \"score\"");
        };
    }

    private static int limit(ApiParameters given, int maxLimit) {
        int limit = positive(given, "limit", maxLimit > 0 ? Math.min(DEFAULT_LIMIT, maxLimit) : DEFAULT_LIMIT);
        if (maxLimit > 0 && limit > maxLimit) {
            throw ApiException.badData(
                    "limit " + limit + " exceeds the configured maximum (" + maxLimit + ", see query.maxSearchLimit)");
        }
        return limit;
    }

    private static int positive(ApiParameters given, String name, int whenAbsent) {
        String text = given.text(name);
        int value = text.isEmpty() ? whenAbsent : integer(text);
        if (value <= 0) {
            throw ApiException.badData("invalid " + name + " \"" + text + "\": must be a positive integer");
        }
        return value;
    }
}
