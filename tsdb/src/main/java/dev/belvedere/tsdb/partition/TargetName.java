package dev.belvedere.tsdb.partition;

import dev.belvedere.tsdb.index.PairDictionary;
import dev.belvedere.tsdb.index.Target;

/// What people call a target; `""` for a label that it lacks.
public record TargetName(String job, String instance) {

    public static TargetName of(PairDictionary pairs, Target target) {
        String job = "";
        String instance = "";
        for (int pair : target.pairs()) {
            if (pairs.name(pair).equals("job")) {
                job = pairs.value(pair);
            } else {
                instance = pairs.value(pair);
            }
        }
        return new TargetName(job, instance);
    }
}
