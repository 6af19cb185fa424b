package dev.belvedere.platform.metrics;

import java.util.concurrent.atomic.LongAdder;

/// A count that only rises. Safe from any thread.
public final class Counter {

    private final LongAdder count = new LongAdder();

    public void increment() {
        count.increment();
    }

    public void add(long amount) {
        count.add(amount);
    }

    public double value() {
        return count.sum();
    }
}
