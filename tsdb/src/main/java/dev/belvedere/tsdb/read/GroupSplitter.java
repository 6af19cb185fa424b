package dev.belvedere.tsdb.read;

import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Sorts the series of one target by the chunks they occur in: those with the same chunks share their timestamps.
public final class GroupSplitter {

    /// Series with samples in exactly these chunks, which keep their order.
    public record Part(int[] series, List<Chunk> chunks) {}

    private record Signature(long[] bits) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Signature that && Arrays.equals(bits, that.bits);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bits);
        }

        boolean isEmpty() {
            for (long word : bits) {
                if (word != 0) {
                    return false;
                }
            }
            return true;
        }

        List<Chunk> pick(List<Chunk> chunks) {
            List<Chunk> picked = new ArrayList<>();
            for (int word = 0; word < bits.length; word++) {
                for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
                    picked.add(chunks.get(word * Long.SIZE + Long.numberOfTrailingZeros(rest)));
                }
            }
            return picked;
        }
    }

    /// From so many different layouts on, series are found by going over the columns of chunks.
    private static final int MANY_LAYOUTS = 8;

    /// Bounds what is known of series at once to 4 MiB, however many there are.
    private static final int MAX_WORDS = 1 << 19;

    private GroupSplitter() {}

    public static List<Part> split(IntArrayList series, List<Chunk> chunks) {
        if (chunks.isEmpty()) {
            return List.of();
        }
        if (areInAll(series, chunks)) {
            return List.of(new Part(series.toIntArray(), chunks));
        }
        return series.size() == 1 ? ofOne(series.getInt(0), chunks) : ofMany(series, chunks);
    }

    private static List<Part> ofOne(int series, List<Chunk> chunks) {
        List<Chunk> picked = new ArrayList<>(chunks.size());
        for (int c = 0; c < chunks.size(); c++) {
            if (mayHave(chunks.get(c), series)) {
                picked.add(chunks.get(c));
            }
        }
        return picked.isEmpty() ? List.of() : List.of(new Part(new int[] {series}, picked));
    }

    private static List<Part> ofMany(IntArrayList series, List<Chunk> chunks) {
        int words = (chunks.size() + Long.SIZE - 1) / Long.SIZE;
        int most = Math.max(1, MAX_WORDS / words);
        Map<Signature, IntArrayList> bySignature = new LinkedHashMap<>();
        for (int from = 0; from < series.size(); from += most) {
            IntList some = series.subList(from, Math.min(series.size(), from + most));
            long[] bits = occurrences(some, chunks, words);
            IntArrayList members = new IntArrayList();
            for (int i = 0; i < some.size(); i++) {
                int at = i * words;
                if (i == 0 || !Arrays.equals(bits, at - words, at, bits, at, at + words)) {
                    Signature signature = new Signature(Arrays.copyOfRange(bits, at, at + words));
                    members = bySignature.computeIfAbsent(signature, key -> new IntArrayList());
                }
                members.add(some.getInt(i));
            }
        }
        List<Part> parts = new ArrayList<>(bySignature.size());
        for (Map.Entry<Signature, IntArrayList> each : bySignature.entrySet()) {
            if (!each.getKey().isEmpty()) {
                parts.add(new Part(each.getValue().toIntArray(), each.getKey().pick(chunks)));
            }
        }
        return parts;
    }

    /// Whether every chunk has all of the series, as most have.
    private static boolean areInAll(IntArrayList series, List<Chunk> chunks) {
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            if (chunk instanceof MaskedChunk || !isLikeBefore(chunks, c) && !areIn(series, chunk.layout())) {
                return false;
            }
        }
        return true;
    }

    private static boolean areIn(IntArrayList series, ColumnLayout layout) {
        if (layout.columns() < series.size()) {
            return false;
        }
        int next = 0;
        for (int i = 0; i < series.size(); i++) {
            int column = layout.indexOf(series.getInt(i), next);
            if (column < 0) {
                return false;
            }
            next = column + 1;
        }
        return true;
    }

    /// In which chunks each series may have samples, a bit each.
    ///
    /// Where series come and go, as pods do, there are thousands of them and a hundred chunks, in each of which few
    /// occur: there, columns are looked up among the series instead of series among the columns.
    ///
    /// @param words of each series
    private static long[] occurrences(IntList series, List<Chunk> chunks, int words) {
        long[] bits = new long[series.size() * words];
        int layouts = 0;
        for (int c = 0; c < chunks.size(); c++) {
            layouts += isLikeBefore(chunks, c) ? 0 : 1;
        }
        Int2IntOpenHashMap places = layouts < MANY_LAYOUTS ? null : places(series);
        for (int c = 0; c < chunks.size(); c++) {
            Chunk chunk = chunks.get(c);
            int word = c / Long.SIZE;
            if (isLikeBefore(chunks, c)) {
                int wordBefore = (c - 1) / Long.SIZE;
                for (int at = 0; at < bits.length; at += words) {
                    bits[at + word] |= (bits[at + wordBefore] >>> c - 1 & 1) << c;
                }
            } else if (places != null && chunk.layout().columns() <= series.size()) {
                for (int each : chunk.layout().series()) {
                    int place = places.get(each);
                    if (place >= 0 && isLeft(chunk, each)) {
                        bits[place * words + word] |= 1L << c;
                    }
                }
            } else {
                for (int i = 0; i < series.size(); i++) {
                    if (mayHave(chunk, series.getInt(i))) {
                        bits[i * words + word] |= 1L << c;
                    }
                }
            }
        }
        return bits;
    }

    private static Int2IntOpenHashMap places(IntList series) {
        Int2IntOpenHashMap places = new Int2IntOpenHashMap(series.size());
        places.defaultReturnValue(-1);
        for (int i = 0; i < series.size(); i++) {
            places.put(series.getInt(i), i);
        }
        return places;
    }

    /// Whether a chunk has what the one before it has.
    private static boolean isLikeBefore(List<Chunk> chunks, int c) {
        return c > 0
                && chunks.get(c).layout() == chunks.get(c - 1).layout()
                && !(chunks.get(c) instanceof MaskedChunk)
                && !(chunks.get(c - 1) instanceof MaskedChunk);
    }

    private static boolean mayHave(Chunk chunk, int series) {
        return chunk.layout().indexOf(series) >= 0 && isLeft(chunk, series);
    }

    /// Whether anything may be left of a series that a chunk has.
    private static boolean isLeft(Chunk chunk, int series) {
        return !(chunk instanceof MaskedChunk masked) || masked.mayHave(series);
    }
}
