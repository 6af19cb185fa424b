package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.BinaryOp;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.ParenExpr;
import dev.belvedere.promql.syntax.StringLiteral;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.UnaryExpr;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorSelector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The piece of a query from which a difference comes: what is below it is answered alike.
///
/// @param question about this piece alone
/// @param tree the piece without the parentheses around it; empty where it is no PromQL for us
/// @param peer whom to ask what the piece's operands are
/// @param self the server under test
record Origin(Question question, Optional<Expr> tree, Answer theirs, Answer ours, Peer peer, Asking self) {

    private static final int MAX_MOMENTS = 200;

    private static final Pattern WORD = Pattern.compile("^[-+\\s]*(\\w*)");
    private static final Pattern PLACE_OF_ERROR = Pattern.compile("(\\d+):(\\d+): (?=parse error: )");

    boolean isCall(Function... functions) {
        return tree.isPresent()
                && tree.get() instanceof Call call
                && List.of(functions).contains(call.function());
    }

    boolean isAggregation(AggregateOp... ops) {
        return tree.isPresent()
                && tree.get() instanceof AggregateExpr aggregation
                && List.of(ops).contains(aggregation.op());
    }

    boolean isOperation(Predicate<BinaryExpr> isSuch) {
        return tree.isPresent() && tree.get() instanceof BinaryExpr operation && isSuch.test(operation);
    }

    /// The operand of a call or an aggregation that is a vector or a range, inside its parentheses.
    Expr operand() {
        for (Expr operand : tree.orElseThrow().children()) {
            if (operand.type() == ValueType.VECTOR || operand.type() == ValueType.MATRIX) {
                return operand.unwrapped();
            }
        }
        throw new IllegalStateException("no vector in " + tree.get());
    }

    /// Whether the operand is a subquery of this kind.
    boolean isOverSubquery(Predicate<SubqueryExpr> isSuch) {
        return operand() instanceof SubqueryExpr subquery && isSuch.test(subquery);
    }

    /// The samples themselves of a longer or shorter range, without values at its edges.
    static MatrixSelector withRange(MatrixSelector matrix, long rangeMillis) {
        VectorSelector selector = matrix.selector();
        return new MatrixSelector(
                new VectorSelector(
                        selector.name(),
                        selector.matchers(),
                        selector.shift(),
                        VectorSelector.Extension.NONE,
                        selector.position()),
                rangeMillis,
                matrix.rangeExpr(),
                matrix.endPosition());
    }

    /// What a query gives of the operand: of a range its sums; where names tell its series apart that are dropped, what
    /// an aggregation makes of them.
    private Answer ofOperand(String aggregation) throws IOException, InterruptedException {
        Expr operand = operand();
        String text = operand instanceof MatrixSelector matrix
                ? "sum_over_time(" + withRange(matrix, matrix.rangeMillis()) + ")"
                : operand.type() == ValueType.MATRIX ? "sum_over_time(" + operand + ")" : operand.toString();
        Answer answer = peer.ask(question.with(Node.leaf(Node.Kind.VECTOR, text)));
        String aggregated = aggregation + "(" + text + ")";
        return answer.isWithDuplicates() ? peer.ask(question.with(Node.leaf(Node.Kind.VECTOR, aggregated))) : answer;
    }

    /// Whether both answer the same where no native histogram has a sum that is no number, since it observed some that
    /// is none.
    boolean isSameWithoutNaNSums() throws IOException, InterruptedException {
        String sums = "histogram_sum(" + operand() + ")";
        return isSameFor("(" + tree.orElseThrow() + ") unless ignoring (q) (" + sums + " != " + sums + ")");
    }

    /// Whether we answer as many points as the reference, all of them the operand's.
    boolean isAnotherChoice() throws IOException, InterruptedException {
        Answer operand = ofOperand("sum");
        for (JsonNode series : ours.result()) {
            if (operand.withLabelsOf(series).isMissingNode()) {
                return false;
            }
        }
        return ours.pointCount() == theirs.pointCount();
    }

    /// Whether the operand has native histograms at any moment.
    boolean isOfHistograms() throws IOException, InterruptedException {
        Answer operand = ofOperand("sum");
        return operand.isRemarking("histogram") || operand.hasHistograms();
    }

