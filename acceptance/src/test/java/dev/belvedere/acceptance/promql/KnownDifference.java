package dev.belvedere.acceptance.promql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.BinaryOp;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorMatching;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What some version of Prometheus answers in another way than the language means it, each with the last such version
/// and, where it was put right, the change that did.
///
/// Some differ in the text of warnings and infos only: these are rewritten in both answers and then have to be equal.
public enum KnownDifference {

    /// 3.15: infos about observations of NaN point at the first argument, whatever it is, instead of the histograms.
    NAN_NOTED_ELSEWHERE(314, "(has NaN observations, .*) \\(\\d+:\\d+\\)", "$1"),

    /// Where a sum is no number, so that there may be observations of NaN, `histogram_quantile` counts those behind the
    /// bucket that it found, forgets that bucket over it, and interpolates in the last one.
    QUANTILE_BESIDE_NAN(
            Known.ALL,
            origin -> origin.isCall(Function.HISTOGRAM_QUANTILE, Function.HISTOGRAM_QUANTILES)
                    && origin.isSameWithoutNaNSums()),

    /// 3.15, #19266: `info` chooses info series of the moment that `@` and `offset` of its argument say, but then looks
    /// at them at the query's own moment.
    INFO_AT_ANOTHER_MOMENT(
            Known.LAST_INFO_AT_ANOTHER_MOMENT,
            origin -> origin.isCall(Function.INFO) && origin.isShifted() && origin.isOfOperandWithInfo()),

    /// 3.15, #19413: `info` forgets that a name was to be removed at the end, and type and unit with it, with
    /// `promql-delayed-name-removal`.
    INFO_WITH_NAME(
            314,
            origin -> origin.isCall(Function.INFO)
                    && (origin.ours().isWithDuplicates() || origin.isSameWithout("__name__", "__type__", "__unit__"))),

    /// 3.9, #17678: series that become the same when names are dropped at the end, but never at one moment.
    SAME_AT_OTHER_MOMENTS(
            308,
            origin -> origin.theirs().isWithDuplicates()
                    && origin.ours().isSuccess()
                    && origin.question().isRange()
                    && origin.isSameAtEachMoment()),

    /// Histograms that are kept together have empty buckets where one of them has a count, and are not equal to one
    /// without.
    EQUAL_BUT_FOR_EMPTY_BUCKETS(
            Known.ALL,
            origin -> origin.isCall(Function.CHANGES) && origin.isOfHistograms() && PrintedChanges.areFewer(origin),
            PointDifference::isGreater),

    /// As [#EQUAL_BUT_FOR_EMPTY_BUCKETS], of two sides that are compared.
    SIDES_EQUAL_BUT_FOR_EMPTY_BUCKETS(
            Known.ALL,
            origin -> origin.isOperation(
                            operation -> operation.op() == BinaryOp.NOT_EQUAL || operation.op() == BinaryOp.EQUAL)
                    && origin.isOfEqualHistograms()),

    /// Buckets that a wider zero bucket has taken up are counted a second time, where a coarser layout makes them a
    /// part of a bucket that reaches beyond it: then buckets have more or less observations than their histogram.
    BUCKETS_COUNTED_TWICE(
            Known.ALL,
            origin -> origin.isCall(Function.RATE, Function.INCREASE, Function.DELTA, Function.AVG_OVER_TIME),
            PointDifference::isOfBucketsBesideCount),

    /// Both [#BUCKETS_COUNTED_TWICE] and [#HISTOGRAM_NOT_BELOW_ZERO] of one histogram.
    COUNTED_TWICE_AND_SCALED(
            305, origin -> origin.isCall(Function.RATE, Function.INCREASE), PointDifference::isScaledDownBesideCount),

    /// Empty buckets that histograms are kept with have NaN observations once they are multiplied by an infinity or
    /// NaN.
    EMPTY_BUCKETS_OF_NAN(Known.ALL, origin -> origin.isOperation(op -> true), PointDifference::isOfMoreBucketsOfNaN),

    /// The last bits of two values that are nearly the same decide whether one is less.
    STEPS_OF_CLOSE_VALUES(
            Known.ALL,
            origin -> origin.isCall(Function.RATE, Function.INCREASE, Function.IRATE, Function.RESETS, Function.CHANGES)
                    && origin.isOverSubquery(subquery -> true)
                    && CloseSteps.areWhereverAnswersDiffer(origin)),

