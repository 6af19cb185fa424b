package dev.belvedere.promql.function;

import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Function;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Functions that order the samples of an instant query; a range query is ordered by labels whatever
/// they do.
final class SortFunctions {

    private SortFunctions() {}

    static List<StepSeries> evaluate(Evaluation evaluation, Call call) {
        List<StepSeries> series =
                new ArrayList<>(evaluation.vector(call.arguments().getFirst()));
        if (!evaluation.isInstant()) {
            // Equal notes are kept once, the last one: what is inside comes first.
            evaluation.annotations().sortInRangeQuery(call.position());
        }
        boolean isByLabel = call.function() == Function.SORT_BY_LABEL || call.function() == Function.SORT_BY_LABEL_DESC;
        if (!isByLabel) {
            series = floatsOnly(series, evaluation.steps());
        }
        if (evaluation.isOneStep()) {
            series.sort(order(call));
        }
        return series;
    }

    private static List<StepSeries> floatsOnly(List<StepSeries> series, int steps) {
        List<StepSeries> kept = new ArrayList<>();
        for (StepSeries one : series) {
            if (!one.hasHistograms()) {
                kept.add(one);
                continue;
            }
            StepSeries floats = new StepSeries(one.labels(), one.isNameDropped(), steps);
            System.arraycopy(one.values(), 0, floats.values(), 0, steps);
            if (!floats.isEmpty()) {
                kept.add(floats);
            }
        }
        return kept;
    }

    private static Comparator<StepSeries> order(Call call) {
        return switch (call.function()) {
            case SORT -> (a, b) -> compareNanLast(a.values()[0], b.values()[0], false);
            case SORT_DESC -> (a, b) -> compareNanLast(a.values()[0], b.values()[0], true);
            case SORT_BY_LABEL -> byLabels(call);
            case SORT_BY_LABEL_DESC -> byLabels(call).reversed();
            default -> throw new IllegalStateException("no order: " + call.function());
        };
    }

    private static int compareNanLast(double a, double b, boolean isDescending) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
        }
        return isDescending ? Double.compare(b, a) : Double.compare(a, b);
    }

    private static Comparator<StepSeries> byLabels(Call call) {
        List<String> names = new ArrayList<>();
        call.arguments().stream().skip(1).forEach(a -> names.add(Evaluation.text(a)));
        return (a, b) -> {
            for (String name : names) {
                int order = compareNatural(a.labels().get(name), b.labels().get(name));
                if (order != 0) {
                    return order;
                }
            }
            return a.labels().compareTo(b.labels());
        };
    }

    /// Compares runs of digits as numbers and everything else as text, so that `cpu2` comes before `cpu10`.
    static int compareNatural(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int endOfA = endOfRun(a, i);
            int endOfB = endOfRun(b, j);
            String runA = a.substring(i, endOfA);
            String runB = b.substring(j, endOfB);
            boolean areNumbers = isDigit(runA.charAt(0)) && isDigit(runB.charAt(0));
            int order = areNumbers ? compareNumbers(runA, runB) : runA.compareTo(runB);
            if (order != 0) {
                return order;
            }
            i = endOfA;
            j = endOfB;
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static int endOfRun(String text, int start) {
        boolean isNumber = isDigit(text.charAt(start));
        int end = start;
        while (end < text.length() && isDigit(text.charAt(end)) == isNumber) {
            end++;
        }
        return end;
    }

    private static int compareNumbers(String a, String b) {
        String digitsA = a.replaceFirst("^0+(?=.)", "");
        String digitsB = b.replaceFirst("^0+(?=.)", "");
        return digitsA.length() == digitsB.length()
                ? digitsA.compareTo(digitsB)
                : Integer.compare(digitsA.length(), digitsB.length());
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