    /// Whether any point that we have of the operand is of a kind.
    boolean isOfAny(Predicate<JsonNode> isSuch) throws IOException, InterruptedException {
        for (JsonNode series : self.ask(
                        question.with(Node.leaf(Node.Kind.VECTOR, operand().toString())))
                .result()) {
            if (Answer.points(series).stream().anyMatch(point -> isSuch.test(point.path(1)))) {
                return true;
            }
        }
        return false;
    }

    /// Whether a value, or the sum of a range's values, is not a number.
    boolean isOfNaN() throws IOException, InterruptedException {
        return ofOperand("stddev").hasNaN();
    }

    /// Whether, wherever the answers differ, both deviations are hardly anything for the size of the values: the
    /// order of additions decides about the last digits of what is left of their differences.
    boolean isOfCloseValues() throws IOException, InterruptedException {
        Set<DifferingPoints.Place> places = DifferingPoints.between(theirs, ours);
        Map<DifferingPoints.Place, JsonNode> most = DifferingPoints.at(places, peer.ask(ofGroups(AggregateOp.MAX)));
        Map<DifferingPoints.Place, JsonNode> least = DifferingPoints.at(places, peer.ask(ofGroups(AggregateOp.MIN)));
        boolean isVariance = isAggregation(AggregateOp.STDVAR);
        for (Answer answer : List.of(theirs, ours)) {
            for (Map.Entry<DifferingPoints.Place, JsonNode> point :
                    DifferingPoints.at(places, answer).entrySet()) {
                double value = Answer.number(point.getValue().asText("NaN"));
                double size = Math.max(
                        Math.abs(Answer.number(
                                Objects.requireNonNull(most.get(point.getKey())).asText("NaN"))),
                        Math.abs(Answer.number(Objects.requireNonNull(least.get(point.getKey()))
                                .asText("NaN"))));
                if (!((isVariance ? Math.sqrt(value) : value) < 1e-6 * size)) {
                    return false;
                }
            }
        }
        return !places.isEmpty() && isRemarkedAlike();
    }

    /// What another aggregation makes of the groups of this one.
    private Question ofGroups(AggregateOp op) {
        AggregateExpr aggregation = (AggregateExpr) tree.orElseThrow();
        return question.with(Node.leaf(
                Node.Kind.VECTOR,
                new AggregateExpr(
                                op,
                                aggregation.expr(),
                                Optional.empty(),
                                aggregation.grouping(),
                                aggregation.isWithout(),
                                aggregation.position())
                        .toString()));
    }

    /// Whether, wherever the answers differ, the reference has nothing and we a native histogram; or points that
    /// differ in this way, theirs first, or by a reset that it sees alone.
    boolean isOfHistogramsForUsAlone(BiPredicate<JsonNode, JsonNode> isSuch) throws IOException, InterruptedException {
        Set<DifferingPoints.Place> places = DifferingPoints.between(theirs, ours);
        Set<DifferingPoints.Place> otherResets = OtherResets.places(this, places);
        Map<DifferingPoints.Place, JsonNode> our = DifferingPoints.at(places, ours);
        return ours.isSuccess()
                && DifferingPoints.at(places, theirs).entrySet().stream().allMatch(point -> {
                    JsonNode here = Objects.requireNonNull(our.get(point.getKey()));
                    return otherResets.contains(point.getKey())
                            || (point.getValue().isMissingNode()
                                    ? here.isObject()
                                    : isSuch.test(point.getValue(), here));
                });
    }

    /// Whether the sides of an operation have values that are nearly the same, wherever the answers differ.
    boolean isOfCloseSides() throws IOException, InterruptedException {
        BinaryExpr operation = (BinaryExpr) tree.orElseThrow();
        BinaryExpr ratio =
                new BinaryExpr(BinaryOp.DIVIDE, operation.left(), operation.right(), false, operation.matching());
        if (ratio.type() == ValueType.SCALAR) {
            return !peer.ask(question.with(Node.leaf(Node.Kind.VECTOR, "abs(vector(" + ratio + ") - 1) < 1e-9")))
                    .isEmpty();
        }
        return areAllDiffering(
                peer.ask(ofSides(BinaryOp.DIVIDE)),
                point -> point.isTextual() && Answer.isClose(Answer.number(point.asText()), 1));
    }

