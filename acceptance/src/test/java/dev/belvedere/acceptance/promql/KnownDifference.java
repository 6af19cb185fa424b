package dev.belvedere.acceptance.promql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What some version of Prometheus answers in another way than the language means it, each with the last such version
/// and, where it was put right, the change that did.
///
/// Some differ in the text of warnings and infos only: these are rewritten in both answers and then have to be equal.
public enum KnownDifference {

    /// 3.15: infos about observations of NaN point at the first argument, whatever it is, instead of the histograms.
    NAN_NOTED_ELSEWHERE(314, "(has NaN observations, .*) \\(\\d+:\\d+\\)", "$1"),

    /// Where there may be observations of NaN, `histogram_quantile` counts those behind the bucket that it found,
    /// forgets that bucket over it, and interpolates in the last one.
    QUANTILE_BESIDE_NAN(
            Known.ALL,
            (question, theirs, ours) ->
                    ours.isRemarking("has NaN observations") && theirs.isRemarking("has NaN observations")),

    /// 3.15, #19266: `info` chooses info series of the moment that `@` and `offset` of its argument say, but then looks
    /// at them at
    /// the
    /// query's own moment.
    INFO_AT_ANOTHER_MOMENT(314, (question, theirs, ours) -> matches(question, "info\\(.*(@|offset)")),

    /// 3.15, #19413: `info` forgets that a name was to be removed at the end, with `promql-delayed-name-removal`.
    INFO_WITH_NAME(
            314,
            (question, theirs, ours) -> matches(question, "info\\(")
                    && (ours.error().equals("vector cannot contain metrics with the same labelset")
                            || theirs.withoutNames()
                                    .difference(ours.withoutNames(), question)
                                    .isEmpty())),

    /// Histograms that are kept together have empty buckets where one of them has a count, and are not equal to one
    /// without.
    EQUAL_BUT_FOR_EMPTY_BUCKETS(
            Known.ALL, (question, theirs, ours) -> matches(question, "changes\\(\\(?" + Known.HISTOGRAMS)),

    /// An operator notes what it saw last at each step, in whichever order the series come.
    ONE_NOTE_AN_OPERATOR(
            Known.ALL,
            (question, theirs, ours) -> ours.remarks().containsAll(theirs.remarks())
                    && theirs.withRemarks(KnownDifference::withoutOperator)
                            .difference(ours.withRemarks(KnownDifference::withoutOperator), question)
                            .isEmpty()),

    /// 3.7, #16794: no name is said where there is none.
    EMPTY_NAME_NOTED(306, " for metric name \"\"", ""),

    /// 3.7, #16794: buckets without a bound are noted without the name that the result will not have.
    BUCKET_NOTED_WITH_NAME(306, "(malformed value of \"[^\"]*\") for metric name \"[^\"]*\"", "$1"),

    /// 3.10, #15578: how far counts were from growing.
    MONOTONICITY_DETAILED(309, "(#histogram_quantile\\))( for metric name \"[^\"]*\")?(, from buckets .*?Z)? .*", "$1"),

    /// 3.10, #15578: counts that do not grow are noted of histograms without observations too.
    MONOTONICITY_OF_NOTHING(
            309,
            (question, theirs, ours) -> !theirs.isRemarking("fixed for monotonicity")
                    && theirs.difference(ours.withRemarks(KnownDifference::withoutMonotonicity), question)
                            .isEmpty()),

    /// 3.12: histograms of which only count and sum are asked forget whether their buckets are custom.
    SUMMARIES_WITHOUT_LAYOUT(
            311,
            (question, theirs, ours) -> matches(question, "histogram_(count|sum|avg)\\(")
                    && !theirs.isRemarking("exponential and custom buckets schemas")
                    && ours.isRemarking("exponential and custom buckets schemas")),

    /// 3.12, #18498.
    SORT_IN_RANGE_NOTED(311, ".*sort is ineffective for range queries.*", ""),

