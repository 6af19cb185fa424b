package dev.belvedere.wire.block;

import dev.belvedere.model.labels.Labels;
import java.util.Arrays;

/// Walks over the series of a block's index, in the order of their labels. Postings are not read: whoever wants all
/// series needs none. Memory: the strings of the index.
public final class IndexReader {

    static final int MAGIC = 0xbaaad700;
    static final int VERSION = 2;
    static final int HEADER_BYTES = 5;
    static final int SECTIONS = 6;
    static final int CONTENTS_BYTES = 8 * SECTIONS;
    static final int ALIGNMENT = 16;

    private final FileWindow in;
    private final SymbolTable symbols;
    private final long seriesEnd;
    private long next;
    private long ref;
    private Labels labels = Labels.EMPTY;
    private int chunkCount;
    private long[] chunks = new long[0];

    /// @throws BlockFormatException if the file is no index, or of a version that is not read here
    public IndexReader(BlockFile file) {
        this.in = new FileWindow(file);
        if (file.size() < HEADER_BYTES + CONTENTS_BYTES + 4) {
            throw new BlockFormatException(file.name(), file.size(), "too short for an index");
        }
        if ((int) in.uint32() != MAGIC) {
            throw new BlockFormatException(file.name(), 0, "no index begins like this");
        }
        int version = in.uint8();
        if (version != VERSION) {
            throw new BlockFormatException(
                    file.name(), 4, "index version " + version + " is not read here, only " + VERSION);
        }
        long[] contents = contents(file);
        this.symbols = SymbolTable.read(in.seek(contents[0]));
        this.next = contents[1];
        this.seriesEnd = end(contents, file);
    }

    private long[] contents(BlockFile file) {
        in.seek(file.size() - CONTENTS_BYTES - 4);
        in.verify(CONTENTS_BYTES, "the table of contents");
        long[] contents = new long[SECTIONS];
        for (int i = 0; i < SECTIONS; i++) {
            contents[i] = in.uint64();
        }
        return contents;
    }

    /// Where the section behind the series begins.
    private static long end(long[] contents, BlockFile file) {
        long end = file.size() - CONTENTS_BYTES - 4;
        for (long section : contents) {
            if (section > contents[1] && section < end) {
                end = section;
            }
        }
        return contents[1] == 0 ? 0 : end;
    }

    /// Moves to the next series; false behind the last.
    public boolean next() {
        while (true) {
            long aligned = (next + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            if (aligned >= seriesEnd) {
                return false;
            }
            in.seek(aligned);
            int length = in.count(seriesEnd - aligned, "the length of a series");
            if (length > 0) {
                ref = aligned / ALIGNMENT;
                in.verify(length, "a series");
                next = in.position() + length + 4;
                in.limit(length);
                readSeries(length);
                return true;
            }
            next = aligned + 1;
        }
    }

    private void readSeries(int length) {
        int labelCount = in.count(length, "the number of labels");
        String[] pairs = new String[2 * labelCount];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = symbol();
            boolean isName = i % 2 == 0;
            if (isName && i > 0 && Labels.compareUtf8(pairs[i - 2], pairs[i]) >= 0) {
                throw in.malformed("the labels of a series are not in order: " + pairs[i] + " follows " + pairs[i - 2]);
            }
            if (pairs[i].isEmpty()) {
                throw in.malformed("a label of a series has an empty " + (isName ? "name" : "value"));
            }
        }
        labels = Labels.ofSorted(pairs);
        chunkCount = in.count(length, "the number of chunks");
        if (chunks.length < 3 * chunkCount) {
            chunks = Arrays.copyOf(chunks, Math.max(3 * chunkCount, 2 * chunks.length));
        }
        long time = 0;
        long chunkRef = 0;
        for (int i = 0; i < chunkCount; i++) {
            long min = i == 0 ? in.varint() : time + in.uvarint();
            time = min + in.uvarint();
            chunkRef = i == 0 ? in.uvarint() : chunkRef + in.varint();
            chunks[3 * i] = min;
            chunks[3 * i + 1] = time;
            chunks[3 * i + 2] = chunkRef;
        }
    }

    private String symbol() {
        long number = in.uvarint();
        if (number < 0 || number >= symbols.size()) {
            throw in.malformed("symbol " + Long.toUnsignedString(number) + " of " + symbols.size() + " is used");
        }
        return symbols.get((int) number);
    }

    /// What tombstones call the series.
    public long ref() {
        return ref;
    }

    public Labels labels() {
        return labels;
    }

    public int chunkCount() {
        return chunkCount;
    }

    public long minMillis(int chunk) {
        return chunks[3 * chunk];
    }

    /// Inclusive.
    public long maxMillis(int chunk) {
        return chunks[3 * chunk + 1];
    }

    /// Where the chunk lies, for [ChunkSegments].
    public long chunkRef(int chunk) {
        return chunks[3 * chunk + 2];
    }
}
