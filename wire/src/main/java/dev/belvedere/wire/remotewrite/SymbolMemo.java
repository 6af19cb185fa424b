package dev.belvedere.wire.remotewrite;

import java.util.Arrays;

/// Which pair of a receiver's table a pair of symbols was found to be, so that its bytes are compared once a
/// request. For each symbol that is a value, the newest finding.
final class SymbolMemo {

    /// Remembers nothing.
    static final SymbolMemo NONE = new SymbolMemo(new int[0]);

    /// Name and value symbol of each label of the series in hand.
    private int[] symbols;

    private int labelCount;
    private int[] names = new int[0];
    private int[] pairs = new int[0];

    private SymbolMemo(int[] symbols) {
        this.symbols = symbols;
    }

    SymbolMemo() {
        this(new int[2 * 16]);
    }

    /// Begins a request.
    void reset(int symbolCount) {
        if (names.length < symbolCount) {
            names = new int[symbolCount];
            pairs = new int[symbolCount];
        }
        Arrays.fill(names, 0, symbolCount, -1);
    }

    void beginSeries() {
        labelCount = 0;
    }

    void add(int name, int value) {
        if (2 * labelCount == symbols.length) {
            symbols = Arrays.copyOf(symbols, 2 * symbols.length);
        }
        symbols[2 * labelCount] = name;
        symbols[2 * labelCount + 1] = value;
        labelCount++;
    }

    boolean isKnown(int label, int pair) {
        if (label >= labelCount) {
            return false;
        }
        int value = symbols[2 * label + 1];
        return names[value] == symbols[2 * label] && pairs[value] == pair;
    }

    /// @return true
    boolean remember(int label, int pair) {
        if (label < labelCount) {
            int value = symbols[2 * label + 1];
            names[value] = symbols[2 * label];
            pairs[value] = pair;
        }
        return true;
    }

    /// Gives back what one large request needed.
    void shrink(int symbolCount) {
        if (names.length > symbolCount) {
            names = new int[symbolCount];
            pairs = new int[symbolCount];
        }
    }
}
