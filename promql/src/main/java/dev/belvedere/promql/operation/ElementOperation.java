package dev.belvedere.promql.operation;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.evaluation.Annotations.HistogramOperation;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.histogram.HistogramEquality;
import dev.belvedere.promql.histogram.HistogramTrim;
import dev.belvedere.promql.histogram.Reconciliation;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.BinaryOp;
import dev.belvedere.promql.syntax.PositionRange;
import org.jspecify.annotations.Nullable;

/// A binary operator between two samples. The result of the last [#apply] stays in the fields.
final class ElementOperation {

    private final BinaryOp op;
    private final PositionRange position;
    private final Annotations annotations;

    /// Whether a comparison holds; true for everything else.
    boolean isKept;

    double value;

    @Nullable
    NativeHistogram histogram;

    ElementOperation(Evaluation evaluation, BinaryExpr expr) {
        this.op = expr.op();
        this.position = expr.position();
        this.annotations = evaluation.annotations();
    }

    /// Between two numbers; a comparison gives 1 or 0.
    static double ofScalars(BinaryOp op, double left, double right) {
        if (op.isComparison()) {
            return compare(op, left, right) ? 1 : 0;
        }
        if (op.isTrim()) {
            throw new EvaluationException("operator \"" + op.sign() + "\" not allowed for Scalar operations");
        }
        return arithmetic(op, left, right);
    }

    static double arithmetic(BinaryOp op, double left, double right) {
        return switch (op) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
            case MODULO -> left % right;
            case POWER -> power(left, right);
            case ATAN2 -> Math.atan2(left, right);
            default -> throw new IllegalStateException("no arithmetic: " + op);
        };
    }

    /// As C's `pow`: 1 to any power is 1, and so is -1 to an infinite one.
    private static double power(double base, double exponent) {
        if (base == 1 || base == -1 && Double.isInfinite(exponent)) {
            return 1;
        }
        return Math.pow(base, exponent);
    }

    static boolean compare(BinaryOp op, double left, double right) {
        return switch (op) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
            default -> throw new IllegalStateException("no comparison: " + op);
        };
    }

    /// @param leftHistogram null if the left side is a float, likewise on the right
    /// @return false if the types do not go together, or nothing comes of it; then it was remarked on
    boolean apply(
            double left,
            @Nullable NativeHistogram leftHistogram,
            double right,
            @Nullable NativeHistogram rightHistogram) {
        isKept = true;
        value = 0;
        histogram = null;
        if (leftHistogram == null) {
            return rightHistogram == null ? floats(left, right) : floatAndHistogram(left, rightHistogram);
        }
        return rightHistogram == null
                ? histogramAndFloat(leftHistogram, right)
                : histograms(leftHistogram, rightHistogram);
    }

    private boolean refuse(String leftType, String rightType) {
        annotations.incompatibleTypes(leftType, op.sign(), rightType, position);
        return false;
    }

    private boolean floats(double left, double right) {
        if (op.isTrim()) {
            return refuse("float", "float");
        }
        if (op.isComparison()) {
            isKept = compare(op, left, right);
            value = left;
        } else {
            value = arithmetic(op, left, right);
        }
        return true;
    }

    private boolean floatAndHistogram(double left, NativeHistogram right) {
        if (op != BinaryOp.MULTIPLY) {
            return refuse("float", "histogram");
        }
        scale(right, left);
        return true;
    }

    private void scale(NativeHistogram source, double factor) {
        WorkingHistogram scaled = WorkingHistogram.of(source);
        scaled.multiply(factor);
        histogram = scaled.compacted().toNative();
    }

    private boolean histogramAndFloat(NativeHistogram left, double right) {
        switch (op) {
            case MULTIPLY -> scale(left, right);
            case DIVIDE -> {
                WorkingHistogram quotient = WorkingHistogram.of(left);
                quotient.divide(right);
                histogram = quotient.compacted().toNative();
            }
            case TRIM_UPPER -> histogram = HistogramTrim.trim(left, right, true);
            case TRIM_LOWER -> histogram = HistogramTrim.trim(left, right, false);
            default -> {
                return refuse("histogram", "float");
            }
        }
        return true;
    }

    private boolean histograms(NativeHistogram left, NativeHistogram right) {
        switch (op) {
            case ADD, SUBTRACT -> {
                return sumOrDifference(left, right);
            }
            case EQUAL -> {
                isKept = HistogramEquality.areSame(left, right);
                histogram = left;
            }
            case NOT_EQUAL -> {
                isKept = !HistogramEquality.areSame(left, right);
                histogram = left;
            }
            default -> {
                return refuse("histogram", "histogram");
            }
        }
        return true;
    }

    private boolean sumOrDifference(NativeHistogram left, NativeHistogram right) {
        boolean isSum = op == BinaryOp.ADD;
        HistogramOperation operation = isSum ? HistogramOperation.ADDITION : HistogramOperation.SUBTRACTION;
        WorkingHistogram working = WorkingHistogram.of(left);
        Reconciliation combined = isSum ? working.add(right) : working.subtract(right);
        if (!combined.isCompatible()) {
            annotations.incompatibleBucketLayout(op.sign(), position);
            return false;
        }
        if (!isSum) {
            working.setResetHint(ResetHint.GAUGE);
        }
        if (combined.hasReconciledBounds()) {
            annotations.mismatchedCustomBuckets(operation, position);
        }
        if (combined.hasResetCollision()) {
            annotations.counterResetCollision(operation, position);
            return false;
        }
        histogram = working.compacted().toNative();
        return true;
    }
}
