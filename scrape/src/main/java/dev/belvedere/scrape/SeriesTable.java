package dev.belvedere.scrape;

import dev.belvedere.wire.exposition.ExpositionReader;
import dev.belvedere.wire.exposition.FamilyHeader;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// The series of one target, in the order in which it exposes them. Owned by the target's loop.
///
/// A target exposes the same lines every time, so the table foretells the next one from the last exposition and
/// compares bytes; only a line that is not the foretold one is taken apart and looked up by its key. The bytes of
/// the last exposition are kept for that and are all the text that is kept of a series.
final class SeriesTable {

    /// Behind the last sample.
    static final int END = -1;

    /// The ref of a series that was not yet resolved.
    static final long UNRESOLVED = -1;

    /// The ref of a series that a relabel rule drops.
    static final long DROPPED = -2;

    /// The ref of a series that the store does not take.
    static final long REFUSED = -3;

    private static final int FREE = -1;

    /// Where a series' prefix lies in an exposition.
    private static final class Places {
        int[] from = new int[16];
        int[] length = new int[16];
        int[] keyOffset = new int[16];

        void grow(int size) {
            from = Arrays.copyOf(from, size);
            length = Arrays.copyOf(length, size);
            keyOffset = Arrays.copyOf(keyOffset, size);
        }

        void move(int source, int target) {
            from[target] = from[source];
            length[target] = length[source];
            keyOffset[target] = keyOffset[source];
        }
    }

    private byte[] arena = {};

    /// How many bytes of the exposition in hand the prefixes seen so far reach over.
    private int reach;

    private int count;
    private Places places = new Places();
    private Places nextPlaces = new Places();
    private int[] keyLengths = new int[16];
    private int[] hashes = new int[16];
    private long[] refs = new long[16];
    private int[] seenIn = new int[16];
    private boolean[] isTracked = new boolean[16];
    private boolean[] wasTracked = new boolean[16];
    private FamilyHeader[] headers = new FamilyHeader[16];

    private int[] order = new int[16];
    private int[] positions = new int[16];
    private int orderSize;

    /// Whether the exposition in hand was the last one's series in the last one's order so far; then only `starts`
    /// notes where they stand, and the table stays as it is if nothing else comes.
    private boolean isAsForetold;

    private int[] starts = new int[16];
    private boolean isTrackingChanged;
    private int[] nextOrder = new int[16];
    private int nextOrderSize;
    private int expected;

    private int[] slots = newSlots(64);
    private int scrape;
    private boolean isNewHeader;

    private static int[] newSlots(int size) {
        int[] slots = new int[size];
        Arrays.fill(slots, FREE);
        return slots;
    }

    /// Starts on a new exposition.
    void begin() {
        scrape++;
        reach = 0;
        expected = 0;
        nextOrderSize = 0;
        isAsForetold = orderSize > 0;
        isTrackingChanged = false;
        if (starts.length < orderSize) {
            starts = new int[order.length];
        }
    }

    /// Moves the reader to the next sample.
    ///
    /// @return which series it belongs to, or [#END]
    int next(ExpositionReader reader) {
        isNewHeader = false;
        if (expected < orderSize) {
            int series = order[expected];
            boolean isResolved = refs[series] >= 0 || refs[series] == DROPPED;
            if (isResolved && reader.nextIfSame(arena, places.from[series], places.length[series], headers[series])) {
                if (isAsForetold) {
                    starts[expected] = reader.prefixFrom();
                } else {
                    seen(series, reader.prefixFrom(), places.length[series], places.keyOffset[series]);
                }
                expected++;
                return series;
            }
        }
        boolean isEnd = !reader.next();
        if (isAsForetold && !(isEnd && expected == orderSize)) {
            leaveForetold();
        }
        if (isEnd) {
            return END;
        }
        int hash = hash(reader.bytes(), reader.keyFrom(), reader.keyLength());
        int series = find(reader, hash);
        if (series == FREE) {
            series = add(reader, hash);
        } else if (seenIn[series] != scrape) {
            expected = positions[series] + 1;
        }
        header(series, reader.header());
        seen(series, reader.prefixFrom(), reader.prefixLength(), reader.keyFrom() - reader.prefixFrom());
        return series;
    }

    private void leaveForetold() {
        isAsForetold = false;
        for (int i = 0; i < expected; i++) {
            int series = order[i];
            seen(series, starts[i], places.length[series], places.keyOffset[series]);
        }
    }

    private void seen(int series, int from, int length, int keyOffset) {
        if (seenIn[series] == scrape) {
            return;
        }
        seenIn[series] = scrape;
        nextPlaces.from[series] = from;
        nextPlaces.length[series] = length;
        nextPlaces.keyOffset[series] = keyOffset;
        reach = Math.max(reach, from + length);
        if (nextOrderSize == nextOrder.length) {
            nextOrder = Arrays.copyOf(nextOrder, 2 * nextOrderSize);
        }
        nextOrder[nextOrderSize++] = series;
    }

    private void header(int series, FamilyHeader header) {
        if (!header.equals(headers[series])) {
            isNewHeader = true;
            boolean isOfOtherKind = !header.type().equals(headers[series].type())
                    || !header.unit().equals(headers[series].unit());
            if (isOfOtherKind) {
                // The type decides how bounds are written, and both may be labels, and so which series the line names.
                refs[series] = UNRESOLVED;
            }
            headers[series] = header;
        }
    }

