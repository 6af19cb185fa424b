package dev.belvedere.tsdb.head;

import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.SeriesPage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where each series of a head stands, and when it was last sampled. Guarded by the partition.
final class SeriesPlaces {

    private HeadPage[] pages = {};

    /// The page of a series, which may be [HeadPage#NONE].
    private HeadPage page(int series) {
        int page = SeriesPage.of(series);
        return page < pages.length ? pages[page] : HeadPage.NONE;
    }

    private HeadPage ownPage(int series) {
        int page = SeriesPage.of(series);
        if (page >= pages.length) {
            int before = pages.length;
            pages = Arrays.copyOf(pages, Math.max(page + 1, before + (before >> 1)));
            Arrays.fill(pages, before, pages.length, HeadPage.NONE);
        }
        if (pages[page] == HeadPage.NONE) {
            pages[page] = new HeadPage();
        }
        return pages[page];
    }

    /// The group in which a series stands, if it stands in one.
    @Nullable
    HeadGroup group(int series) {
        return page(series).group[SeriesPage.place(series)];
    }

    /// Its column there.
    int column(int series) {
        return page(series).column[SeriesPage.place(series)];
    }

    /// @param in nowhere if absent
    void stand(int series, @Nullable HeadGroup in, int column) {
        HeadPage page = ownPage(series);
        page.group[SeriesPage.place(series)] = in;
        page.column[SeriesPage.place(series)] = column;
    }

    /// The time of a series' newest sample, or [#NEVER]. May be later than that after a restart.
    long lastMillis(int series) {
        return page(series).lastMillis[SeriesPage.place(series)];
    }

    void setLastMillis(int series, long millis) {
        ownPage(series).lastMillis[SeriesPage.place(series)] = millis;
    }

    /// Makes a time the newest of series with consecutive numbers, if it is for all of them.
    ///
    /// @param before takes their newest times until now, from `at` on
    /// @return false, having changed nothing that counts, if it is not
    boolean advance(int first, int count, long millis, long[] before, int at) {
        int end = first + count;
        for (int series = first; series < end; ) {
            long[] newest = page(series).lastMillis;
            int from = SeriesPage.place(series);
            int to = Math.min(SeriesPage.SIZE, from + end - series);
            for (int i = from; i < to; i++) {
                if (newest[i] >= millis) {
                    return false;
                }
            }
            series += to - from;
        }
        for (int series = first; series < end; ) {
            long[] newest = ownPage(series).lastMillis;
            int from = SeriesPage.place(series);
            int to = Math.min(SeriesPage.SIZE, from + end - series);
            System.arraycopy(newest, from, before, at + series - first, to - from);
            Arrays.fill(newest, from, to, millis);
            series += to - from;
        }
        return true;
    }

    /// Forgets where a series stood and when it was sampled.
    void forget(int series) {
        if (page(series) != HeadPage.NONE) {
            stand(series, null, 0);
            setLastMillis(series, Head.NEVER);
        }
    }

    /// Gives back what was kept for numbers that no series has any more.
    void trim(SeriesIndex index) {
        int bound = 0;
        for (int page = 0; page < pages.length; page++) {
            if (!index.hasPage(page)) {
                pages[page] = HeadPage.NONE;
            } else if (pages[page] != HeadPage.NONE) {
                bound = page + 1;
            }
        }
        pages = Arrays.copyOf(pages, bound);
    }

    /// Heap taken, roughly.
    long sizeBytes() {
        long bytes = 0;
        for (HeadPage page : pages) {
            bytes += page == HeadPage.NONE ? 0 : HeadPage.BYTES;
        }
        return bytes;
    }
}
