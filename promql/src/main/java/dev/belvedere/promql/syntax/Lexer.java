package dev.belvedere.promql.syntax;

import static dev.belvedere.promql.syntax.TokenType.*;

import dev.belvedere.model.labels.LabelNames;
import java.util.ArrayList;
import java.util.List;

/// Cuts a query into tokens. What a character means depends on the brackets and braces around it.
///
/// The first error ends the tokens with one of type [TokenType#ERROR]; the parser reports it when it
/// gets there.
final class Lexer {

    private static final int END = -1;

    /// What the characters between square brackets may be.
    private enum Bracket {
        NONE,
        /// An arithmetic expression of durations.
        DURATION,
        /// Behind a number or a duration.
        BEHIND_NUMBER
    }

    private final String input;
    private final List<Token> tokens = new ArrayList<>();
    private final PositionRange.Tracker positions;
    private int position;
    private int start;
    private int parenDepth;
    private boolean isBraceOpen;
    private Bracket bracket = Bracket.NONE;
    private boolean hasColon;
    private boolean hasDuration;

    private Lexer(String input) {
        this.input = input;
        this.positions = new PositionRange.Tracker(input);
    }

    static List<Token> tokens(String input) {
        Lexer lexer = new Lexer(input);
        try {
            while (lexer.scanToken()) {}
        } catch (LexicalException e) {
            lexer.tokens.add(new Token(ERROR, lexer.positions.range(lexer.start, input.length()), e.getMessage()));
        }
        return lexer.tokens;
    }

    private static final class LexicalException extends RuntimeException {
        LexicalException(String message) {
            super(message, null, false, false);
        }

        @Override
        public String getMessage() {
            String message = super.getMessage();
            return message == null ? "" : message;
        }
    }

    private static LexicalException error(String message) {
        return new LexicalException(message);
    }

    private int next() {
        if (position >= input.length()) {
            return END;
        }
        int c = input.codePointAt(position);
        position += Character.charCount(c);
        return c;
    }

    private int peek() {
        return position < input.length() ? input.codePointAt(position) : END;
    }

    private boolean accept(String valid) {
        int c = peek();
        if (c != END && valid.indexOf(c) >= 0) {
            position++;
            return true;
        }
        return false;
    }

    private void acceptRun(String valid) {
        while (accept(valid)) {}
    }

    private boolean emit(TokenType type) {
        tokens.add(new Token(type, positions.range(start, position), input.substring(start, position)));
        return type != END_OF_INPUT;
    }

    /// @return false at the end
    private boolean scanToken() {
        while (isSpace(peek())) {
            position++;
        }
        start = position;
        if (peek() == '#' && bracket != Bracket.DURATION) {
            while (peek() != END && peek() != '\n' && peek() != '\r') {
                next();
            }
            return true;
        }
        int c = next();
        if (isBraceOpen) {
            return scanInBraces(c);
        }
        return bracket == Bracket.DURATION ? scanDurationExpression(c) : scanStatement(c);
    }

    private boolean scanStatement(int c) {
        switch (c) {
            case END -> {
                if (parenDepth != 0) {
                    throw error("unclosed left parenthesis");
                }
                if (bracket != Bracket.NONE) {
                    throw error("unclosed left bracket");
                }
                return emit(END_OF_INPUT);
            }
            case '{' -> {
                isBraceOpen = true;
                return emit(LEFT_BRACE);
            }
            case '[' -> {
                if (bracket != Bracket.NONE) {
                    throw error("unexpected left bracket '['");
                }
                bracket = Bracket.DURATION;
                hasColon = false;
                return emit(LEFT_BRACKET);
            }
            case ']' -> {
                if (bracket == Bracket.NONE) {
                    throw error("unexpected right bracket ']'");
                }
                return closeBracket();
            }
            case '"', '\'' -> {
                return scanString(c);
            }
            case '`' -> {
                return scanRawString();
            }
            default -> {
                if (isDigit(c) || c == '.' && isDigit(peek())) {
                    return scanNumberOrDuration();
                }
                if (isAlpha(c) || c == ':') {
                    return bracket == Bracket.NONE ? scanWord() : scanInBrackets(c);
                }
                return scanSign(c);
            }
        }
    }

    private boolean scanSign(int c) {
        return switch (c) {
            case ',' -> emit(COMMA);
            case '(' -> openParen();
            case ')' -> closeParen();
            case '=' -> {
                if (peek() == '~') {
                    throw error("unexpected character after '=': '~'");
                }
                yield emit(accept("=") ? EQUAL : ASSIGN);
            }
            case '!' -> {
                if (!accept("=")) {
                    throw error("unexpected character after '!': " + quoted(next()));
                }
                yield emit(NOT_EQUAL);
            }
            case '<' -> emit(accept("=") ? LESS_OR_EQUAL : accept("/") ? TRIM_UPPER : LESS);
            case '>' -> emit(accept("=") ? GREATER_OR_EQUAL : accept("/") ? TRIM_LOWER : GREATER);
            case '@' -> emit(AT);
            default -> {
                TokenType arithmetic = arithmetic(c);
                if (arithmetic == ERROR) {
                    throw error("unexpected character: " + quoted(c));
                }
                yield emit(arithmetic);
            }
        };
    }

