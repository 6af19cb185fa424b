package dev.belvedere.storage.metrics;

/// What a query does with the samples it selects: it folds those of each of a row of windows into one value.
///
/// A store that keeps downsampled windows beside samples may hand them out instead; how is said by [#use].
///
/// @param firstEndMillis the end of the first window, inclusive; for an instant selector the first moment
/// @param lastEndMillis the end of the last window
/// @param stepMillis from one end to the next; at least 1
/// @param rangeMillis the length of a window, whose start is exclusive; for an instant selector the look-back
/// @param maxResolutionMillis the widest downsampled window that may stand for samples although the answer becomes less
///     exact; 0 for samples only; [#AUTO] for downsampled ones where they give the same answer or where the samples are
///     gone
public record Folding(
        Use use, long firstEndMillis, long lastEndMillis, long stepMillis, long rangeMillis, long maxResolutionMillis) {

    public static final long AUTO = -1;

    public enum Use {
        /// The samples themselves. Where they are gone: the last of each window, at the window's end.
        SAMPLES,
        /// The newest sample at each moment. Windows are handed out as samples at these moments.
        LAST,
        /// The newest sample of each range; any sample shows that there is one. Windows are handed out as samples.
        LAST_OF_RANGE,
        /// Handed out as samples that add up to the sum.
        SUM,
        /// Handed out as samples, the least of each window.
        MIN,
        /// Handed out as samples, the greatest of each window.
        MAX,
        /// Handed out as windows: a group with a resolution.
        COUNT,
        /// Handed out as windows: a group with a resolution.
        AVERAGE,
        /// First and last sample and the counter's resets between. Handed out as windows: a group with a resolution.
        INCREASE
    }

    public Folding {
        if (stepMillis < 1 || rangeMillis < 0 || maxResolutionMillis < AUTO) {
            throw new IllegalArgumentException(
                    "step " + stepMillis + ", range " + rangeMillis + ", resolution " + maxResolutionMillis);
        }
    }

    /// Nothing is known of what becomes of the samples.
    public static final Folding NONE = new Folding(Use.SAMPLES, 0, 0, 1, 0, AUTO);
}
