package dev.belvedere.alerting.schedule;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/// Waits for work that was told to end.
public final class Shutdown {

    private static final long PATIENCE_SECONDS = 2;

    /// Short, since work that waits to try again will not end by itself.
    private static final long GRACE_SECONDS = 1;

    private static final System.Logger LOG = System.getLogger(Shutdown.class.getName());

    private Shutdown() {}

    /// Takes no more work and lets what is in hand come to its end; breaks off what has not after a second.
    public static void finish(ExecutorService executor) {
        executor.shutdown();
        try {
            if (executor.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
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
