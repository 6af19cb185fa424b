package dev.belvedere.tsdb.head;

import dev.belvedere.tsdb.index.SeriesPage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where series with neighbouring numbers stand in a head, and their newest times.
final class HeadPage {

    /// That of series without samples; never written.
    static final HeadPage NONE = new HeadPage();

    /// Heap taken by a page, roughly.
    static final int BYTES = SeriesPage.SIZE * 16 + 64;

    final @Nullable HeadGroup[] group = new HeadGroup[SeriesPage.SIZE];
    final int[] column = new int[SeriesPage.SIZE];
    final long[] lastMillis = new long[SeriesPage.SIZE];

    HeadPage() {
        Arrays.fill(lastMillis, Head.NEVER);
    }
}
