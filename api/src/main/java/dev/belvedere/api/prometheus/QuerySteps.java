package dev.belvedere.api.prometheus;

import dev.belvedere.promql.plan.Steps;
import java.text.NumberFormat;
import java.util.Locale;

/// Reads the steps of a range query.
final class QuerySteps {

    private QuerySteps() {}

    /// @param maxPoints most steps
    static Steps range(ApiParameters parameters, int maxPoints) {
        long start = parameters.requireTime("start");
        long end = parameters.requireTime("end");
        if (end < start) {
            throw ApiException.parameter("end", "end timestamp must not be before start time");
        }
        long step = parameters.requireDuration("step");
        if (step <= 0) {
            throw ApiException.parameter(
                    "step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        boolean isTooFine = end - start < 0 || (end - start) / step > maxPoints;
        if (isTooFine) {
            throw ApiException.badData("exceeded maximum resolution of "
                    + NumberFormat.getIntegerInstance(Locale.ENGLISH).format(maxPoints) + " points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)");
        }
        return new Steps(start, end, step);
    }
}
