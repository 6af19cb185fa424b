package dev.belvedere.promql.operation;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.syntax.BinaryOp;
import org.jspecify.annotations.Nullable;

/// A binary operator between two columns of floats, step by step; a step where either has none stays empty.
final class ColumnOperation {

    private ColumnOperation() {}

    /// @param isBool whether a comparison gives 1 or 0 instead of filtering
    /// @param kept where a comparison that filters takes its samples from
    /// @param into empty where results may come
    static void apply(BinaryOp op, boolean isBool, double[] left, double[] right, double[] kept, double[] into) {
        switch (op) {
            case ADD -> add(left, right, into);
            case SUBTRACT -> subtract(left, right, into);
            case MULTIPLY -> multiply(left, right, into);
            case DIVIDE -> divide(left, right, into);
            case MODULO, POWER, ATAN2 -> other(op, left, right, into);
            default -> compare(op, left, right, isBool ? null : kept, into);
        }
    }

    private static boolean areBoth(double left, double right) {
        return !SampleValues.isAbsent(left) && !SampleValues.isAbsent(right);
    }

    private static void add(double[] left, double[] right, double[] into) {
        for (int step = 0; step < into.length; step++) {
            if (areBoth(left[step], right[step])) {
                into[step] = left[step] + right[step];
            }
        }
    }

    private static void subtract(double[] left, double[] right, double[] into) {
        for (int step = 0; step < into.length; step++) {
            if (areBoth(left[step], right[step])) {
                into[step] = left[step] - right[step];
            }
        }
    }

    private static void multiply(double[] left, double[] right, double[] into) {
        for (int step = 0; step < into.length; step++) {
            if (areBoth(left[step], right[step])) {
                into[step] = left[step] * right[step];
            }
        }
    }

    private static void divide(double[] left, double[] right, double[] into) {
        for (int step = 0; step < into.length; step++) {
            if (areBoth(left[step], right[step])) {
                into[step] = left[step] / right[step];
            }
        }
    }

    private static void other(BinaryOp op, double[] left, double[] right, double[] into) {
        for (int step = 0; step < into.length; step++) {
            if (areBoth(left[step], right[step])) {
                into[step] = ElementOperation.arithmetic(op, left[step], right[step]);
            }
        }
    }

    private static void compare(BinaryOp op, double[] left, double[] right, double @Nullable [] kept, double[] into) {
        for (int step = 0; step < into.length; step++) {
            if (areBoth(left[step], right[step])) {
                boolean isTrue = ElementOperation.compare(op, left[step], right[step]);
                if (kept == null) {
                    into[step] = isTrue ? 1 : 0;
                } else if (isTrue) {
                    into[step] = kept[step];
                }
            }
        }
    }
}
