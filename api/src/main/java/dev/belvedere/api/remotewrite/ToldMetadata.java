package dev.belvedere.api.remotewrite;

import dev.belvedere.wire.remotewrite.SeriesKey;
import java.util.concurrent.atomic.AtomicLongArray;

/// What metadata was told last of each metric, so that what is told again with every sample costs no text.
///
/// A place for each of so many fingerprints of the last time: two metrics that share one are told again and again,
/// which changes nothing. Safe from any thread.
final class ToldMetadata {

    private static final int PLACES = 1 << 13;

    private final AtomicLongArray metadataByMetric = new AtomicLongArray(PLACES);

    /// Notes the metadata of a metric.
    ///
    /// @return whether it was noted last
    boolean isLast(SeriesKey metric, SeriesKey metadata) {
        int place = (int) metric.low() & PLACES - 1;
        long told = metadata.high();
        if (metadataByMetric.getPlain(place) == told) {
            return true;
        }
        metadataByMetric.setPlain(place, told);
        return false;
    }
}
