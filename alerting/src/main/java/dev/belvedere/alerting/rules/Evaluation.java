package dev.belvedere.alerting.rules;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.storage.QueryBudget;
import java.util.List;
import java.util.function.Supplier;

/// One evaluation of one rule.
///
/// @param timeMillis the moment it stands for
/// @param queryOffsetMillis queries look this far back, and results are written there
/// @param limit how many series or alerts the rule may have; 0 for any number
/// @param query parses and runs further queries of templates
/// @param budgets gives one to each query
record Evaluation(
        long timeMillis,
        long queryOffsetMillis,
        int limit,
        RuleSettings settings,
        RuleLanguage query,
        Supplier<QueryBudget> budgets) {

    long queryTimeMillis() {
        return timeMillis - queryOffsetMillis;
    }

    List<RuleSample> run(RuleExpression expression) {
        try (QueryBudget budget = budgets.get()) {
            return expression.evaluate(queryTimeMillis(), budget);
        }
    }

    static OperationException failure(String message) {
        return new OperationException("execution", Fault.USER, message);
    }
}
