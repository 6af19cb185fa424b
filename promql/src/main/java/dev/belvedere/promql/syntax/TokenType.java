package dev.belvedere.promql.syntax;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The kinds of tokens. Keywords are recognised without regard to case.
enum TokenType {
    END_OF_INPUT(Kind.PLAIN, "end of input"),
    ERROR(Kind.PLAIN, "error"),
    IDENTIFIER(Kind.VARIABLE, "identifier"),
    METRIC_IDENTIFIER(Kind.VARIABLE, "metric identifier"),
    NUMBER(Kind.VARIABLE, "number"),
    DURATION(Kind.VARIABLE, "duration"),
    STRING(Kind.VARIABLE, "string"),

    LEFT_PAREN(Kind.PLAIN, "("),
    RIGHT_PAREN(Kind.PLAIN, ")"),
    LEFT_BRACE(Kind.PLAIN, "{"),
    RIGHT_BRACE(Kind.PLAIN, "}"),
    LEFT_BRACKET(Kind.PLAIN, "["),
    RIGHT_BRACKET(Kind.PLAIN, "]"),
    COMMA(Kind.PLAIN, ","),
    COLON(Kind.PLAIN, ":"),
    ASSIGN(Kind.PLAIN, "="),

    REGEX_MATCH(Kind.OPERATOR, "=~"),
    REGEX_NO_MATCH(Kind.OPERATOR, "!~"),
    ADD(Kind.OPERATOR, "+"),
    SUBTRACT(Kind.OPERATOR, "-"),
    MULTIPLY(Kind.OPERATOR, "*"),
    DIVIDE(Kind.OPERATOR, "/"),
    MODULO(Kind.OPERATOR, "%"),
    POWER(Kind.OPERATOR, "^"),
    EQUAL(Kind.OPERATOR, "=="),
    NOT_EQUAL(Kind.OPERATOR, "!="),
    LESS(Kind.OPERATOR, "<"),
    LESS_OR_EQUAL(Kind.OPERATOR, "<="),
    GREATER(Kind.OPERATOR, ">"),
    GREATER_OR_EQUAL(Kind.OPERATOR, ">="),
    TRIM_UPPER(Kind.OPERATOR, "</"),
    TRIM_LOWER(Kind.OPERATOR, ">/"),
    AT(Kind.OPERATOR, "@"),

    AND(Kind.WORD_OPERATOR, "and"),
    OR(Kind.WORD_OPERATOR, "or"),
    UNLESS(Kind.WORD_OPERATOR, "unless"),
    ATAN2(Kind.WORD_OPERATOR, "atan2"),

    AGGREGATOR(Kind.AGGREGATOR, "aggregator"),

    BOOL(Kind.KEYWORD, "bool"),
    BY(Kind.KEYWORD, "by"),
    WITHOUT(Kind.KEYWORD, "without"),
    ON(Kind.KEYWORD, "on"),
    IGNORING(Kind.KEYWORD, "ignoring"),
    GROUP_LEFT(Kind.KEYWORD, "group_left"),
    GROUP_RIGHT(Kind.KEYWORD, "group_right"),
    FILL(Kind.KEYWORD, "fill"),
    FILL_LEFT(Kind.KEYWORD, "fill_left"),
    FILL_RIGHT(Kind.KEYWORD, "fill_right"),
    OFFSET(Kind.KEYWORD, "offset"),
    ANCHORED(Kind.KEYWORD, "anchored"),
    SMOOTHED(Kind.KEYWORD, "smoothed"),

    START(Kind.PREPROCESSOR, "start"),
    END(Kind.PREPROCESSOR, "end"),
    STEP(Kind.PREPROCESSOR, "step"),
    RANGE(Kind.PREPROCESSOR, "range"),
    MAX_OF(Kind.PREPROCESSOR, "max_of"),
    MIN_OF(Kind.PREPROCESSOR, "min_of");

    /// What a token is to the grammar and how an error message shows it.
    enum Kind {
        PLAIN,
        VARIABLE,
        OPERATOR,
        WORD_OPERATOR,
        AGGREGATOR,
        KEYWORD,
        /// Words that are functions or moments, depending on where they stand.
        PREPROCESSOR
    }

    private static final Map<String, TokenType> KEYWORDS = new HashMap<>();

    static {
        for (TokenType type : values()) {
            switch (type.kind) {
                case WORD_OPERATOR, KEYWORD, PREPROCESSOR -> KEYWORDS.put(type.text, type);
                case PLAIN, VARIABLE, OPERATOR, AGGREGATOR -> {}
            }
        }
        for (AggregateOp op : AggregateOp.values()) {
            KEYWORDS.put(op.text(), AGGREGATOR);
        }
        KEYWORDS.put("inf", NUMBER);
        KEYWORDS.put("nan", NUMBER);
    }

    private final Kind kind;
    private final String text;

    TokenType(Kind kind, String text) {
        this.kind = kind;
        this.text = text;
    }

    Kind kind() {
        return kind;
    }

    /// The sign or word; for variable tokens what they are called.
    String text() {
        return text;
    }

    static @Nullable TokenType ofKeyword(String word) {
        return KEYWORDS.get(word.toLowerCase(Locale.ROOT));
    }
}