    private static TokenType arithmetic(int c) {
        return switch (c) {
            case '+' -> ADD;
            case '-' -> SUBTRACT;
            case '*' -> MULTIPLY;
            case '/' -> DIVIDE;
            case '%' -> MODULO;
            case '^' -> POWER;
            default -> ERROR;
        };
    }

    private boolean openParen() {
        parenDepth++;
        return emit(LEFT_PAREN);
    }

    private boolean closeParen() {
        parenDepth--;
        if (parenDepth < 0) {
            start = position;
            throw error("unexpected right parenthesis ')'");
        }
        return emit(RIGHT_PAREN);
    }

    private boolean closeBracket() {
        bracket = Bracket.NONE;
        hasColon = false;
        return emit(RIGHT_BRACKET);
    }

    /// A letter or a colon behind a number or a duration in brackets.
    private boolean scanInBrackets(int c) {
        if (c == ':') {
            if (hasColon) {
                throw error("unexpected colon ':'");
            }
            hasColon = true;
            return emit(COLON);
        }
        if (scanDurationWord(c)) {
            return true;
        }
        throw error("unexpected character: " + quoted(c) + ", expected ':'");
    }

    private boolean scanDurationExpression(int c) {
        switch (c) {
            case END -> throw error("unexpected end of input in duration expression");
            case ']' -> {
                return closeBracket();
            }
            case ':' -> {
                if (!hasDuration) {
                    start = position;
                    throw error("unexpected colon before duration in duration expression");
                }
                if (hasColon) {
                    start = position;
                    throw error("unexpected repeated colon in duration expression");
                }
                hasColon = true;
                return emit(COLON);
            }
            case '(' -> {
                return openParen();
            }
            case ')' -> {
                return closeParen();
            }
            case ',' -> {
                return emit(COMMA);
            }
            default -> {
                TokenType arithmetic = arithmetic(c);
                if (arithmetic != ERROR) {
                    return emit(arithmetic);
                }
                if (isDigit(c) || c == '.' && isDigit(peek())) {
                    hasDuration = true;
                    bracket = Bracket.BEHIND_NUMBER;
                    return scanNumberOrDuration();
                }
                if (scanDurationWord(c)) {
                    hasDuration = true;
                    return true;
                }
                throw error("unexpected character in duration expression: " + quoted(c));
            }
        }
    }

    private boolean scanDurationWord(int c) {
        if ("srmSRM".indexOf(c) < 0) {
            return false;
        }
        while (isAlpha(peek())) {
            position++;
        }
        TokenType keyword = TokenType.ofKeyword(input.substring(start, position));
        if (keyword != STEP && keyword != RANGE && keyword != MAX_OF && keyword != MIN_OF) {
            return false;
        }
        return emit(keyword);
    }

    private boolean scanInBraces(int c) {
        switch (c) {
            case END -> throw error("unexpected end of input inside braces");
            case ',' -> {
                return emit(COMMA);
            }
            case '"', '\'' -> {
                return scanString(c);
            }
            case '`' -> {
                return scanRawString();
            }
            case '=' -> {
                return emit(accept("~") ? REGEX_MATCH : ASSIGN);
            }
            case '!' -> {
                if (accept("~")) {
                    return emit(REGEX_NO_MATCH);
                }
                if (accept("=")) {
                    return emit(NOT_EQUAL);
                }
                throw error("unexpected character after '!' inside braces: " + quoted(next()));
            }
            case '{' -> throw error("unexpected left brace '{'");
            case '}' -> {
                isBraceOpen = false;
                return emit(RIGHT_BRACE);
            }
            default -> {
                if (!isAlpha(c)) {
                    throw error("unexpected character inside braces: " + quoted(c));
                }
                while (isAlphaNumeric(peek())) {
                    position++;
                }
                return emit(IDENTIFIER);
            }
        }
    }

    private boolean scanWord() {
        while (isAlphaNumeric(peek()) || peek() == ':') {
            position++;
        }
        String word = input.substring(start, position);
        TokenType keyword = TokenType.ofKeyword(word);
        if (keyword == FILL || keyword == FILL_LEFT || keyword == FILL_RIGHT) {
            // Metrics may be called `fill`: it is a modifier only before a parenthesis.
            return emit(isFollowedByParen() ? keyword : IDENTIFIER);
        }
        return emit(keyword != null ? keyword : word.indexOf(':') < 0 ? IDENTIFIER : METRIC_IDENTIFIER);
    }

