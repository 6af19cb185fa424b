package dev.belvedere.promql.syntax;

/// Which experimental syntax is accepted; each field is one of Prometheus' feature flags.
///
/// @param hasExperimentalFunctions `promql-experimental-functions`: functions marked so, `limitk`,
///     `limit_ratio`
/// @param hasExtendedRangeSelectors `promql-extended-range-selectors`: `anchored` and `smoothed`
/// @param hasFillModifiers `promql-binop-fill-modifiers`: `fill`, `fill_left`, `fill_right`
public record ParserOptions(
        boolean hasExperimentalFunctions, boolean hasExtendedRangeSelectors, boolean hasFillModifiers) {

    /// Prometheus' defaults: nothing experimental.
    public static final ParserOptions DEFAULT = new ParserOptions(false, false, false);

    public static final ParserOptions EVERYTHING = new ParserOptions(true, true, true);
}
