package dev.belvedere.alerting.rules;

import dev.belvedere.storage.QueryBudget;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// A parsed expression that can be evaluated into samples. Safe from any thread.
public interface RuleExpression {

    /// The canonical text, as the API shows it.
    String text();

    /// @return one sample per label set, in any order
    /// @throws dev.belvedere.model.OperationException if the expression has no answer, or the budget ends it
    List<RuleSample> evaluate(long timeMillis, QueryBudget budget);

    /// Evaluates at every step from start to end, both inclusive.
    ///
    /// @return for each step what [#evaluate] would give at its time, in order; absent where it cannot be told
    /// @throws dev.belvedere.model.OperationException if there is no answer at any one of the steps, or as above
    default Optional<Iterator<List<RuleSample>>> evaluateEach(
            long startMillis, long endMillis, long stepMillis, QueryBudget budget) {
        return Optional.empty();
    }

    /// False only if the expression surely reads no series of this name.
    default boolean mayRead(String metric) {
        return true;
    }

    /// False only if the expression surely reads nothing later than the time it is evaluated for.
    default boolean mayLookAhead() {
        return true;
    }
}