    /// The last bits of counts decide whether all observations are in buckets, of histograms whose sums are no number.
    SKEW_OF_CLOSE_COUNTS(
            Known.ALL,
            origin -> origin.isCall(Function.HISTOGRAM_QUANTILE)
                    && origin.isSameWith(remark -> remark.contains("result is skewed higher") ? "" : remark)
                    && origin.isOfAny(PointDifference::isOfWholeBucketsAndNoSum)),

    /// An operator notes what it saw last at each step, in whichever order the series come.
    ONE_NOTE_AN_OPERATOR(
            Known.ALL,
            origin -> origin.isOperation(operation -> true)
                    && origin.ours().remarks().containsAll(origin.theirs().remarks())
                    && origin.isSameWith(Remarks::withoutOperator)),

    /// An aggregation that meets a float first does not look at the histograms behind it.
    LAYOUTS_BEHIND_FLOAT_NOTED(
            Known.ALL, origin -> isOfFloatsAndHistograms(origin) && origin.isSameWith(Remarks::withoutLayouts)),

    /// Both [#LAYOUTS_BEHIND_FLOAT_NOTED] and [#PARENTHESES_NOTED] of one aggregation.
    LAYOUTS_IN_PARENTHESES_NOTED(
            306,
            origin -> origin.hasParentheses()
                    && isOfFloatsAndHistograms(origin)
                    && origin.isSameWith(remark -> Remarks.withoutPosition(Remarks.withoutLayouts(remark)))),

    /// 3.7, #16794: no name is said where there is none.
    EMPTY_NAME_NOTED(306, " for metric name \"\"", ""),

    /// 3.7, #16794: buckets without a bound are noted without the name that the result will not have.
    BUCKET_NOTED_WITH_NAME(306, "(malformed value of \"[^\"]*\") for metric name \"[^\"]*\"", "$1"),

    /// 3.10, #15578: how far counts were from growing.
    MONOTONICITY_DETAILED(309, "(#histogram_quantile\\))( for metric name \"[^\"]*\")?(, from buckets .*?Z)? .*", "$1"),

    /// 3.10, #15578: counts that do not grow are noted of histograms without observations too.
    MONOTONICITY_OF_NOTHING(
            309,
            origin -> !origin.theirs().isRemarking("fixed for monotonicity")
                    && origin.isSameWith(Remarks::withoutMonotonicity)),

    /// 3.7, #16915: histograms are counters too.
    HISTOGRAM_TYPE_NOTED(306, ".*__type__ label is not set to \"counter\".*, got \"histogram\".*", ""),

    /// 3.7, #16915: what a type should have been.
    TYPE_NOTED_IN_OTHER_WORDS(306, "set to \"counter\" or \"histogram\"", "set to \"counter\""),

    /// 3.7 to 3.12, #16686, #17127 and #18660: histograms of which only count and sum are asked forget their
    /// buckets, and with them their layouts and where a gauge went down. Up to then that happens with the query's
    /// first selector alone, and not if the function is the whole query.
    SUMMARIES_ALONE(
            Known.LAST_WITH_BUCKETS_OF_SUMMARIES,
            origin -> origin.hasCall(Known.SUMMARIES)
                    && (origin.isSameBehindAnotherSelector() || origin.isSameInParentheses())),

    /// 3.12, #18498.
    SORT_IN_RANGE_NOTED(311, ".*sort is ineffective for range queries.*", ""),

    /// 3.7, #17051 and #17094.
    RESETS_IN_CONFLICT_NOTED(306, ".*conflicting counter resets during histogram.*", ""),

    /// 3.7: a histogram taken from another, or multiplied by less than nothing, is a gauge.
    NEGATED_IS_NO_GAUGE(
            306,
            origin -> origin.isOverGauges()
                    && origin.isSameWith(
                            remark -> remark.contains("this native histogram metric is not a ") ? "" : remark)),

    /// 3.6, #16725: of quantiles that are none the least and the greatest are noted, not each.
    EACH_QUANTILE_NOTED(
            305,
            origin -> origin.isAggregation(AggregateOp.QUANTILE)
                    && origin.theirs().isRemarking(Known.NO_QUANTILE)
                    && origin.ours().isRemarking(Known.NO_QUANTILE)
                    && origin.isSameWith(remark -> remark.contains(Known.NO_QUANTILE) ? "" : remark)),

