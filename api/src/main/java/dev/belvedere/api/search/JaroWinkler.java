package dev.belvedere.api.search;

/// The similarity of Jaro with Winkler's reward for a common beginning of up to four characters.
final class JaroWinkler {

    private static final double PREFIX_WEIGHT = 0.1;
    private static final int MAX_PREFIX = 4;

    private final String term;
    private final int[] characters;

    JaroWinkler(String term) {
        this.term = term;
        this.characters = term.codePoints().toArray();
    }

    /// @return 0 for nothing in common, 1 for equal
    double score(String name) {
        if (term.equals(name)) {
            return 1;
        }
        int[] other = name.codePoints().toArray();
        return characters.length <= other.length ? score(characters, other) : score(other, characters);
    }

    private static double score(int[] shorter, int[] longer) {
        boolean[] isShorterMatched = new boolean[shorter.length];
        boolean[] isLongerMatched = new boolean[longer.length];
        int reach = Math.max(longer.length / 2 - 1, 0);
        int matches = 0;
        for (int i = 0; i < shorter.length; i++) {
            int end = Math.min(i + reach + 1, longer.length);
            for (int j = Math.max(i - reach, 0); j < end; j++) {
                if (!isLongerMatched[j] && shorter[i] == longer[j]) {
                    isShorterMatched[i] = true;
                    isLongerMatched[j] = true;
                    matches++;
                    break;
                }
            }
        }
        if (matches == 0) {
            return 0;
        }
        int outOfPlace = 0;
        int j = 0;
        for (int i = 0; i < shorter.length; i++) {
            if (isShorterMatched[i]) {
                while (!isLongerMatched[j]) {
                    j++;
                }
                outOfPlace += shorter[i] == longer[j] ? 0 : 1;
                j++;
            }
        }
        double jaro = (matches * (1.0 / shorter.length)
                        + matches * (1.0 / longer.length)
                        + (matches - outOfPlace * 0.5) / matches)
                / 3;
        int prefix = 0;
        while (prefix < Math.min(MAX_PREFIX, shorter.length) && shorter[prefix] == longer[prefix]) {
            prefix++;
        }
        return jaro + prefix * PREFIX_WEIGHT * (1 - jaro);
    }
}