    /// Whether, wherever the answers differ, the sides of a comparison are histograms of the same observations.
    boolean isOfEqualHistograms() throws IOException, InterruptedException {
        return areAllDiffering(peer.ask(ofSides(BinaryOp.SUBTRACT)), PointDifference::isEmptyHistogram);
    }

    /// Whether another answer has such points wherever ours and the reference's differ, which they do.
    private boolean areAllDiffering(Answer other, Predicate<JsonNode> isSuch) {
        Set<DifferingPoints.Place> places = DifferingPoints.between(theirs, ours);
        return !places.isEmpty()
                && DifferingPoints.at(places, other).values().stream().allMatch(isSuch);
    }

    /// What another operator makes of the sides of an operation.
    private Question ofSides(BinaryOp op) {
        BinaryExpr operation = (BinaryExpr) tree.orElseThrow();
        return question.with(Node.leaf(
                Node.Kind.VECTOR,
                new BinaryExpr(op, operation.left(), operation.right(), false, operation.matching()).toString()));
    }

    /// Whether, wherever the answers differ, each server gives what the other does to the other's very number.
    boolean isSameOfSameNumbers() throws IOException, InterruptedException {
        Set<DifferingPoints.Place> places = DifferingPoints.between(theirs, ours);
        Question operand = question.with(Node.leaf(Node.Kind.VECTOR, operand().toString()));
        List<JsonNode> numbers =
                new ArrayList<>(DifferingPoints.at(places, peer.ask(operand)).values());
        numbers.addAll(DifferingPoints.at(places, self.ask(operand)).values());
        String function = ((Call) tree.orElseThrow()).function().text();
        for (JsonNode number : numbers) {
            if (!isSameFor(function + "(vector(" + number.asText("0") + "))")) {
                return false;
            }
        }
        return !places.isEmpty();
    }

    /// Whether results are the same in another order, by labels that some series do not have, or of which two are the
    /// same number in other digits.
    boolean isSortedByUnorderedLabels() {
        Set<String> values = new HashSet<>();
        boolean isUnordered = false;
        for (Expr name :
                tree.orElseThrow().children().subList(1, tree.get().children().size())) {
            for (JsonNode series : ours.result()) {
                String value = series.path("metric")
                        .path(((StringLiteral) name.unwrapped()).value())
                        .asText();
                String plain = value.replaceAll("(?<!\\d)0+(?=\\d)", "");
                isUnordered |= value.isEmpty() || !plain.equals(value) && values.contains(plain);
                values.add(plain);
            }
        }
        return isUnordered && isSortedHere() && isSameBut((one, other) -> false) && isRemarkedAlike();
    }

    /// Whether our series stand in the order of the labels that are named.
    private boolean isSortedHere() {
        Comparator<JsonNode> order = (one, other) -> 0;
        for (Expr name :
                tree.orElseThrow().children().subList(1, tree.get().children().size())) {
            String label = ((StringLiteral) name.unwrapped()).value();
            order = order.thenComparing(
                    series -> series.path("metric").path(label).asText(), new NaturalOrder());
        }
        List<JsonNode> series = new ArrayList<>();
        ours.result().forEach(series::add);
        List<JsonNode> sorted = new ArrayList<>(isCall(Function.SORT_BY_LABEL_DESC) ? series.reversed() : series);
        sorted.sort(order);
        return sorted.equals(isCall(Function.SORT_BY_LABEL_DESC) ? series.reversed() : series);
    }

    /// Whether the operand has labels of info series.
    boolean isOfInfoLabels() throws IOException, InterruptedException {
        Answer operand = ofOperand("sum");
        return !operand.without(RandomStore.INFO_LABELS).result().equals(operand.result());
    }

