package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.promql.syntax.ParserOptions;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorSelector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Follows a difference between two answers down to the pieces of the query from which it comes, and asks of each
/// whether it is known.
///
/// @param peer the Prometheus
/// @param ours the server under test
public record Explanation(Peer peer, Asking ours) {

    /// Reasons that say that only one of the servers can read the query.
    public static final Set<String> UNREADABLE = Set.of(
            "known: " + KnownDifference.NEW_FUNCTIONS,
            "known: " + KnownDifference.SIGN_BEFORE_PARENTHESES,
            "known: " + KnownDifference.NAN_AS_DURATION,
            "known: " + KnownDifference.MOMENT_BEFORE_RANGE,
            "known: " + KnownDifference.LETTER_FOR_COLON);

    private static final String UNDECIDED = "undecided";
    private static final long DEFAULT_STEP_MILLIS = 60_000;
    private static final long MAX_STEPS = 10_000;

    /// Why the answers may differ, though they do; empty if nothing explains it.
    public Optional<String> of(Question question, Answer theirs, Answer ourAnswer)
            throws IOException, InterruptedException {
        Optional<Expr> tree = parsed(Vocabulary.summed(question.text()));
        Origin whole = new Origin(question, tree.map(Expr::unwrapped), theirs, ourAnswer, peer, ours);
        List<Origin> origins = new ArrayList<>();
        if (tree.isEmpty() || !KnownDifference.areDifferent(peer.version(), question, theirs, ourAnswer)) {
            origins.add(whole);
        } else {
            descend(whole, origins);
        }
        List<String> reasons = new ArrayList<>();
        for (Origin origin : origins) {
            Optional<String> reason = KnownDifference.explaining(origin).map(known -> "known: " + known);
            if (reason.isEmpty() && !origin.isContradictingItself() && peer.isDecided(origin.question())) {
                return peer.isDecided(question) ? Optional.empty() : Optional.of(UNDECIDED);
            }
            reasons.add(reason.orElse(UNDECIDED));
        }
        return Optional.of(reasons.getFirst());
    }

    /// Whether both count alike how many samples a query looks at. Native histograms are counted with the empty buckets
    /// that they are kept with, where any are added; without any if only their sums are asked for.
    public boolean isCountedAlike(Question question) throws IOException, InterruptedException {
        Optional<Expr> tree = parsed(question.text());
        if (tree.isPresent() && KnownDifference.isInformingElsewhere(peer.version(), tree.get())) {
            return false;
        }
        if (tree.isPresent() && peer.version() <= Known.LAST_INFO_OF_INFO && isInformingInfo(question, tree.get())) {
            return false;
        }
        boolean isSumming = tree.isPresent() && KnownDifference.isSummingHistograms(peer.version(), tree.get());
        for (VectorSelector selector : tree.map(Explanation::selectors).orElse(List.of())) {
            String matchers = selector.matchers().toString();
            String others = isSumming ? "" : ", __name__!~\"steady_.*\"";
            String selected = "{" + matchers.substring(1, matchers.length() - 1) + others + "}";
            Answer sum = peer.ask(question.at(leaf("last_over_time(sum(" + selected + ")[3h:1m])"), peer.endMillis()));
            if (sum.hasHistograms() || sum.isRemarking("histogram")) {
                return false;
            }
        }
        return true;
    }

