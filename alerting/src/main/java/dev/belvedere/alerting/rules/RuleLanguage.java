package dev.belvedere.alerting.rules;

/// A query language that rules may be written in. Safe from any thread.
public interface RuleLanguage {

    /// @throws ExpressionException if the text is no expression of the language or can be no rule
    RuleExpression parse(String text);
}
