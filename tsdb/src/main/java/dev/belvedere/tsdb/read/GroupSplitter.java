package dev.belvedere.tsdb.read;

import dev.belvedere.tsdb.chunk.Chunk;
import it.unimi.dsi.fastutil.ints.IntArrayList;
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
            for (int i = 0; i < chunks.size(); i++) {
                if ((bits[i >> 6] & 1L << i) != 0) {
                    picked.add(chunks.get(i));
                }
            }
            return picked;
        }
    }

    private GroupSplitter() {}

    public static List<Part> split(IntArrayList series, List<Chunk> chunks) {
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
        int words = (chunks.size() + 63) / 64;
        Map<Signature, IntArrayList> bySignature = new LinkedHashMap<>();
        long[] bits = new long[words];
        boolean[] isLikeBefore = new boolean[chunks.size()];
        for (int c = 1; c < isLikeBefore.length; c++) {
            isLikeBefore[c] = chunks.get(c).layout() == chunks.get(c - 1).layout()
                    && !(chunks.get(c) instanceof MaskedChunk)
                    && !(chunks.get(c - 1) instanceof MaskedChunk);
        }
        Signature last = new Signature(bits);
        IntArrayList lastSeries = new IntArrayList();
        for (int i = 0; i < series.size(); i++) {
            Arrays.fill(bits, 0);
            for (int c = 0; c < chunks.size(); c++) {
                if (isLikeBefore[c]
                        ? (bits[c - 1 >> 6] & 1L << c - 1) != 0
                        : mayHave(chunks.get(c), series.getInt(i))) {
                    bits[c >> 6] |= 1L << c;
                }
            }
            if (i == 0 || !Arrays.equals(last.bits(), bits)) {
                last = new Signature(bits.clone());
                lastSeries = bySignature.computeIfAbsent(last, key -> new IntArrayList());
            }
            lastSeries.add(series.getInt(i));
        }
        List<Part> parts = new ArrayList<>(bySignature.size());
        bySignature.forEach((signature, members) -> {
            if (!signature.isEmpty()) {
                parts.add(new Part(members.toIntArray(), signature.pick(chunks)));
            }
        });
        return parts;
    }

    private static boolean mayHave(Chunk chunk, int series) {
        return chunk.layout().indexOf(series) >= 0
                && (!(chunk instanceof MaskedChunk masked) || masked.mayHave(series));
    }
}