    /// Whether `info` is called for info series: [KnownDifference#INFO_OF_INFO], where what it looks up may change
    /// nothing.
    private boolean isInformingInfo(Question question, Expr expr) throws IOException, InterruptedException {
        if (expr instanceof Call call && call.function() == Function.INFO) {
            String operand = call.arguments().getFirst().toString();
            for (JsonNode series : peer.ask(question.with(leaf(operand))).result()) {
                if (series.at("/metric/__name__").asText().endsWith("_info")) {
                    return true;
                }
            }
        }
        for (Expr child : expr.children()) {
            if (isInformingInfo(question, child)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the reference gives the same answer again to the same question.
    public boolean isSteady(Question question) {
        return parsed(question.text())
                .filter(tree -> KnownDifference.isInformingByPlace(peer.version(), tree))
                .isEmpty();
    }

    private static List<VectorSelector> selectors(Expr expr) {
        List<VectorSelector> all = new ArrayList<>();
        if (expr instanceof VectorSelector selector) {
            all.add(selector);
        }
        expr.children().forEach(child -> all.addAll(selectors(child)));
        return all;
    }

    private static Optional<Expr> parsed(String query) {
        try {
            return Optional.of(Parser.parse(query, ParserOptions.EVERYTHING));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /// A difference of results comes from one of results; one of remarks from any.
    private void descend(Origin origin, List<Origin> origins) throws IOException, InterruptedException {
        boolean isOfResults = KnownDifference.areResultsDifferent(origin.question(), origin.theirs(), origin.ours());
        int before = origins.size();
        List<Piece> unaskable = new ArrayList<>();
        for (Piece piece : pieces(origin.tree().orElseThrow(), origin.question())) {
            Answer theirs = peer.ask(piece.question());
            Answer ourAnswer = ours.ask(piece.question());
            if (theirs.isWithDuplicates() && ourAnswer.isWithDuplicates()) {
                unaskable.add(piece);
                continue;
            }
            boolean isDifferent = isOfResults
                    ? KnownDifference.areResultsDifferent(piece.question(), theirs, ourAnswer)
                    : KnownDifference.areDifferent(peer.version(), piece.question(), theirs, ourAnswer);
            if (isDifferent) {
                descend(
                        new Origin(piece.question(), Optional.of(piece.tree()), theirs, ourAnswer, peer, ours),
                        origins);
            }
        }
        if (origins.size() > before) {
            return;
        }
        if (KnownDifference.explaining(origin).isEmpty()) {
            // Whether it is one that cannot be asked about alone, is for the whole to tell.
            for (Piece piece : unaskable) {
                descend(origin.withPiece(piece.question(), piece.tree()), origins);
            }
        }
        if (origins.size() == before) {
            origins.add(origin);
        }
    }

    private record Piece(Expr tree, Question question) {}

    /// What stands directly below an expression and can be asked about alone.
    private static List<Piece> pieces(Expr expr, Question question) {
        if (expr instanceof SubqueryExpr subquery) {
            return inside(subquery, question).map(List::of).orElse(List.of());
        }
        List<Piece> pieces = new ArrayList<>();
        for (Expr child : expr.children()) {
            Expr inner = child.unwrapped();
            if (inner instanceof SubqueryExpr subquery) {
                inside(subquery, question).ifPresent(pieces::add);
            } else if (inner.type() == ValueType.VECTOR || inner.type() == ValueType.SCALAR) {
                pieces.add(new Piece(inner, question.withoutLimit().with(leaf(inner.toString()))));
            }
        }
        return pieces;
    }

    private static Node leaf(String text) {
        return Node.leaf(Node.Kind.VECTOR, text);
    }

    /// What a subquery evaluates, at the moments at which it does so.
    private static Optional<Piece> inside(SubqueryExpr subquery, Question question) {
        TimeShift shift = subquery.shift();
        long first = moment(shift, question, question.startMillis());
        long last = moment(shift, question, question.endMillis());
        long step = subquery.stepMillis() > 0 ? subquery.stepMillis() : DEFAULT_STEP_MILLIS;
        long start = Math.floorDiv(first - subquery.rangeMillis(), step) * step + step;
        long end = Math.max(start, Math.floorDiv(last, step) * step);
        boolean isKnown = subquery.rangeExpr().isEmpty()
                && subquery.stepExpr().isEmpty()
                && shift.offsetExpr().isEmpty()
                && (end - start) / step <= MAX_STEPS;
        String text = question.pinned(subquery.expr().unwrapped().toString());
        return isKnown
                ? parsed(text).map(inner -> new Piece(inner, question.between(leaf(text), start, end, step)))
                : Optional.empty();
    }

    private static long moment(TimeShift shift, Question question, long whenNone) {
        long at = switch (shift.at()) {
            case NONE -> whenNone;
            case TIMESTAMP -> shift.atMillis();
            case START -> question.startMillis();
            case END -> question.endMillis();
        };
        return at - shift.offsetMillis();
    }
}
