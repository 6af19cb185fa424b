package dev.belvedere.api.search;

/// Finds the characters of a term in their order in a name. Each run of characters side by side counts its length
/// squared; of that are taken the gaps before and between runs, and half of what follows the last, as shares of the
/// name's length. The best beginning counts, as a share of the term's length squared.
///
/// Scores equal those of Prometheus' search API, where only equal texts reach 1.
final class Subsequence {

    private static final double NOT_EQUAL = 0.999;

    private final String term;
    private final int[] wanted;

    Subsequence(String term) {
        this.term = term;
        this.wanted = term.codePoints().toArray();
    }

    /// @return 0 if the term is no subsequence of the name, up to 1
    double score(String name) {
        if (wanted.length == 0 || term.equals(name)) {
            return 1;
        }
        int[] text = name.codePoints().toArray();
        double best = -1;
        for (int start = 0; start <= text.length - wanted.length; start++) {
            if (text[start] == wanted[0]) {
                double score = scoreFrom(start, text);
                if (Double.isNaN(score)) {
                    // What cannot be completed from here cannot be from any later place.
                    break;
                }
                best = Math.max(best, score);
            }
        }
        return best < 0 ? 0 : best / ((double) wanted.length * wanted.length) * NOT_EQUAL;
    }

    /// @return NaN if the term is not found from there
    private double scoreFrom(int start, int[] text) {
        double perCharacter = 1.0 / text.length;
        double score = 0;
        int found = 0;
        int at = start;
        int gapFrom = 0;
        while (found < wanted.length) {
            while (at < text.length && text[at] != wanted[found]) {
                at++;
            }
            if (at == text.length) {
                return Double.NaN;
            }
            int runFrom = at;
            while (found < wanted.length && at < text.length && text[at] == wanted[found]) {
                at++;
                found++;
            }
            score -= (runFrom - gapFrom) * perCharacter;
            score += (double) (at - runFrom) * (at - runFrom);
            gapFrom = at;
        }
        return score - (text.length - gapFrom) * perCharacter * 0.5;
    }
}
