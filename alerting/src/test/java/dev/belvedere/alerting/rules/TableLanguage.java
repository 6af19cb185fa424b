package dev.belvedere.alerting.rules;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A language whose expressions are names, and whose answers are what a test has put under them. Scripted so that a
/// test can say what a condition is at each moment without arranging series for it.
final class TableLanguage implements RuleLanguage {

    /// Answers an expression at a moment.
    interface Answer {
        List<RuleSample> at(long timeMillis);
    }

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /// Where the rules come from whose expressions were evaluated.
    final Set<RuleOrigin> origins = ConcurrentHashMap.newKeySet();

    void put(String expression, RuleSample... samples) {
        answers.put(expression, time -> List.of(samples));
    }

    void put(String expression, Answer answer) {
        answers.put(expression, answer);
    }

    static RuleSample sample(double value, String... labels) {
        return RuleSample.of(Labels.of(labels), value);
    }

    @Override
    public RuleExpression parse(String text) {
        return new RuleExpression() {
            @Override
            public String text() {
                return text;
            }

            @Override
            public List<RuleSample> evaluate(long timeMillis, QueryBudget budget) {
                origins.add(RuleOrigin.CURRENT.orElse(RuleOrigin.UNKNOWN));
                Answer answer = answers.get(text);
                if (answer == null) {
                    throw new OperationException("execution", Fault.USER, "no such thing: " + text);
                }
                return answer.at(timeMillis);
            }
        };
    }
}
