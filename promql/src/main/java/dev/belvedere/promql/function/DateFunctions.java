package dev.belvedere.promql.function;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Function;
import java.time.LocalDate;
import java.util.List;

/// Parts of a date in UTC; values are seconds since the Unix epoch.
final class DateFunctions {

    private static final long SECONDS_PER_DAY = 86_400;
    private static final long YEARS_PER_CYCLE = 400;
    private static final long DAYS_PER_CYCLE = 146_097;

    private DateFunctions() {}

    static List<StepSeries> evaluate(Evaluation evaluation, Call call) {
        Function function = call.function();
        if (call.arguments().isEmpty()) {
            StepSeries now = new StepSeries(Labels.EMPTY, false, evaluation.steps());
            for (int step = 0; step < evaluation.steps(); step++) {
                now.values()[step] = part(function, evaluation.time(step) / 1000);
            }
            return List.of(now);
        }
        return VectorFunctions.mapFloats(
                evaluation, call.arguments().getFirst(), (value, step) -> part(function, seconds(value)));
    }

    /// A value that is no moment, infinite, too great or NaN, has a date all the same: that of the last one there is.
    private static long seconds(double value) {
        return Math.abs(value) < Long.MAX_VALUE ? (long) value : Long.MAX_VALUE;
    }

    private static double part(Function function, long seconds) {
        long secondOfDay = Math.floorMod(seconds, SECONDS_PER_DAY);
        if (function == Function.HOUR) {
            return (double) (secondOfDay / 3600);
        }
        if (function == Function.MINUTE) {
            return (double) (secondOfDay / 60 % 60);
        }
        long day = Math.floorDiv(seconds, SECONDS_PER_DAY);
        // The calendar repeats itself after as many days.
        long cycles = Math.floorDiv(day, DAYS_PER_CYCLE);
        LocalDate date = LocalDate.ofEpochDay(day - cycles * DAYS_PER_CYCLE);
        return switch (function) {
            case DAYS_IN_MONTH -> date.lengthOfMonth();
            case DAY_OF_MONTH -> date.getDayOfMonth();
            case DAY_OF_WEEK -> date.getDayOfWeek().getValue() % 7;
            case DAY_OF_YEAR -> date.getDayOfYear();
            case MONTH -> date.getMonthValue();
            case YEAR -> (double) (date.getYear() + cycles * YEARS_PER_CYCLE);
            default -> throw new IllegalStateException("no part of a date: " + function);
        };
    }
}
