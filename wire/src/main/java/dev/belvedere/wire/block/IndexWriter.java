package dev.belvedere.wire.block;

import dev.belvedere.model.labels.Labels;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Writes the index of a block: first all strings, then the series in the order of their labels, then which series have
/// which label. Memory: the strings, and four bytes for each label of each series.
public final class IndexWriter {

    private static final int FLUSH_BYTES = 1 << 16;
    private static final int LIST_ALIGNMENT = 4;

    private final BlockOutput out;
    private final ByteGrower bytes = new ByteGrower();
    private final ByteGrower entry = new ByteGrower();
    private final Map<String, Integer> symbols = new HashMap<>();
    private final TreeMap<String, TreeMap<String, Refs>> postings = new TreeMap<>(Labels::compareUtf8);
    private final Refs all = new Refs();
    private final long[] contents = new long[IndexReader.SECTIONS];
    private Labels last = Labels.EMPTY;

    /// Bytes given out already.
    private long flushed;

    /// Refs of series, ascending.
    private static final class Refs {
        private int[] values = new int[4];
        private int size;

        void add(int ref) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = ref;
        }
    }

    /// @param labels of all series that will be added
    public IndexWriter(BlockOutput out, Collection<Labels> labels) {
        this.out = out;
        bytes.uint32(IndexReader.MAGIC);
        bytes.uint8(IndexReader.VERSION);
        writeSymbols(labels);
        align(IndexReader.ALIGNMENT);
        contents[1] = position();
    }

    private long position() {
        return flushed + bytes.size();
    }

    private void align(int alignment) {
        while (position() % alignment != 0) {
            bytes.uint8(0);
        }
    }

    private void flushIfLarge() {
        if (bytes.size() >= FLUSH_BYTES) {
            flush();
        }
    }

    private void flush() {
        out.write(bytes.array(), bytes.size());
        flushed += bytes.size();
        bytes.clear();
    }

    private void writeSymbols(Collection<Labels> labels) {
        TreeSet<String> sorted = new TreeSet<>(Labels::compareUtf8);
        // The list of all series goes under the empty name and value.
        sorted.add("");
        for (Labels series : labels) {
            series.forEach((name, value) -> {
                sorted.add(name);
                sorted.add(value);
            });
        }
        entry.clear();
        entry.uint32(sorted.size());
        for (String symbol : sorted) {
            symbols.put(symbol, symbols.size());
            entry.text(symbol);
        }
        contents[0] = position();
        section();
    }

    /// Writes what was gathered with its length before and its checksum behind.
    private void section() {
        bytes.uint32(entry.size());
        int start = bytes.size();
        bytes.raw(entry.array(), entry.size());
        bytes.checksum(start);
        flushIfLarge();
    }

    /// Adds a series.
    ///
    /// @param labels greater than those of the series before
    /// @param chunks the first and the last time and the ref of each chunk, in the order of time
    public void add(Labels labels, long[] chunks) {
        if (all.size > 0 && labels.compareTo(last) <= 0) {
            throw new IllegalArgumentException(labels + " comes after " + last);
        }
        last = labels;
        align(IndexReader.ALIGNMENT);
        int ref = (int) (position() / IndexReader.ALIGNMENT);
        all.add(ref);
        entry.clear();
        entry.uvarint(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            entry.uvarint(symbol(labels.name(i)));
            entry.uvarint(symbol(labels.value(i)));
            postings.computeIfAbsent(labels.name(i), name -> new TreeMap<>(Labels::compareUtf8))
                    .computeIfAbsent(labels.value(i), value -> new Refs())
                    .add(ref);
        }
        putChunks(chunks);
        bytes.uvarint(entry.size());
        int start = bytes.size();
        bytes.raw(entry.array(), entry.size());
        bytes.checksum(start);
        flushIfLarge();
    }

    private int symbol(String text) {
        Integer number = symbols.get(text);
        if (number == null) {
            throw new IllegalArgumentException("\"" + text + "\" is of no series that was announced");
        }
        return number;
    }

    private void putChunks(long[] chunks) {
        entry.uvarint(chunks.length / 3);
        for (int i = 0; i < chunks.length; i += 3) {
            if (i == 0) {
                entry.varint(chunks[0]);
            } else {
                entry.uvarint(chunks[i] - chunks[i - 2]);
            }
            entry.uvarint(chunks[i + 1] - chunks[i]);
            if (i == 0) {
                entry.uvarint(chunks[2]);
            } else {
                entry.varint(chunks[i + 2] - chunks[i - 1]);
            }
        }
    }

    /// Writes everything behind the series.
    public void finish() {
        // Two of the sections, lists of values by name, are read by nobody any more and left out.
        align(LIST_ALIGNMENT);
        contents[4] = position();
        ByteGrower table = new ByteGrower();
        int lists = 1 + postings.values().stream().mapToInt(Map::size).sum();
        table.uint32(lists);
        writeList("", "", all, table);
        postings.forEach((name, values) -> values.forEach((value, refs) -> writeList(name, value, refs, table)));
        contents[5] = position();
        entry.clear();
        entry.raw(table.array(), table.size());
        section();
        entry.clear();
        for (long section : contents) {
            entry.uint64(section);
        }
        entry.checksum(0);
        bytes.raw(entry.array(), entry.size());
        flush();
    }

    private void writeList(String name, String value, Refs refs, ByteGrower table) {
        align(LIST_ALIGNMENT);
        table.uint8(2);
        table.text(name);
        table.text(value);
        table.uvarint(position());
        entry.clear();
        entry.uint32(refs.size);
        for (int i = 0; i < refs.size; i++) {
            entry.uint32(refs.values[i]);
        }
        section();
    }
}
