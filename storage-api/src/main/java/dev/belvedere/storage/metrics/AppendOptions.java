package dev.belvedere.storage.metrics;

/// How an appender treats its samples.
///
/// @param discardOutOfOrder late samples are dropped and counted instead of rejected (a scrape whose target repeats
///     old timestamps)
/// @param isDurabilityAwaited whether [MetricAppender#commit] waits for the disk; a scrape may go on without
/// @param takesAnyAge whether samples beyond the out-of-order window are taken, back to the retention
public record AppendOptions(boolean discardOutOfOrder, boolean isDurabilityAwaited, boolean takesAnyAge) {

    /// For protocols that acknowledge: durable on return, late samples are errors.
    public static final AppendOptions ACKNOWLEDGED = new AppendOptions(false, true);

    /// The same without waiting: whoever acknowledges asks [MetricAppender#whenDurable].
    public static final AppendOptions ACKNOWLEDGED_LATER = new AppendOptions(false, false);

    /// For old data that is written again and again until it is complete: nobody waits, nothing is too late.
    public static final AppendOptions BACKFILL = new AppendOptions(false, false, true);

    /// For scrapes, which nobody acknowledges and which come again.
    public static final AppendOptions SCRAPE = new AppendOptions(true, false);

    public AppendOptions(boolean discardOutOfOrder, boolean isDurabilityAwaited) {
        this(discardOutOfOrder, isDurabilityAwaited, false);
    }
}