    /// Of equal remarks at several places one is shown.
    PLACE_OF_EQUAL_REMARKS(
            306,
            origin -> origin.ours().isRemarking(Known.NO_QUANTILE)
                    && origin.theirs().remarks().size()
                            == origin.ours().remarks().size()
                    && origin.isSameWith(Remarks::withoutPosition)),

    /// A text in parentheses.
    TEXT_IN_PARENTHESES(
            Known.ALL,
            origin -> origin.theirs().error().startsWith("unexpected result in StepInvariantExpr evaluation")
                    && origin.tree()
                            .filter(tree -> tree.type() == ValueType.STRING)
                            .isPresent()),

    /// 3.7, #16896: remarks point into the parentheses around an argument.
    PARENTHESES_NOTED(306, origin -> origin.hasParentheses() && origin.isSameWith(Remarks::withoutPosition)),

    /// 3.6, #16725: aggregations with a parameter that is no number fail without any series too.
    PARAMETER_OF_NOTHING_CHECKED(
            305,
            origin -> origin.isAggregation(
                            AggregateOp.TOPK, AggregateOp.BOTTOMK, AggregateOp.LIMITK, AggregateOp.LIMIT_RATIO)
                    && origin.theirs().isSuccess()
                    && Pattern.matches(
                            "(Parameter value|Ratio value|Scalar value) .*",
                            origin.ours().error())),

    /// 3.8, #17278: histograms with other custom bounds are brought to the bounds that they share. Up to then nothing
    /// was left of them, and nothing more was said; a counter was taken for reset where its bounds became others.
    CUSTOM_BOUNDS_RECONCILED(
            307,
            origin -> (origin.theirs().isRemarking(Known.OTHER_BOUNDS)
                                    || origin.ours().isRemarking(Known.RECONCILED_BOUNDS))
                            && origin.isOfHistogramsForUsAlone(KnownDifference::isOfRates)
                            && origin.isRemarkedWith(Remarks::withoutBounds)
                    || origin.isCall(Function.RESETS)
                            && origin.isOfHistograms()
                            && origin.isSameBut(PointDifference::isGreater)),

    /// 3.7, #16896: a range in parentheses, at one moment, as the whole query.
    RANGE_IN_PARENTHESES(
            306,
            origin -> origin.tree().isPresent()
                    && origin.tree().get().type() == ValueType.MATRIX
                    && origin.theirs().error().equals("unexpected number of samples")),

    /// 3.6, #16725: what a parameter is that is no number.
    PARAMETER_NOTED_IN_OTHER_WORDS(305, "^Scalar value NaN overflows int64$", "Parameter value is NaN"),

    /// 3.6, #16725: as [#PARAMETER_NOTED_IN_OTHER_WORDS], of `limit_ratio`.
    RATIO_NOTED_IN_OTHER_WORDS(305, "^Ratio value NaN is NaN$", "Ratio value is NaN"),

    /// 3.6 and 3.10, #16777 and #17670: what else may stand for a length of time.
    DURATION_EXPECTED_IN_OTHER_WORDS(
            309,
            " in (offset|subquery (?:or range )?selector), expected number(?: or|,) duration.*",
            " where a duration belongs"),

    /// 3.8, #17380: the token of `@` was described by its number.
    AT_BY_NUMBER(307, "\"<Item \\d+>\" <op:@>", "<op:@>"),

    /// 3.6, #16777: a letter in brackets was taken for a colon, whatever followed.
    LETTER_FOR_COLON(
            305,
            origin -> Pattern.matches(
                            ".* parse error: unexpected character: '\\w', expected ':'",
                            origin.ours().error())
                    && origin.isTakingLetterForColon()),

    /// 3.6, #16777: no commas in brackets.
    COMMA_IN_BRACKETS(
            305, origin -> origin.theirs().error().endsWith("unexpected character in duration expression: ','")),

    /// 3.7, #17031: some aggregations and calls ended too early, which is where the operator behind them was placed.
    OPERATOR_MISPLACED(
            306, origin -> origin.isSameButForPlace() && origin.ours().isRemarking(Known.AT_OPERATOR)),

