package dev.belvedere.storage.metrics;

import dev.belvedere.model.labels.Labels;
import java.util.function.Predicate;

/// The labels that series of many targets have in common, by number. What depends on labels alone is worked out once
/// for a definition instead of for each of its series.
///
/// Numbers are small and mean the same as long as the querier is open.
public interface Definitions {

    /// The labels of a definition whose names are wanted, as new objects. What is not wanted costs a look at its name.
    Labels labelsOf(int definition, Predicate<String> isWanted);

    /// Whether a label is one of targets, so that no definition has it.
    boolean isOfTargets(String name);

    /// Whether some definition or target may have a label: false only where none has it.
    boolean mayHave(String labelName);
}
