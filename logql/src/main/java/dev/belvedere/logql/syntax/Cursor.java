package dev.belvedere.logql.syntax;

import java.util.List;

/// A place in the tokens of one text, and the questions that parsers ask there.
final class Cursor {

    private static final int MAX_DEPTH = 200;

    private final String text;
    private final List<Token> tokens;
    private int at;
    private int depth;

    Cursor(String text) {
        this.text = text;
        this.tokens = Lexer.tokens(text);
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token take() {
        Token token = peek();
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean takeIf(String sign) {
        if (peek().is(sign)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String sign) {
        if (!takeIf(sign)) {
            throw unexpected("\"" + sign + "\"");
        }
    }

    Token expect(Token.Kind kind, String what) {
        if (peek().kind() != kind) {
            throw unexpected(what);
        }
        return take();
    }

    String identifier(String what) {
        return expect(Token.Kind.IDENTIFIER, what).text();
    }

    String string() {
        return expect(Token.Kind.STRING, "a quoted string").text();
    }

    LogqlParseException unexpected(String wanted) {
        return error(peek(), "unexpected " + peek().shown() + ", expected " + wanted);
    }

    LogqlParseException error(Token token, String problem) {
        return new LogqlParseException(text, token.position(), problem);
    }

    /// Counts a level of nesting, so that a short text cannot exhaust the stack.
    void enter() {
        if (++depth > MAX_DEPTH) {
            throw error(peek(), "the query is nested deeper than " + MAX_DEPTH + " levels");
        }
    }

    void leave() {
        depth--;
    }
}