    /// 3.7, #17051 and #17094.
    RESETS_IN_CONFLICT_NOTED(306, ".*conflicting counter resets during histogram.*", ""),

    /// 3.7, #16896: remarks point into the parentheses around an argument.
    PARENTHESES_NOTED(
            306,
            (question, theirs, ours) -> matches(question, "[(,] *\\(")
                    && theirs.withRemarks(KnownDifference::withoutPosition)
                            .difference(ours.withRemarks(KnownDifference::withoutPosition), question)
                            .isEmpty()),

    /// 3.6, #16725: aggregations with a parameter that is no number fail without any series too.
    PARAMETER_OF_NOTHING_CHECKED(
            305,
            (question, theirs, ours) -> theirs.isSuccess()
                    && Pattern.matches("(Parameter value|Ratio value|Scalar value) .*", ours.error())),

    /// 3.8, #17278: histograms with other custom bounds are brought to the bounds that they share.
    CUSTOM_BOUNDS_RECONCILED(
            307,
            (question, theirs, ours) -> theirs.isRemarking("incompatible custom buckets")
                    || ours.isRemarking("mismatched custom buckets were reconciled")
                    || matches(question, "resets\\(.*(size|mixed|\\{)")),

    /// 3.7, #16896: a range in parentheses, at one moment, as the whole query.
    RANGE_IN_PARENTHESES(306, (question, theirs, ours) -> theirs.error().equals("unexpected number of samples")),

    /// 3.6, #16828: the count of a histogram is not extrapolated below zero.
    HISTOGRAM_NOT_BELOW_ZERO(
            305, (question, theirs, ours) -> matches(question, "(rate|increase)\\(.*" + Known.HISTOGRAMS)),

    /// 3.6, #16879.
    RESETS_IN_SUBQUERIES(305, (question, theirs, ours) -> matches(question, "resets\\(\\(.*" + Known.HISTOGRAMS)),

    /// 3.7 and 3.8, #17135 and #17199: `info` with info series that come and go.
    INFO_COMING_AND_GOING(
            307,
            (question, theirs, ours) -> matches(question, "info\\(")
                    && (question.isRange() || theirs.error().startsWith("found duplicate series for info metric"))),

    /// 3.10, #17817: `info` over info series.
    INFO_OF_INFO(309, (question, theirs, ours) -> matches(question, "info\\((target_info|build_info|\\{)")),

    /// 3.10, #17898: `info` keeps series without any identifying label.
    INFO_WITHOUT_IDENTITY(
            309,
            (question, theirs, ours) -> matches(question, "info\\(")
                    && theirs.onlyWith("instance")
                            .difference(ours.onlyWith("instance"), question)
                            .isEmpty()),

    /// The deviation of moments, large numbers that hardly differ, depends on their order beyond the tolerance.
    DEVIATION_OF_MOMENTS(
            Known.ALL,
            (question, theirs, ours) -> matches(question, "(stddev|stdvar)\\W.*(ts_of_|timestamp\\(|time\\()")),

    /// 3.14, #19033: arithmetic of durations needs no flag.
    DURATION_ARITHMETIC(
            313,
            (question, theirs, ours) -> theirs.error().contains("experimental duration expression is not enabled")),

    /// 3.15, #19187: functions of a pinned subquery and a number that is not the same at every step give nothing.
    PINNED_SUBQUERY(
            314,
            (question, theirs, ours) -> theirs.isEmpty()
                    && matches(question, "(predict_linear|quantile_over_time|double_exponential_smoothing)\\(.*:.*@")),

    /// Where a match exists but its types do not fit, `fill` fills all the same.
    FILL_BESIDE_MISFITS(
            Known.ALL,
            (question, theirs, ours) -> matches(question, " fill") && ours.isRemarking("incompatible sample types")),

    /// 3.14, #19040: `mad_over_time` of a range with NaN is NaN.
    DEVIATION_OF_NAN(313, (question, theirs, ours) -> matches(question, "mad_over_time\\(")),