    /// Whether each of our points is one of the operand's, but for what `info` adds to its labels.
    boolean isOfOperandWithInfo() throws IOException, InterruptedException {
        if (!ours.isSuccess()) {
            return ours.isWithDuplicates() || ours.isRemarking("found duplicate series");
        }
        Answer operand =
                peer.ask(question.with(Node.leaf(Node.Kind.VECTOR, operand().toString())));
        return DifferingPoints.isWithin(
                operand.without(RandomStore.INFO_LABELS), ours.without(RandomStore.INFO_LABELS));
    }

    /// Whether the answers are the same where a selector's offset is subtracted from its moment beforehand.
    boolean isSameWithOffsetInMoment() throws IOException, InterruptedException {
        if (!(operand() instanceof VectorSelector selector)
                || !selector.shift().hasAt()
                || selector.shift().offsetMillis() == 0) {
            return false;
        }
        TimeShift shift = selector.shift();
        long millis = switch (shift.at()) {
            case START -> question.startMillis();
            case END -> question.endMillis();
            case TIMESTAMP, NONE -> shift.atMillis();
        };
        TimeShift moment = new TimeShift(TimeShift.At.TIMESTAMP, millis - shift.offsetMillis(), 0, Optional.empty());
        VectorSelector moved = new VectorSelector(
                selector.name(), selector.matchers(), moment, selector.extension(), selector.position());
        String text = "timestamp(" + moved + ")";
        Question pinned = question.with(Node.leaf(Node.Kind.VECTOR, text));
        return !KnownDifference.areDifferent(peer.version(), pinned, peer.ask(pinned), ours);
    }

    /// Whether the same process of the reference gives our answer now.
    boolean isAnsweredOtherwiseNow() throws IOException, InterruptedException {
        return !KnownDifference.areDifferent(peer.version(), question, peer.ask(question), ours)
                && !KnownDifference.areDifferent(peer.version(), question, self.ask(question), ours);
    }