    /// 3.7, #17031: what was counted of parentheses could be less than what was wanted of them, in queries that end too
    /// early.
    PARENTHESES_MISCOUNTED(
            306,
            origin -> origin.theirs().error().equals("invalid parameter \"query\": unexpected error")
                    && (Known.CUT_SHORT.matcher(origin.ours().error()).matches()
                            || Known.CUT_SHORT.matcher(origin.errorWithoutAt()).matches())),

    /// 3.8, #17379: the parser stumbled where the second argument of `info` is no selector.
    INFO_OF_NO_SELECTOR(
            307,
            origin -> origin.theirs().error().equals("invalid parameter \"query\": unexpected error")
                    && (origin.ours().isRemarking("in call to function \"info\", got")
                            || origin.ours().isRemarking("expected label selectors only"))),

    /// 3.7, #17031: the parentheses of `start()` and `end()` were counted as a call's, so that calls and aggregations
    /// behind them ended at another's end, and the operator behind them was placed there.
    OPERATOR_BEHIND_ANOTHER_CALL(
            306,
            origin -> origin.isPlacedBehindAnotherParenthesis()
                    && (origin.ours().isRemarking(Known.AT_OPERATOR)
                            || origin.ours().isRemarking("comparisons between scalars must use BOOL modifier")
                            || origin.ours().isRemarking("bool modifier can only be used on comparison"))),

    /// 3.12, #17877: `start()` and `end()` can only stand behind `@`, so that the parenthesis is one too many.
    START_AS_NAME(311, Origin::isStumblingOverStart),

    /// The natural order of texts says of neither of two that it comes first where one is empty, and of both where they
    /// are the same number.
    SORTED_BY_UNORDERED_LABELS(
            Known.ALL,
            origin -> origin.isCall(Function.SORT_BY_LABEL, Function.SORT_BY_LABEL_DESC)
                    && origin.isSortedByUnorderedLabels()),

    /// 3.6, #16828: the count of a histogram is not extrapolated below zero.
    HISTOGRAM_NOT_BELOW_ZERO(
            305, origin -> origin.isCall(Function.RATE, Function.INCREASE), PointDifference::isScaledDown),

    /// 3.6, #16879: what a subquery gave of histograms was written over as the next window was read, so that all but
    /// the first of them may be wrong.
    HISTOGRAMS_IN_SUBQUERIES(
            305,
            origin -> origin.isCall(Function.RESETS, Function.RATE, Function.INCREASE)
                    && origin.isOverSubquery(subquery -> true)
                    && origin.isOfHistograms()
                    && origin.isSameAtEachMoment()),

    /// 3.6, #16879: as [#HISTOGRAMS_IN_SUBQUERIES], of any later query that gets the same pieces of memory.
    HISTOGRAMS_WRITTEN_OVER(305, Origin::isAnsweredOtherwiseNow),

    /// 3.7 and 3.8, #17135 and #17199: `info` with info series that come and go.
    INFO_COMING_AND_GOING(
            Known.LAST_INFORMING_BY_PLACE,
            origin -> origin.isCall(Function.INFO)
                    && (origin.question().isRange() && origin.isSameAtEachMoment("__name__", "__type__", "__unit__")
                            || origin.theirs().error().startsWith("found duplicate series for info metric"))),

    /// 3.10, #17817: `info` over info series, or series that have labels of info series already.
    INFO_OF_INFO(
            Known.LAST_INFO_OF_INFO,
            origin -> origin.isCall(Function.INFO)
                    && (origin.isOfMetric(name -> name.endsWith("_info")) || origin.isOfInfoLabels())
                    && origin.isOfOperandWithInfo()),

    /// 3.10, #17898: `info` keeps series without any identifying label.
    INFO_WITHOUT_IDENTITY(309, origin -> origin.isCall(Function.INFO) && origin.isSameOf("instance")),

    /// The deviation of moments, large numbers that hardly differ, depends on their order beyond the tolerance.
    DEVIATION_OF_CLOSE_VALUES(
            Known.ALL,
            origin -> origin.isAggregation(AggregateOp.STDDEV, AggregateOp.STDVAR) && origin.isOfCloseValues()),

