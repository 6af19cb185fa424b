package dev.belvedere.logql.syntax;

/// A piece of LogQL text.
///
/// @param text of a string its content, of everything else what stands there
/// @param position of its first character
record Token(Kind kind, String text, int position) {

    enum Kind {
        IDENTIFIER,
        STRING,
        /// Digits, with or without a unit behind: `5`, `0.5`, `5m`, `1h30m`, `10KiB`.
        NUMBER,
        /// Brackets, operators, `--flag`.
        SIGN,
        END
    }

    boolean is(String sign) {
        return (kind == Kind.SIGN || kind == Kind.IDENTIFIER) && text.equals(sign);
    }

    /// As an error message shows it.
    String shown() {
        return kind == Kind.END ? "end of input" : "\"" + text + "\"";
    }
}
