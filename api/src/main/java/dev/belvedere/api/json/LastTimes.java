package dev.belvedere.api.json;

import java.util.concurrent.atomic.AtomicReference;

/// The texts of the row of timestamps that was written last: the panels of a dashboard ask for the same start, end and
/// step, one after the other. Safe from any thread.
public final class LastTimes {

    /// Texts of longer rows are written anew for each answer: 4,096 of them take 110 kB.
    private static final int MAX_KEPT = 4096;

    private final AtomicReference<TimeTexts> last = new AtomicReference<>(TimeTexts.of(new long[0]));

    public TimeTexts get() {
        return last.get();
    }

    /// Keeps texts for the next answer, unless they are many.
    public void keep(TimeTexts times) {
        if (times.count() <= MAX_KEPT && times != last.get()) {
            last.set(times);
        }
    }
}
