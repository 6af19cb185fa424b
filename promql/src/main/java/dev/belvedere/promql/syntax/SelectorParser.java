package dev.belvedere.promql.syntax;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;

/// The grammar of selectors and of label sets.
final class SelectorParser {

    private static final String CONTEXT = "label matching";

    private final TokenStream tokens;

    SelectorParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /// Whether a token can be a metric's name; most keywords can.
    static boolean isMetricName(TokenType type) {
        return switch (type) {
            case AGGREGATOR,
                    BY,
                    WITHOUT,
                    FILL,
                    FILL_LEFT,
                    FILL_RIGHT,
                    IDENTIFIER,
                    METRIC_IDENTIFIER,
                    AND,
                    OR,
                    UNLESS,
                    OFFSET,
                    ANCHORED,
                    SMOOTHED,
                    START,
                    END,
                    STEP,
                    RANGE,
                    MAX_OF,
                    MIN_OF -> true;
            default -> false;
        };
    }

    VectorSelector selector() {
        Token first = tokens.peek();
        String name = "";
        if (isMetricName(first.type())) {
            name = tokens.next().text();
        } else if (first.type() != TokenType.LEFT_BRACE) {
            throw tokens.unexpected();
        }
        List<LabelMatcher> matchers = new ArrayList<>();
        if (tokens.peekType() == TokenType.LEFT_BRACE) {
            matchers(matchers);
        }
        if (!name.isEmpty()) {
            matchers.add(LabelMatcher.equal(Labels.METRIC_NAME, name));
        }
        PositionRange position = first.position().endingAt(tokens.lastEnd());
        return new VectorSelector(name, matchers, TimeShift.NONE, VectorSelector.Extension.NONE, position);
    }

    private void matchers(List<LabelMatcher> into) {
        tokens.expect(TokenType.LEFT_BRACE);
        while (!tokens.accept(TokenType.RIGHT_BRACE)) {
            into.add(matcher());
            if (!tokens.accept(TokenType.COMMA) && tokens.peekType() != TokenType.RIGHT_BRACE) {
                throw tokens.unexpected(CONTEXT, "\",\" or \"}\"");
            }
        }
    }

    private LabelMatcher matcher() {
        Token name = tokens.peek();
        if (name.type() != TokenType.IDENTIFIER && name.type() != TokenType.STRING) {
            throw tokens.unexpected(CONTEXT, "identifier or \"}\"");
        }
        tokens.next();
        LabelMatcher.Type type = switch (tokens.peekType()) {
            case ASSIGN -> LabelMatcher.Type.EQUAL;
            case NOT_EQUAL -> LabelMatcher.Type.NOT_EQUAL;
            case REGEX_MATCH -> LabelMatcher.Type.REGEX;
            case REGEX_NO_MATCH -> LabelMatcher.Type.NOT_REGEX;
            default -> {
                if (name.type() == TokenType.STRING) {
                    yield LabelMatcher.Type.EQUAL;
                }
                throw tokens.unexpected(CONTEXT, "label matching operator");
            }
        };
        if (name.type() == TokenType.STRING && isEndOfMatcher()) {
            return LabelMatcher.equal(Labels.METRIC_NAME, StringQuotes.unquote(name.text()));
        }
        tokens.next();
        if (tokens.peekType() != TokenType.STRING) {
            throw tokens.unexpected(CONTEXT, "string");
        }
        Token value = tokens.next();
        try {
            String label = name.type() == TokenType.STRING ? StringQuotes.unquote(name.text()) : name.text();
            return LabelMatcher.of(type, label, StringQuotes.unquote(value.text()));
        } catch (OperationException e) {
            throw tokens.failure(PositionRange.span(name.position(), value.position()), e.getMessage());
        }
    }

    private boolean isEndOfMatcher() {
        return switch (tokens.peekType()) {
            case ASSIGN, NOT_EQUAL, REGEX_MATCH, REGEX_NO_MATCH -> false;
            default -> true;
        };
    }

    /// `name{a="b"}`
    Labels labels() {
        Labels.Builder labels = new Labels.Builder();
        Token first = tokens.peek();
        String name = isMetricName(first.type()) ? tokens.next().text() : "";
        if (tokens.accept(TokenType.LEFT_BRACE)) {
            while (!tokens.accept(TokenType.RIGHT_BRACE)) {
                label(labels);
                if (!tokens.accept(TokenType.COMMA) && tokens.peekType() != TokenType.RIGHT_BRACE) {
                    throw tokens.unexpected("label set", "\",\" or \"}\"");
                }
            }
        }
        if (!name.isEmpty()) {
            labels.set(Labels.METRIC_NAME, name);
        }
        return labels.build();
    }

    private void label(Labels.Builder into) {
        Token name = tokens.peek();
        if (name.type() != TokenType.IDENTIFIER && name.type() != TokenType.STRING) {
            throw tokens.unexpected("label set", "identifier or \"}\"");
        }
        tokens.next();
        String label = name.type() == TokenType.STRING ? StringQuotes.unquote(name.text()) : name.text();
        if (!tokens.accept(TokenType.ASSIGN)) {
            if (name.type() == TokenType.IDENTIFIER) {
                throw tokens.unexpected("label set", "\"=\"");
            }
            into.set(Labels.METRIC_NAME, label);
            return;
        }
        if (tokens.peekType() != TokenType.STRING) {
            throw tokens.unexpected("label set", "string");
        }
        into.set(label, StringQuotes.unquote(tokens.next().text()));
    }
}
