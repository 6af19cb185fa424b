package dev.belvedere.api.search;

/// How well names fit one search term: 1 for best, [#NO_MATCH] for not at all. Both are compared character by
/// character; whoever searches regardless of case folds both before.
public interface NameScore {

    double NO_MATCH = -1;

    double of(String name);

    /// The term anywhere in the name, the better the further in front: 1 at its beginning, 0.1 at its end.
    static NameScore substring(String term) {
        return name -> {
            int at = name.indexOf(term);
            if (at < 0) {
                return NO_MATCH;
            }
            int last = length(name) - length(term);
            return at == 0 || last <= 0 ? 1 : 1 - 0.9 * name.codePointCount(0, at) / last;
        };
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /// The characters of the term in their order, with anything between them; scored by [Subsequence].
    ///
    /// @param threshold the least score that matches
    static NameScore subsequence(String term, double threshold) {
        Subsequence subsequence = new Subsequence(term);
        return name -> {
            if (name.startsWith(term)) {
                return 1;
            }
            double score = subsequence.score(name);
            return score > 0 && score >= threshold ? score : NO_MATCH;
        };
    }

    /// The similarity of Jaro and Winkler.
    ///
    /// @param threshold the least score that matches
    static NameScore similarity(String term, double threshold) {
        JaroWinkler similarity = new JaroWinkler(term);
        return name -> {
            double score = similarity.score(name);
            return score >= threshold ? score : NO_MATCH;
        };
    }

    /// This, or the other where this does not match.
    default NameScore or(NameScore other) {
        return name -> {
            double score = of(name);
            return score == NO_MATCH ? other.of(name) : score;
        };
    }
}
