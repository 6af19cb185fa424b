package dev.belvedere.promql.syntax;

import dev.belvedere.model.labels.LabelNames;

/// One token of a query.
///
/// @param text as written; the message for [TokenType#ERROR]
record Token(TokenType type, PositionRange position, String text) {

    /// How an error message names the token.
    String described() {
        return switch (type.kind()) {
            case VARIABLE -> type.text() + " " + quoted();
            case OPERATOR, WORD_OPERATOR -> "<op:" + text + ">";
            case AGGREGATOR -> "<aggr:" + text + ">";
            case KEYWORD -> "<" + text + ">";
            case PLAIN, PREPROCESSOR -> type == TokenType.END_OF_INPUT ? type.text() : LabelNames.quote(text);
        };
    }

    private String quoted() {
        boolean isName = type == TokenType.IDENTIFIER || type == TokenType.METRIC_IDENTIFIER;
        return isName || text.length() <= 10 ? LabelNames.quote(text) : LabelNames.quote(text.substring(0, 10)) + "...";
    }
}