    /// Which of two values is larger that differ by less than the tolerance, depends on the order of additions.
    COMPARISON_OF_CLOSE_VALUES(
            Known.ALL,
            origin -> origin.isOperation(operation -> operation.op().isComparison()) && origin.isOfCloseSides()),

    /// Periodic functions of large values: their last digits decide.
    PERIODS_OF_LARGE_VALUES(
            Known.ALL,
            origin -> origin.isCall(Function.SIN, Function.COS, Function.TAN) && origin.isOfValuesBeyond(1000),
            PointDifference::isSmall),

    /// As [#PERIODS_OF_LARGE_VALUES]: dates far behind all that people count.
    DATES_OF_LARGE_VALUES(
            Known.ALL,
            origin -> origin.isCall(Function.MINUTE, Function.HOUR, Function.DAY_OF_WEEK)
                    && origin.isSameOfSameNumbers()),

    /// Go's code for amd64 takes powers of e for infinite that are nearly.
    POWERS_NEARLY_INFINITE(
            Known.ALL,
            origin -> origin.isCall(Function.EXP, Function.SINH, Function.COSH),
            PointDifference::isOverflow),

    /// With `@`, `timestamp` forgets the offset of its selector.
    TIMESTAMP_WITHOUT_OFFSET(
            Known.ALL, origin -> origin.isCall(Function.TIMESTAMP) && origin.isSameWithOffsetInMoment()),

    /// Which series `limitk` keeps is not said.
    OTHER_SERIES_KEPT(
            Known.ALL,
            origin -> origin.isAggregation(AggregateOp.LIMITK)
                    && (origin.isAnotherChoice()
                            || origin.theirs().isWithDuplicates()
                                    != origin.ours().isWithDuplicates())),

    /// 3.13, #18768: an offset that begins with a sign and a parenthesis went on behind that.
    SIGN_BEFORE_PARENTHESES(
            Known.LAST_GOING_ON,
            origin -> Known.GOING_ON.matcher(origin.question().text()).find()
                    || origin.theirs().error().contains("in offset, expected number or duration")
                            && origin.ours().isSuccess()),

    /// 3.15, #19187: functions of a pinned subquery and a number that is not the same at every step give nothing.
    PINNED_SUBQUERY(
            314,
            origin -> origin.theirs().isEmpty()
                    && origin.isCall(
                            Function.PREDICT_LINEAR, Function.QUANTILE_OVER_TIME, Function.DOUBLE_EXPONENTIAL_SMOOTHING)
                    && origin.isOverSubquery(subquery -> subquery.shift().hasAt())),

    /// Where a match exists but its types do not fit, `fill` fills all the same.
    FILL_BESIDE_MISFITS(
            Known.ALL,
            origin -> origin.isOperation(operation ->
                            operation.matching().filter(VectorMatching::hasFill).isPresent())
                    && (origin.ours().isRemarking("incompatible sample types")
                            || origin.ours().isRemarking("incompatible bucket layout"))),

    /// 3.14, #19040: `mad_over_time` of a range with NaN is NaN.
    DEVIATION_OF_NAN(313, origin -> origin.isCall(Function.MAD_OVER_TIME) && origin.isOfNaN()),

    /// 3.8, #17424: `histogram_fraction` from within the first bucket on.
    FRACTION_FROM_FIRST_BUCKET(
            307, origin -> origin.isCall(Function.HISTOGRAM_FRACTION), PointDifference::isOfNaNAndFraction),

    /// 3.9, #17668: comparisons refuse several matches on one side even where none of them would be left.
    MATCHES_CHECKED_IN_FILTERS(
            308,
            origin -> origin.isOperation(operation -> operation.op().isComparison() && !operation.isBool())
                    && origin.theirs().isSuccess()
                    && Pattern.matches(
                            "multiple matches for labels.*", origin.ours().error())),

    /// 3.12 and 3.13, #17877 and #18687: functions that are no functions yet.
    NEW_FUNCTIONS(
            312,
            origin -> origin.theirs().status() == 400
                    && origin.hasCall(
                            Function.START,
                            Function.END,
                            Function.RANGE,
                            Function.STEP,
                            Function.MIN_OF,
                            Function.MAX_OF)),