    /// 3.8, #17424: `histogram_fraction` from within the first bucket on.
    FRACTION_FROM_FIRST_BUCKET(307, (question, theirs, ours) -> matches(question, "histogram_fraction\\(")),

    /// 3.9, #17668: comparisons refuse several matches on one side even where none of them would be left.
    MATCHES_CHECKED_IN_FILTERS(
            308,
            (question, theirs, ours) ->
                    theirs.isSuccess() && Pattern.matches("multiple matches for labels.*", ours.error())),

    /// 3.12 and 3.13, #17877 and #18687: functions that are no functions yet.
    NEW_FUNCTIONS(
            312,
            (question, theirs, ours) ->
                    theirs.status() == 400 && matches(question, "\\b(start|end|range|step|min_of|max_of)\\(")),

    /// 3.12, #18409: `last_over_time` keeps only names that its subquery keeps.
    LAST_WITH_NAME(
            311,
            (question, theirs, ours) -> matches(question, "last_over_time\\(")
                    && theirs.withoutNames()
                            .difference(ours.withoutNames(), question)
                            .isEmpty()),

    /// 3.10, #15687: means of histograms with several layouts count each histogram once.
    MEAN_OF_LAYOUTS(309, (question, theirs, ours) -> matches(question, "avg_over_time\\(.*" + Known.HISTOGRAMS));

    private static final class Known {
        /// How a query names something that is a histogram.
        static final String HISTOGRAMS = "((odd_)?latency|size|mixed|\\{)";

        /// Not put right yet.
        static final int ALL = Integer.MAX_VALUE;
    }

    private interface Test {
        boolean explains(Question question, Answer theirs, Answer ours);
    }

    private final int lastVersion;
    private final @Nullable Pattern remark;
    private final String replacement;
    private final Test test;

    KnownDifference(int lastVersion, Test test) {
        this.lastVersion = lastVersion;
        this.remark = null;
        this.replacement = "";
        this.test = test;
    }

    KnownDifference(int lastVersion, String remark, String replacement) {
        this.lastVersion = lastVersion;
        this.remark = Pattern.compile(remark);
        this.replacement = replacement;
        this.test = (question, theirs, ours) -> false;
    }

    private static boolean matches(Question question, String regex) {
        return Pattern.compile(regex).matcher(question.text()).find();
    }

    private static String withoutOperator(String remark) {
        return remark.contains("encountered for binary operator") ? "" : remark;
    }

    private static String withoutMonotonicity(String remark) {
        return remark.contains("fixed for monotonicity") ? "" : remark;
    }

    private static String withoutPosition(String remark) {
        return remark.replaceAll(" \\(\\d+:\\d+\\)$", "");
    }

    private String rewritten(String text) {
        return remark == null ? text : remark.matcher(text).replaceFirst(replacement);
    }

    private boolean isRewriting(Answer answer) {
        return answer.remarks().stream().anyMatch(text -> !rewritten(text).equals(text));
    }

    /// @param version of Prometheus: 305 for 3.5
    public static Optional<KnownDifference> explaining(int version, Question question, Answer theirs, Answer ours) {
        List<KnownDifference> known = new ArrayList<>(List.of(values()));
        known.removeIf(difference -> version > difference.lastVersion);
        Answer theirRest = theirs;
        Answer ourRest = ours;
        for (KnownDifference difference : known) {
            theirRest = theirRest.withRemarks(difference::rewritten);
            ourRest = ourRest.withRemarks(difference::rewritten);
        }
        theirRest = theirRest.mergedLike(ourRest);
        boolean isInRemarks = theirRest.difference(ourRest, question).isEmpty();
        for (KnownDifference difference : known) {
            boolean isRewritten = isInRemarks && (difference.isRewriting(theirs) || difference.isRewriting(ours));
            if (isRewritten || !isInRemarks && difference.test.explains(question, theirRest, ourRest)) {
                return Optional.of(difference);
            }
        }
        return Optional.empty();
    }
}
