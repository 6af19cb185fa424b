package dev.belvedere.eventdb.store;

import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.platform.segment.SegmentSink;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;

/// What differs between logs and spans when rows become segments.
public interface SegmentBuilder<F extends EventFrame<K>, K> {

    /// The time by whose day a row is filed.
    long[] filingNanos(HeadSnapshot<F, K> head);

    /// Writes rows of one tenant and day as a segment.
    ///
    /// @param rows row numbers of the head, ascending
    Footer.Range build(HeadSnapshot<F, K> head, IntArrayList rows, SegmentSink sink, Footer.Origin origin);

    /// Writes the rows of several segments as one.
    ///
    /// @param files in the order of their offsets
    Footer.Range merge(List<SegmentFile> files, SegmentSink sink, Footer.Origin origin);
}
