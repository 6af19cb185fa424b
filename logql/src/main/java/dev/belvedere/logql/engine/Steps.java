package dev.belvedere.logql.engine;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// The moments at which a metric query is evaluated: from start to end, both inclusive.
record Steps(long startMillis, long endMillis, long stepMillis) {

    /// As many points a series as Prometheus and Loki answer.
    private static final int MAX_STEPS = 11_000;

    Steps {
        if (stepMillis <= 0) {
            throw new OperationException("bad_request", Fault.USER, "the step must be longer than 0");
        }
        if (endMillis < startMillis) {
            throw new OperationException("bad_request", Fault.USER, "the end lies before the start");
        }
        if ((endMillis - startMillis) / stepMillis >= MAX_STEPS) {
            throw new OperationException(
                    "bad_request",
                    Fault.USER,
                    "exceeded maximum resolution of " + MAX_STEPS
                            + " points per timeseries: try increasing the value of the step parameter");
        }
    }

    static Steps single(long atMillis) {
        return new Steps(atMillis, atMillis, 1);
    }

    int count() {
        return (int) ((endMillis - startMillis) / stepMillis) + 1;
    }

    long millisAt(int step) {
        return startMillis + step * stepMillis;
    }

    long[] timestamps() {
        long[] timestamps = new long[count()];
        for (int i = 0; i < timestamps.length; i++) {
            timestamps[i] = millisAt(i);
        }
        return timestamps;
    }
}
