package dev.belvedere.logql.syntax;

import java.util.ArrayList;
import java.util.List;

/// Cuts LogQL text into tokens. `#` begins a comment that ends with its line.
final class Lexer {

    private static final int MAX_TEXT_LENGTH = 128 * 1024;

    /// Longer signs first.
    private static final String[] SIGNS = {
        "|=", "|~", "|>", "!=", "!~", "!>", "=~", "==", ">=", "<=", "{", "}", "(", ")", "[", "]", ",", "|", "=", ">",
        "<", "+", "-", "*", "/", "%", "^"
    };

    private final String text;
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) {
        if (text.length() > MAX_TEXT_LENGTH) {
            throw new LogqlParseException(text, 0, "the query is longer than " + MAX_TEXT_LENGTH + " characters");
        }
        Lexer lexer = new Lexer(text);
        List<Token> tokens = new ArrayList<>();
        do {
            tokens.add(lexer.next());
        } while (tokens.getLast().kind() != Token.Kind.END);
        return tokens;
    }

    private Token next() {
        skipBlanks();
        int start = at;
        if (at == text.length()) {
            return new Token(Token.Kind.END, "", start);
        }
        char c = text.charAt(at);
        if (c == '"' || c == '`') {
            return new Token(Token.Kind.STRING, string(c), start);
        }
        if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
            return new Token(Token.Kind.NUMBER, number(), start);
        }
        if (isLetter(c)) {
            while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
                at++;
            }
            return new Token(Token.Kind.IDENTIFIER, text.substring(start, at), start);
        }
        if (text.startsWith("--", at) && at + 2 < text.length() && isLetter(text.charAt(at + 2))) {
            at += 2;
            while (at < text.length() && (isLetter(text.charAt(at)) || text.charAt(at) == '-')) {
                at++;
            }
            return new Token(Token.Kind.SIGN, text.substring(start, at), start);
        }
        for (String sign : SIGNS) {
            if (text.startsWith(sign, at)) {
                at += sign.length();
                return new Token(Token.Kind.SIGN, sign, start);
            }
        }
        throw new LogqlParseException(text, at, "unexpected character \"" + c + "\"");
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (Character.isWhitespace(c)) {
                at++;
            } else {
                return;
            }
        }
    }

    private String number() {
        int start = at;
        while (at < text.length() && isNumberPart(text.charAt(at), start)) {
            at++;
        }
        return text.substring(start, at);
    }

    private boolean isNumberPart(char c, int start) {
        boolean isExponentSign = (c == '+' || c == '-')
                && at > start
                && "eE".indexOf(text.charAt(at - 1)) >= 0
                && isPlain(start, at - 1);
        return isDigit(c) || c == '.' || Character.isLetter(c) || isExponentSign;
    }

    /// Whether only digits and dots stand there, so that an `e` behind them begins an exponent.
    private boolean isPlain(int from, int to) {
        return text.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':';
    }

    private String string(char quote) {
        int start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return value.toString();
            }
            if (c == '\\' && quote == '"') {
                at = appendEscape(value, start);
            } else if (c == '\n' && quote == '"') {
                break;
            } else {
                value.append(c);
            }
        }
        throw new LogqlParseException(text, start, "string is not closed");
    }

    /// Go's escapes. @return where the text goes on
    private int appendEscape(StringBuilder value, int start) {
        if (at >= text.length()) {
            throw new LogqlParseException(text, start, "string is not closed");
        }
        char c = text.charAt(at);
        int simple = "abfnrtv\\\"'".indexOf(c);
        if (simple >= 0) {
            value.append("\u0007\b\f\n\r\t\u000b\\\"'".charAt(simple));
            return at + 1;
        }
        int length = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (length == 0 || at + 1 + length > text.length()) {
            throw new LogqlParseException(text, at - 1, "unknown escape sequence \\" + c);
        }
        try {
            value.appendCodePoint(Integer.parseInt(text, at + 1, at + 1 + length, 16));
        } catch (IllegalArgumentException e) {
            throw new LogqlParseException(text, at - 1, "unknown escape sequence \\" + c);
        }
        return at + 1 + length;
    }
}