    /// 3.15: `@ start()` and `@ end()` stand behind a range, as other moments do.
    MOMENT_BEFORE_RANGE(
            314,
            origin -> origin.ours().error().endsWith("parse error: no @ modifiers allowed before range")
                    && Known.MOMENT_BEFORE_RANGE
                            .matcher(origin.question().text())
                            .find()),

    /// A length of time that is no number. Of expressions that have one it is refused as they are evaluated, 3.12,
    /// #18639.
    NAN_AS_DURATION(
            Known.ALL,
            origin -> (origin.theirs().isSuccess()
                            || origin.isFoundEarlierHere()
                            || origin.theirs().error().endsWith("duration is NaN or infinite"))
                    && origin.ours().error().endsWith("parse error: duration out of range")
                    && origin.wordAtError().equalsIgnoreCase("nan")),

    /// 3.12, #18409: `last_over_time` keeps only names that its subquery keeps.
    LAST_WITH_NAME(
            311,
            origin -> origin.isCall(Function.LAST_OVER_TIME)
                    && origin.isOverSubquery(subquery -> true)
                    && origin.isSameWithoutNames()),

    /// A label without a name cannot be looked up.
    LABEL_WITHOUT_NAME(
            Known.ALL, origin -> origin.theirs().error().equals("expanding series: unexpected all postings")),

    /// Of operands that fail the first tells why, here one that is a scalar before others.
    FAULT_OF_ANOTHER_OPERAND(Known.ALL, Origin::isOfSeveralFaults),

    /// 3.10, #15687: means of histograms with several layouts count each histogram once.
    MEAN_OF_LAYOUTS(309, origin -> origin.isCall(Function.AVG_OVER_TIME), PointDifference::isOfWholeBuckets),

    /// 3.10, #15687: means of histograms keep what their additions leave over; up to then the last digits are what a
    /// subtraction leaves of buckets that are the same.
    DIFFERENCE_OF_CLOSE_MEANS(
            309,
            origin -> (origin.isCall(Function.IDELTA, Function.DELTA)
                            || origin.isOperation(operation -> operation.op() == BinaryOp.SUBTRACT))
                    && origin.hasCall(Function.AVG_OVER_TIME),
            PointDifference::isOfNearlySameBuckets);

    /// Whether a query is another one for the reference, or none: [#SIGN_BEFORE_PARENTHESES] or [#NEW_FUNCTIONS].
    public static boolean isReadOtherwise(int version, String query) {
        return version <= Known.LAST_GOING_ON
                && (Known.GOING_ON.matcher(query).find()
                        || Known.NEW_CALLS.matcher(query).find());
    }

    private interface Test {
        boolean explains(Origin origin) throws IOException, InterruptedException;
    }

    private final int lastVersion;
    private final @Nullable Pattern remark;
    private final String replacement;
    private final Test test;
    private final @Nullable BiPredicate<JsonNode, JsonNode> point;

    KnownDifference(int lastVersion, Test test) {
        this(lastVersion, test, null);
    }

    /// @param point the points, theirs and ours, that may differ; an answer may have some of several kinds
    KnownDifference(int lastVersion, Test test, @Nullable BiPredicate<JsonNode, JsonNode> point) {
        this.lastVersion = lastVersion;
        this.remark = null;
        this.replacement = "";
        this.test = test;
        this.point = point;
    }

    KnownDifference(int lastVersion, String remark, String replacement) {
        this.lastVersion = lastVersion;
        this.remark = Pattern.compile(remark);
        this.replacement = replacement;
        this.test = origin -> false;
        this.point = null;
    }

    /// Whether a query asks only for counts and sums of histograms, which [#SUMMARIES_ALONE] is about.
    static boolean isSummingHistograms(int version, Expr query) {
        return version <= Known.LAST_WITH_BUCKETS_OF_SUMMARIES && Origin.hasCall(query, Known.SUMMARIES);
    }

    /// Whether series may get what belongs to another, which [#INFO_COMING_AND_GOING] is about, as chance has it.
    static boolean isInformingByPlace(int version, Expr query) {
        return version <= Known.LAST_INFORMING_BY_PLACE && Origin.hasCall(query, Function.INFO);
    }

    /// Whether info series are looked at at other moments, which [#INFO_AT_ANOTHER_MOMENT] is about.
    static boolean isInformingElsewhere(int version, Expr query) {
        return version <= Known.LAST_INFO_AT_ANOTHER_MOMENT
                && Origin.hasCall(query, Function.INFO)
                && Origin.isShifted(query);
    }

