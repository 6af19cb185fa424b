package dev.belvedere.promql.operation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.syntax.VectorMatching;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// By what the series of both sides of a binary operation find each other.
///
/// Made once for an operation, and so is the test of names: to make one for each series costs small queries more than
/// its calls.
final class MatchKeys {

    private final Predicate<String> isMatched;

    /// The only label that is compared, if there is but one.
    private final @Nullable String onlyName;

    MatchKeys(VectorMatching matching) {
        List<String> names = matching.labels();
        this.isMatched = matching.isOn()
                ? names::contains
                : name -> !name.equals(Labels.METRIC_NAME) && (names.isEmpty() || !names.contains(name));
        this.onlyName = matching.isOn() && names.size() == 1 ? names.getFirst() : null;
    }

    /// The labels of a series that are compared.
    Labels matched(Labels labels) {
        return labels.filter(isMatched);
    }

    /// What is equal for series of the same [#matched] labels: of a single label its value is enough.
    Object of(Labels labels) {
        return onlyName == null ? matched(labels) : labels.get(onlyName);
    }
}
