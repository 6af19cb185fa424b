package dev.belvedere.alerting.schedule;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/// Waits for work that was told to end.
public final class Shutdown {

    private static final long PATIENCE_SECONDS = 2;

    private static final System.Logger LOG = System.getLogger(Shutdown.class.getName());

    private Shutdown() {}

    /// Takes no more work and lets what is in hand come to its end; breaks off what has not by the end of `grace`.
    public static void finish(ExecutorService executor, Duration grace) {
        executor.shutdown();
        try {
            if (executor.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
        await(executor);
    }

    /// Returns when everything has ended, or after two seconds, which is logged.
    public static void await(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "work is still going on after " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
