package dev.belvedere.promql.syntax;

import java.util.List;

/// The tokens of one query, read from left to right.
final class TokenStream {

    private final String query;
    private final List<Token> tokens;
    private int at;

    TokenStream(String query) {
        this.query = query;
        this.tokens = Lexer.tokens(query);
    }

    /// A token that no rule accepts, thrown up to the innermost rule that can say what it expected instead.
    static final class UnexpectedTokenException extends RuntimeException {

        private final transient Token token;

        UnexpectedTokenException(Token token) {
            super(token.described(), null, false, false);
            this.token = token;
        }
    }

    /// The next token, left in place.
    ///
    /// @throws ParseException if the lexer failed there
    Token peek() {
        Token token = tokens.get(Math.min(at, tokens.size() - 1));
        if (token.type() == TokenType.ERROR) {
            throw failure(token.position(), token.text());
        }
        return token;
    }

    TokenType peekType() {
        return peek().type();
    }

    /// The type of the token behind the next one.
    TokenType secondType() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1)).type();
    }

    Token next() {
        Token token = peek();
        at++;
        return token;
    }

    boolean accept(TokenType type) {
        if (peekType() == type) {
            at++;
            return true;
        }
        return false;
    }

    Token expect(TokenType type) {
        if (peekType() != type) {
            throw unexpected();
        }
        return next();
    }

    /// Offset behind the token read last.
    int lastEnd() {
        return tokens.get(at - 1).position().end();
    }

    UnexpectedTokenException unexpected() {
        return new UnexpectedTokenException(peek());
    }

    ParseException unexpected(String context, String expected) {
        return describe(unexpected(), context, expected);
    }

    /// @param context where in the grammar it happened; empty if there is nothing to say
    /// @param expected what would have been accepted; empty if there is nothing to say
    ParseException describe(UnexpectedTokenException cause, String context, String expected) {
        StringBuilder reason = new StringBuilder("unexpected ").append(cause.token.described());
        if (!context.isEmpty()) {
            reason.append(" in ").append(context);
        }
        if (!expected.isEmpty()) {
            reason.append(", expected ").append(expected);
        }
        return failure(cause.token.position(), reason.toString());
    }

    ParseException failure(PositionRange position, String reason) {
        return new ParseException(query, position, reason);
    }
}