    private static int hash(byte[] bytes, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 15;
    }

    private int find(ExpositionReader reader, int hash) {
        int keyFrom = reader.keyFrom();
        int keyTo = keyFrom + reader.keyLength();
        for (int slot = hash & slots.length - 1; slots[slot] != FREE; slot = slot + 1 & slots.length - 1) {
            int series = slots[slot];
            boolean isSeen = seenIn[series] == scrape;
            byte[] bytes = isSeen ? reader.bytes() : arena;
            Places at = isSeen ? nextPlaces : places;
            int from = at.from[series] + at.keyOffset[series];
            if (hashes[series] == hash
                    && Arrays.equals(reader.bytes(), keyFrom, keyTo, bytes, from, from + keyLengths[series])) {
                return series;
            }
        }
        return FREE;
    }

    private int add(ExpositionReader reader, int hash) {
        if (count == refs.length) {
            grow(2 * count);
        }
        int series = count++;
        keyLengths[series] = reader.keyLength();
        hashes[series] = hash;
        refs[series] = UNRESOLVED;
        seenIn[series] = scrape - 1;
        isTracked[series] = false;
        wasTracked[series] = false;
        headers[series] = FamilyHeader.NONE;
        if (2 * count > slots.length) {
            rehash(2 * slots.length);
        } else {
            insert(series);
        }
        return series;
    }

    private void grow(int size) {
        places.grow(size);
        nextPlaces.grow(size);
        keyLengths = Arrays.copyOf(keyLengths, size);
        hashes = Arrays.copyOf(hashes, size);
        refs = Arrays.copyOf(refs, size);
        seenIn = Arrays.copyOf(seenIn, size);
        isTracked = Arrays.copyOf(isTracked, size);
        wasTracked = Arrays.copyOf(wasTracked, size);
        headers = Arrays.copyOf(headers, size);
        positions = Arrays.copyOf(positions, size);
    }

    private void insert(int series) {
        int slot = hashes[series] & slots.length - 1;
        while (slots[slot] != FREE) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = series;
    }

    private void rehash(int size) {
        slots = newSlots(size);
        for (int series = 0; series < count; series++) {
            insert(series);
        }
    }

    /// Whether the header of the series last returned was not known before.
    boolean isNewHeader() {
        return isNewHeader;
    }

    long ref(int series) {
        return refs[series];
    }

    void resolve(int series, long ref) {
        refs[series] = ref;
    }

    /// Has all series resolved anew at their next sample.
    ///
    /// @param former gets the refs of tracked series, which may or may not come back
    void unresolve(LongConsumer former) {
        for (int series = 0; series < count; series++) {
            if (wasTracked[series] && refs[series] >= 0) {
                former.accept(refs[series]);
            }
            refs[series] = UNRESOLVED;
        }
    }

    /// Tells whether the series ends when it is not exposed any more: not if it carries timestamps of its own.
    void track(int series, boolean isTrackedNow) {
        if (isTracked[series] != isTrackedNow) {
            isTracked[series] = isTrackedNow;
            isTrackingChanged = true;
        }
    }

    /// Ends an exposition that was read to its end: forgets the series that were not in it.
    ///
    /// @param bytes of the reader, copied for the next exposition
    /// @param ended gets the refs of tracked series that are forgotten
    void commit(byte[] bytes, LongConsumer ended) {
        if (isAsForetold) {
            if (isTrackingChanged) {
                System.arraycopy(isTracked, 0, wasTracked, 0, count);
            }
            return;
        }
        if (arena.length < reach || arena.length > 2 * (long) reach + 1024) {
            arena = new byte[reach + reach / 16];
        }
        System.arraycopy(bytes, 0, arena, 0, reach);
        Places old = places;
        places = nextPlaces;
        nextPlaces = old;
        int[] oldOrder = order;
        order = nextOrder;
        orderSize = nextOrderSize;
        nextOrder = oldOrder;
        if (nextOrderSize < count) {
            removeUnseen(ended);
        }
        for (int i = 0; i < orderSize; i++) {
            int series = order[i];
            positions[series] = i;
            wasTracked[series] = isTracked[series];
        }
    }

    private void removeUnseen(LongConsumer ended) {
        int[] moved = new int[count];
        int kept = 0;
        for (int series = 0; series < count; series++) {
            if (seenIn[series] == scrape) {
                moved[series] = kept;
                places.move(series, kept);
                keyLengths[kept] = keyLengths[series];
                hashes[kept] = hashes[series];
                refs[kept] = refs[series];
                seenIn[kept] = seenIn[series];
                isTracked[kept] = isTracked[series];
                headers[kept] = headers[series];
                kept++;
            } else if (wasTracked[series] && refs[series] >= 0) {
                ended.accept(refs[series]);
            }
        }
        count = kept;
        for (int i = 0; i < orderSize; i++) {
            order[i] = moved[order[i]];
        }
        rehash(slots.length);
    }

    /// Forgets everything.
    ///
    /// @param ended gets the refs of tracked series
    void clear(LongConsumer ended) {
        for (int series = 0; series < count; series++) {
            if (wasTracked[series] && refs[series] >= 0) {
                ended.accept(refs[series]);
            }
        }
        count = 0;
        orderSize = 0;
        arena = new byte[0];
        slots = newSlots(64);
    }

    int size() {
        return count;
    }
}
