package dev.belvedere.alerting.rules;

import dev.belvedere.storage.QueryBudget;
import java.util.List;

/// A parsed expression that can be evaluated into samples. Safe from any thread.
public interface RuleExpression {

    /// The canonical text, as the API shows it.
    String text();

    /// @return one sample per label set, in any order
    /// @throws dev.belvedere.model.OperationException if the expression has no answer, or the budget ends it
    List<RuleSample> evaluate(long timeMillis, QueryBudget budget);
}