    /// Whether the reference contradicts itself: asked again, or where its series came in another order, it gives our
    /// answer, which we give again too.
    boolean isContradictingItself(String... withoutLabels) throws IOException, InterruptedException {
        if (KnownDifference.areDifferent(
                peer.version(), question, self.ask(question).without(withoutLabels), ours)) {
            return false;
        }
        for (Answer again : peer.answers(question)) {
            if (!KnownDifference.areDifferent(peer.version(), question, again.without(withoutLabels), ours)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the reference takes the letter at which we stop for a colon: with one it gives the same answer.
    boolean isTakingLetterForColon() throws IOException, InterruptedException {
        String before = textBefore(ours);
        String text = question.text();
        String line = text.lines().toList().get(lineOf(ours));
        String replaced = text.replace(line, before + ":" + line.substring(before.length() + 1));
        Answer withColon = peer.ask(question.with(Node.leaf(Node.Kind.VECTOR, replaced)));
        return !KnownDifference.areDifferent(
                peer.version(),
                question,
                withColon.withRemarks(Origin::withoutTokens),
                theirs.withRemarks(Origin::withoutTokens));
    }

    /// What fault we find where we miss a moment behind `@` and go on, as the reference does, as if there were none;
    /// empty where we miss something else.
    String errorWithoutAt() throws IOException, InterruptedException {
        String before = textBefore(ours).stripTrailing();
        if (!before.endsWith("@")) {
            return "";
        }
        String text = question.text();
        String line = text.lines().toList().get(lineOf(ours));
        String without = before.substring(0, before.length() - 1)
                + line.substring(textBefore(ours).length());
        return self.ask(question.with(Node.leaf(Node.Kind.VECTOR, text.replace(line, without))))
                .error();
    }

    private static String withoutTokens(String remark) {
        return remark.replaceAll("\"[^\"]*\"|'[^']*'|<[^>]*>", "");
    }

    /// What stands in the query where we found a fault.
    String wordAtError() {
        String line = question.text().lines().toList().get(lineOf(ours));
        Matcher word = WORD.matcher(line.substring(textBefore(ours).length()));
        return word.find() ? word.group(1) : "";
    }

    /// Whether the reference places a fault of an operator behind the parenthesis of another call than the operand's
    /// last one.
    boolean isPlacedBehindAnotherParenthesis() {
        return isSameButForPlace()
                && textBefore(ours).startsWith(textBefore(theirs))
                && textBefore(theirs).stripTrailing().endsWith(")");
    }

    /// Whether the operand has values beyond a number.
    boolean isOfValuesBeyond(double number) throws IOException, InterruptedException {
        Node beyond = Node.leaf(Node.Kind.VECTOR, "abs(" + operand() + ") > " + number);
        return !peer.ask(question.with(beyond)).isEmpty();
    }

    /// Whether the operand has a series whose metric's name is such.
    boolean isOfMetric(Predicate<String> isSuch) throws IOException, InterruptedException {
        for (JsonNode series : ofOperand("sum").result()) {
            if (isSuch.test(series.at("/metric/__name__").asText())) {
                return true;
            }
        }
        return false;
    }

    /// Whether both faults are told, each of another operand.
    boolean isOfSeveralFaults() throws IOException, InterruptedException {
        return !theirs.isSuccess() && !ours.isSuccess() && isOfOperand(theirs) && isOfOperand(ours);
    }

    private boolean isOfOperand(Answer failure) throws IOException, InterruptedException {
        for (Expr operand : tree.map(Expr::children).orElse(List.of())) {
            Node alone = Node.leaf(Node.Kind.VECTOR, operand.unwrapped().toString());
            if (ErrorText.areSame(peer.ask(question.with(alone)).error(), failure.error())) {
                return true;
            }
        }
        return false;
    }

    /// A piece of it, told by the answers to the whole.
    Origin withPiece(Question pieceQuestion, Expr piece) {
        return new Origin(pieceQuestion, Optional.of(piece), theirs, ours, peer, self);
    }

    Origin with(Answer otherTheirs, Answer otherOurs) {
        return new Origin(question, tree, otherTheirs, otherOurs, peer, self);
    }

    /// Whether the answers are the same once their remarks are changed.
    boolean isSameWith(UnaryOperator<String> changedRemarks) {
        return theirs.withRemarks(changedRemarks)
                .difference(ours.withRemarks(changedRemarks), question)
                .isEmpty();
    }

    boolean isSameWithoutNames() {
        return isSameWithout("__name__");
    }

    /// Whether results are the same without some labels, and remarks wherever they point.
    boolean isSameWithout(String... labels) {
        Answer theirRest = theirs.without(labels).withRemarks(Remarks::withoutPosition);
        Answer ourRest = ours.without(labels).withRemarks(Remarks::withoutPosition);
        // The labels that are left have another order.
        boolean isSameByLabels = ours.isSuccess()
                && theirRest.isSameBut(ourRest, (one, other) -> false)
                && theirRest.remarksDifference(ourRest).isEmpty();
        return isSameByLabels || theirRest.difference(ourRest, question).isEmpty();
    }

    /// Whether something below is subtracted, negated, multiplied or divided, which makes gauges of histograms.
    boolean isOverGauges() {
        return tree.isPresent()
                && has(
                        tree.get(),
                        expr -> expr instanceof UnaryExpr
                                || expr instanceof BinaryExpr operation
                                        && List.of(BinaryOp.SUBTRACT, BinaryOp.MULTIPLY, BinaryOp.DIVIDE)
                                                .contains(operation.op()));
    }

    /// Whether the answers are the same as far as series with a label go.
    boolean isSameOf(String label) {
        return theirs.onlyWith(label).difference(ours.onlyWith(label), question).isEmpty();
    }

    /// Whether both answer the same to a query that means the same but begins with another selector.
    boolean isSameBehindAnotherSelector() throws IOException, InterruptedException {
        String text = tree.orElseThrow().toString();
        return isSameFor("absent_metric or "
                + (tree.get().type() == ValueType.SCALAR ? "vector(" + text + ")" : "(" + text + ")"));
    }

    boolean isSameInParentheses() throws IOException, InterruptedException {
        return isSameFor("(" + tree.orElseThrow() + ")");
    }

    private boolean isSameFor(String text) throws IOException, InterruptedException {
        Question other = question.with(Node.leaf(Node.Kind.VECTOR, text));
        return !KnownDifference.areDifferent(peer.version(), other, peer.ask(other), self.ask(other));
    }

    /// Whether both answer the same, but for some labels, where they are asked about each moment of a range alone, or
    /// about some of many.
    boolean isSameAtEachMoment(String... labels) throws IOException, InterruptedException {
        long steps = question.isRange() ? (question.endMillis() - question.startMillis()) / question.stepMillis() : 0;
        for (long step = 0; step <= steps; step += 1 + steps / MAX_MOMENTS) {
            Question alone = question.at(question.startMillis() + step * question.stepMillis());
            Answer theirAlone = peer.ask(alone).without(labels);
            Answer ourAlone = self.ask(alone).without(labels);
            Origin moment = new Origin(alone, tree, theirAlone, ourAlone, peer, self);
            if (KnownDifference.areDifferent(peer.version(), alone, theirAlone, ourAlone)
                    && !KnownDifference.areOnlyKnownPoints(moment)
                    && !moment.isContradictingItself(labels)) {
                return false;
            }
        }
        return true;
    }

    /// Whether the reference finds a parenthesis behind `start` or `end` where none belongs.
    boolean isStumblingOverStart() {
        boolean isParenthesis = theirs.error().contains("parse error: unexpected \"(\"");
        return isParenthesis
                && (textBefore(theirs).endsWith("start") || textBefore(theirs).endsWith("end"));
    }

    /// Whether the reference reads on and finds its fault behind ours.
    boolean isFoundEarlierHere() {
        return !textBefore(theirs).equals(textBefore(ours))
                && textBefore(theirs).startsWith(textBefore(ours));
    }

    /// Whether both find the same fault, at other places.
    boolean isSameButForPlace() {
        return withoutPlace(theirs).equals(withoutPlace(ours));
    }

    private static String withoutPlace(Answer answer) {
        return PLACE_OF_ERROR.matcher(answer.error()).replaceFirst("");
    }

    /// What stands in a line before the place of an error; empty where there is none.
    private String textBefore(Answer answer) {
        Matcher place = PLACE_OF_ERROR.matcher(answer.error());
        if (!place.find()) {
            return "";
        }
        String line = question.text().lines().toList().get(lineOf(answer));
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return new String(bytes, 0, Integer.parseInt(place.group(2)) - 1, StandardCharsets.UTF_8);
    }

    /// In which line the place of an error is, from 0 on.
    private static int lineOf(Answer answer) {
        Matcher place = PLACE_OF_ERROR.matcher(answer.error());
        return place.find() ? Integer.parseInt(place.group(1)) - 1 : 0;
    }

    /// Whether the answers are the same but for points that differ in this way, theirs first.
    boolean isSameBut(BiPredicate<JsonNode, JsonNode> isSuch) {
        return theirs.isSameBut(ours, isSuch);
    }

    /// Whether we make all of the reference's remarks once these are changed.
    boolean isRemarkedWith(UnaryOperator<String> changedRemarks) {
        return ours.remarks().containsAll(theirs.withRemarks(changedRemarks).remarks());
    }

    /// Whether both make the same remarks.
    boolean isRemarkedAlike() {
        return theirs.remarksDifference(ours).isEmpty();
    }

    boolean hasParentheses() {
        return tree.isPresent() && has(tree.get(), expr -> expr instanceof ParenExpr);
    }

    /// Whether any of the functions is called anywhere in the piece.
    boolean hasCall(Function... functions) {
        return tree.isPresent() && hasCall(tree.get(), functions);
    }

    static boolean hasCall(Expr tree, Function... functions) {
        return has(tree, expr -> expr instanceof Call call && List.of(functions).contains(call.function()));
    }

    private static boolean has(Expr expr, Predicate<Expr> isSuch) {
        return isSuch.test(expr) || expr.children().stream().anyMatch(child -> has(child, isSuch));
    }

    /// Whether anything in the piece is moved by `@` or `offset`.
    boolean isShifted() {
        return tree.isPresent() && isShifted(tree.get());
    }

    static boolean isShifted(Expr tree) {
        return has(tree, Origin::isShift);
    }

    private static boolean isShift(Expr expr) {
        TimeShift shift = switch (expr) {
            case VectorSelector selector -> selector.shift();
            case SubqueryExpr subquery -> subquery.shift();
            default -> TimeShift.NONE;
        };
        return !shift.equals(TimeShift.NONE);
    }
}
