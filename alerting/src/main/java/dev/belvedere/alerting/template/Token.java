package dev.belvedere.alerting.template;

/// A piece of a template.
///
/// @param text as written
/// @param position of its first character
record Token(Kind kind, String text, int position) {

    enum Kind {
        TEXT,
        LEFT_DELIMITER,
        RIGHT_DELIMITER,
        SPACE,
        IDENTIFIER,
        FIELD,
        VARIABLE,
        DOT,
        STRING,
        RAW_STRING,
        CHARACTER,
        NUMBER,
        BOOLEAN,
        NIL,
        PIPE,
        DECLARE,
        ASSIGN,
        COMMA,
        LEFT_PARENTHESIS,
        RIGHT_PARENTHESIS,
        KEYWORD,
        END_OF_FILE
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean isKeyword(String word) {
        return kind == Kind.KEYWORD && text.equals(word);
    }

    /// As messages show it.
    String shown() {
        return switch (kind) {
            case END_OF_FILE -> "EOF";
            case KEYWORD -> "<" + text + ">";
            default -> text.length() > 10 ? GoFormat.quote(text.substring(0, 10)) + "..." : GoFormat.quote(text);
        };
    }
}
