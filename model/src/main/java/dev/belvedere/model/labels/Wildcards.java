package dev.belvedere.model.labels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An expression of literals with `.*` or `.+` between them, matched by searching for the literals in turn.
final class Wildcards {

    /// A literal and how many characters there are at least between it and the one before.
    private record Piece(int gap, String literal) {}

    private final List<Piece> pieces;

    private Wildcards(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /// Empty for anything with another operator, without any, or with two that follow each other.
    static Optional<Wildcards> parse(String expression) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int gap = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            char next = i + 1 < expression.length() ? expression.charAt(i + 1) : 0;
            if (c == '.' && (next == '*' || next == '+')) {
                if (literal.isEmpty() && !pieces.isEmpty()) {
                    return Optional.empty();
                }
                pieces.add(new Piece(gap, literal.toString()));
                literal.setLength(0);
                gap = next == '+' ? 1 : 0;
                i++;
            } else if (c == '\\' && AnchoredRegex.isOperator(next)) {
                literal.append(next);
                i++;
            } else if (AnchoredRegex.isOperator(c)) {
                return Optional.empty();
            } else {
                literal.append(c);
            }
        }
        if (pieces.isEmpty()) {
            return Optional.empty();
        }
        pieces.add(new Piece(gap, literal.toString()));
        return Optional.of(new Wildcards(pieces));
    }

    boolean matches(String value) {
        String first = pieces.getFirst().literal();
        Piece last = pieces.getLast();
        if (!value.startsWith(first) || !value.endsWith(last.literal())) {
            return false;
        }
        int end = first.length();
        for (int i = 1; i < pieces.size() - 1; i++) {
            Piece piece = pieces.get(i);
            int start = value.indexOf(piece.literal(), end + piece.gap());
            if (start < 0) {
                return false;
            }
            end = start + piece.literal().length();
        }
        return end + last.gap() <= value.length() - last.literal().length();
    }
}
