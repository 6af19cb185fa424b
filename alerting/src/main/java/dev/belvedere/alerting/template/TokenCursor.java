package dev.belvedere.alerting.template;

import dev.belvedere.alerting.template.Token.Kind;
import java.util.List;
import java.util.Optional;

/// Goes through the tokens of a template.
final class TokenCursor {

    private final TemplateSource source;
    private final List<Token> tokens;
    private int at;

    TokenCursor(TemplateSource source, List<Token> tokens) {
        this.source = source;
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    /// The last token is given again and again.
    Token next() {
        return tokens.get(at < tokens.size() - 1 ? at++ : at);
    }

    Token peekPastSpace() {
        return tokens.get(at).is(Kind.SPACE) ? tokens.get(at + 1) : tokens.get(at);
    }

    Token nextPastSpace() {
        skipSpace();
        return next();
    }

    void skipSpace() {
        if (tokens.get(at).is(Kind.SPACE)) {
            at++;
        }
    }

    /// `:=` or `=`, if what comes is a list of variables and then one of these.
    Optional<Kind> signBehindVariables() {
        int i = at;
        while (tokens.get(i).is(Kind.VARIABLE)) {
            i = pastSpace(i + 1);
            Token token = tokens.get(i);
            if (token.is(Kind.DECLARE) || token.is(Kind.ASSIGN)) {
                return Optional.of(token.kind());
            }
            if (!token.is(Kind.COMMA)) {
                return Optional.empty();
            }
            i = pastSpace(i + 1);
        }
        return Optional.empty();
    }

    private int pastSpace(int index) {
        return tokens.get(index).is(Kind.SPACE) ? index + 1 : index;
    }

    void expect(Kind kind, String context) {
        Token token = nextPastSpace();
        if (!token.is(kind)) {
            throw unexpected(token, context);
        }
    }

    TemplateException unexpected(Token token, String context) {
        return source.error(token.position(), "unexpected " + token.shown() + " in " + context);
    }
}
