package dev.belvedere.wire.block;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The strings of an index, by their number. Kept as the bytes of the file, made to strings when asked for; the last
/// ones asked for are kept.
final class SymbolTable {

    private static final int KEPT = 1 << 14;

    private final byte[] bytes;
    private final int[] starts;
    private final String[] kept = new String[KEPT];
    private final int[] keptNumbers = new int[KEPT];

    private SymbolTable(byte[] bytes, int[] starts) {
        this.bytes = bytes;
        this.starts = starts;
        Arrays.fill(kept, "");
        Arrays.fill(keptNumbers, -1);
    }

    /// @param in at the section
    static SymbolTable read(FileWindow in) {
        long length = in.uint32();
        if (length < 4 || length > Integer.MAX_VALUE - 16) {
            throw in.malformed("a symbol table of " + length + " bytes cannot be");
        }
        in.verify((int) length, "the symbol table");
        in.limit(length);
        long count = in.uint32();
        if (count > length) {
            throw in.malformed("the symbol table says it has " + count + " symbols");
        }
        byte[] bytes = new byte[(int) length];
        int[] starts = new int[(int) count + 1];
        int size = 0;
        for (int i = 0; i < count; i++) {
            int symbol = in.count(in.remaining(), "the length of symbol " + i);
            int at = in.take(symbol);
            System.arraycopy(in.buffer(), at, bytes, size, symbol);
            starts[i] = size;
            size += symbol;
        }
        starts[(int) count] = size;
        return new SymbolTable(bytes, starts);
    }

    int size() {
        return starts.length - 1;
    }

    String get(int number) {
        int slot = number & KEPT - 1;
        if (keptNumbers[slot] != number) {
            kept[slot] = new String(bytes, starts[number], starts[number + 1] - starts[number], StandardCharsets.UTF_8);
            keptNumbers[slot] = number;
        }
        return kept[slot];
    }
}
