package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.column.Compression;
import dev.belvedere.eventdb.column.LongColumn;
import dev.belvedere.model.events.TraceId;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;

/// Collects runs of rows by trace id and writes them sorted by fingerprint. Used by one thread.
final class IdTableWriter {

    static final int BLOCK_ENTRIES = 4096;

    private final IntArrayList fingerprints = new IntArrayList();
    private final IntArrayList firstRows = new IntArrayList();
    private final IntArrayList rowCounts = new IntArrayList();
    private TraceId lastId = TraceId.NONE;
    private int lastRow = -2;

    static int fingerprint(TraceId id) {
        return (int) ((id.high() ^ id.low() * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L >>> 32);
    }

    void add(TraceId id, int row) {
        if (!id.isPresent()) {
            return;
        }
        int last = rowCounts.size() - 1;
        if (row == lastRow + 1 && id.equals(lastId)) {
            rowCounts.set(last, rowCounts.getInt(last) + 1);
        } else {
            fingerprints.add(fingerprint(id));
            firstRows.add(row);
            rowCounts.add(1);
        }
        lastId = id;
        lastRow = row;
    }

    void write(Compression compression, BlockSink sink) {
        int size = fingerprints.size();
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            // Unsigned order of the fingerprints: with the top bit flipped, signed sorting does it.
            order[i] = ((long) fingerprints.getInt(i) << 32 | i) ^ Long.MIN_VALUE;
        }
        Arrays.sort(order);
        for (int start = 0; start < size; start += BLOCK_ENTRIES) {
            int count = Math.min(BLOCK_ENTRIES, size - start);
            long[] prints = new long[count];
            long[] rows = new long[count];
            long[] counts = new long[count];
            for (int i = 0; i < count; i++) {
                int entry = (int) order[start + i];
                prints[i] = fingerprints.getInt(entry) & 0xffffffffL;
                rows[i] = firstRows.getInt(entry);
                counts[i] = rowCounts.getInt(entry);
            }
            BytesWriter content = new BytesWriter(16 * count);
            LongColumn.encodeNested(prints, count, content, compression);
            LongColumn.encodeNested(rows, count, content, compression);
            LongColumn.encodeNested(counts, count, content, compression);
            sink.write((int) prints[0], count, content);
        }
    }

    /// Takes a block of the table.
    interface BlockSink {
        void write(int firstFingerprint, int entries, BytesWriter content);
    }
}