    private static boolean isOfFloatsAndHistograms(Origin origin) {
        return origin.isAggregation(AggregateOp.SUM, AggregateOp.AVG)
                && origin.theirs().isRemarking(Known.FLOATS_AND_HISTOGRAMS)
                && origin.ours().isRemarking(Known.FLOATS_AND_HISTOGRAMS);
    }

    /// What is known of single points of `rate` and `increase` over other series than the one in question.
    private static boolean isOfRates(JsonNode theirs, JsonNode ours) {
        return PointDifference.isScaledDown(theirs, ours)
                || PointDifference.isOfBucketsBesideCount(theirs, ours)
                || PointDifference.isScaledDownBesideCount(theirs, ours);
    }

    private String rewritten(String text) {
        return remark == null ? text : remark.matcher(text).replaceFirst(replacement);
    }

    private boolean isRewriting(Answer answer) {
        return answer.remarks().stream().anyMatch(text -> !rewritten(text).equals(text));
    }

    /// @param version of Prometheus: 305 for 3.5
    private static List<KnownDifference> until(int version) {
        List<KnownDifference> known = new ArrayList<>(List.of(values()));
        known.removeIf(difference -> version > difference.lastVersion);
        return known;
    }

    /// Both answers with remarks in words that both have.
    private static List<Answer> rewritten(int version, Answer theirs, Answer ours) {
        Answer theirRest = theirs;
        Answer ourRest = ours;
        for (KnownDifference difference : until(version)) {
            theirRest = theirRest.withRemarks(difference::rewritten);
            ourRest = ourRest.withRemarks(difference::rewritten);
        }
        return List.of(theirRest.mergedLike(ourRest), ourRest);
    }

    /// Whether answers differ by more than the words of their remarks.
    static boolean areDifferent(int version, Question question, Answer theirs, Answer ours) {
        List<Answer> both = rewritten(version, theirs, ours);
        return both.getFirst().difference(both.getLast(), question).isPresent();
    }

    /// Whether answers differ by more than their remarks.
    static boolean areResultsDifferent(Question question, Answer theirs, Answer ours) {
        return theirs.withRemarks(remark -> "")
                .difference(ours.withRemarks(remark -> ""), question)
                .isPresent();
    }

    static Optional<KnownDifference> explaining(Origin origin) throws IOException, InterruptedException {
        int version = origin.peer().version();
        List<Answer> both = rewritten(version, origin.theirs(), origin.ours());
        boolean isInRemarks =
                both.getFirst().difference(both.getLast(), origin.question()).isEmpty();
        Origin rest = origin.with(both.getFirst(), both.getLast());
        for (KnownDifference difference : until(version)) {
            boolean isKnown = isInRemarks
                    ? difference.isRewriting(origin.theirs()) || difference.isRewriting(origin.ours())
                    : difference.point == null && difference.test.explains(rest);
            if (isKnown) {
                return Optional.of(difference);
            }
        }
        List<KnownDifference> ofPoints = isInRemarks ? List.of() : ofPoints(rest);
        return areKnownPoints(rest, ofPoints) ? ofPoints.stream().findFirst() : Optional.empty();
    }

    /// Whether all differences are of points that are known to differ.
    static boolean areOnlyKnownPoints(Origin origin) throws IOException, InterruptedException {
        List<Answer> both = rewritten(origin.peer().version(), origin.theirs(), origin.ours());
        Origin rest = origin.with(both.getFirst(), both.getLast());
        return areKnownPoints(rest, ofPoints(rest));
    }

    private static List<KnownDifference> ofPoints(Origin rest) throws IOException, InterruptedException {
        List<KnownDifference> ofPoints = new ArrayList<>();
        for (KnownDifference difference : until(rest.peer().version())) {
            if (difference.point != null && difference.test.explains(rest)) {
                ofPoints.add(difference);
            }
        }
        return ofPoints;
    }

    private static boolean areKnownPoints(Origin rest, List<KnownDifference> known) {
        return rest.isRemarkedAlike()
                && rest.isSameBut((theirs, ours) -> known.stream()
                        .anyMatch(difference ->
                                Objects.requireNonNull(difference.point).test(theirs, ours)));
    }
}