    private boolean isFollowedByParen() {
        int at = position;
        while (at < input.length() && isSpace(input.charAt(at))) {
            at++;
        }
        return at < input.length() && input.charAt(at) == '(';
    }

    private boolean scanString(int quote) {
        while (true) {
            int c = next();
            if (c == '\\') {
                scanEscape(quote);
            } else if (c == 0xFFFD || c != END && c < 0x10000 && Character.isSurrogate((char) c)) {
                throw error("invalid UTF-8 rune");
            } else if (c == END || c == '\n') {
                throw error("unterminated quoted string");
            } else if (c == quote) {
                return emit(STRING);
            }
        }
    }

    private void scanEscape(int quote) {
        int c = next();
        if (c == quote) {
            return;
        }
        switch (c) {
            case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\' -> {}
            case '0', '1', '2', '3', '4', '5', '6', '7' -> scanEscapeDigits(c, 3, 8, 255);
            case 'x' -> scanEscapeDigits(next(), 2, 16, 255);
            case 'u' -> scanEscapeDigits(next(), 4, 16, Character.MAX_CODE_POINT);
            case 'U' -> scanEscapeDigits(next(), 8, 16, Character.MAX_CODE_POINT);
            case END -> throw error("escape sequence not terminated");
            default -> throw error("unknown escape sequence " + codePoint(c));
        }
    }

    private void scanEscapeDigits(int first, int count, int base, int max) {
        long value = 0;
        int c = first;
        for (int left = count; left > 0; left--) {
            int digit = c == END ? -1 : c < 128 ? Character.digit(c, base) : -1;
            if (digit < 0) {
                throw error(
                        c == END
                                ? "escape sequence not terminated"
                                : "illegal character " + codePoint(c) + " in escape sequence");
            }
            value = value * base + digit;
            if (left > 1) {
                c = next();
            }
        }
        if (value > max || value >= 0xD800 && value < 0xE000) {
            throw error("escape sequence is an invalid Unicode code point");
        }
    }

    private boolean scanRawString() {
        while (true) {
            int c = next();
            if (c == END) {
                throw error("unterminated raw string");
            }
            if (c == '`') {
                return emit(STRING);
            }
        }
    }

    private boolean scanNumberOrDuration() {
        position = start;
        if (scanNumber()) {
            return emit(NUMBER);
        }
        if (scanRestOfDuration()) {
            return emit(DURATION);
        }
        throw error("bad number or duration syntax: " + LabelNames.quote(input.substring(start, position)));
    }

    /// Units in the right order and form are checked when the duration is parsed.
    private boolean scanRestOfDuration() {
        if (!accept("smhdwy")) {
            return false;
        }
        accept("s");
        while (accept("0123456789")) {
            acceptRun("0123456789");
            if (!accept("smhdw")) {
                return false;
            }
            accept("s");
        }
        if (isAlphaNumeric(peek())) {
            next();
            return false;
        }
        return true;
    }

    /// Accepts what may be a number; the parser makes sure that it is one.
    private boolean scanNumber() {
        String digits = "0123456789";
        boolean isHex = false;
        if (accept("0") && accept("xX")) {
            accept("_");
            digits = "0123456789abcdefABCDEF";
            isHex = true;
        }
        accept(".");
        accept(digits);
        boolean hasDot = false;
        boolean hasExponent = false;
        while (peek() != END && (digits + "._eE").indexOf(peek()) >= 0) {
            if (peek() == '.') {
                position++;
                if (hasDot || accept("_.") || isHex) {
                    return false;
                }
                hasDot = true;
            } else if (!isHex && accept("eE")) {
                if (hasExponent) {
                    return false;
                }
                hasExponent = true;
                accept("+-");
                if (accept("._eE") || peek() == END) {
                    return false;
                }
            } else if (accept("_")) {
                if (accept("._eE") || peek() == END) {
                    return false;
                }
            } else {
                acceptRun(digits);
            }
        }
        return position > start && !isAlphaNumeric(peek());
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isAlpha(int c) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isAlphaNumeric(int c) {
        return isAlpha(c) || isDigit(c);
    }

    private static String quoted(int c) {
        return switch (c) {
            case END -> "'\uFFFD'";
            case '\'' -> "'\\''";
            case '"' -> "'\"'";
            default -> {
                String text = LabelNames.quote(Character.toString(c));
                yield "'" + text.substring(1, text.length() - 1) + "'";
            }
        };
    }

    private static String codePoint(int c) {
        return String.format("U+%04X '%s'", c, Character.toString(c));
    }
}
