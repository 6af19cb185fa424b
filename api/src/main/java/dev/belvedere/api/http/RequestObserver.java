package dev.belvedere.api.http;

/// Told of every answered request: for metrics and Belvedere's own traces. Called on the request's thread; must not
/// block.
public interface RequestObserver {

    /// @param route the pattern that matched, or `unknown`
    /// @param startNanos elapsed time at the start, as `TimeSource.nanoTime` tells it
    void answered(Call call, String route, int status, long startNanos, long durationNanos);
}
