package dev.belvedere.acceptance.promql;

/// Remarks without what is known to differ in them; an empty text where nothing is left.
final class Remarks {

    private Remarks() {}

    static String withoutOperator(String remark) {
        return remark.contains("encountered for binary operator") ? "" : remark;
    }

    /// Up to 3.7 an operator did not tell other bounds from other layouts.
    static String withoutBounds(String remark) {
        return remark.contains(Known.OTHER_BOUNDS) || remark.contains(Known.OTHER_LAYOUTS) ? "" : remark;
    }

    static String withoutLayouts(String remark) {
        return remark.contains("mix of histograms with exponential and custom buckets schemas") ? "" : remark;
    }

    static String withoutMonotonicity(String remark) {
        return remark.contains("fixed for monotonicity") ? "" : remark;
    }

    static String withoutPosition(String remark) {
        return remark.replaceAll(" \\(\\d+:\\d+\\)$", "");
    }
}
