package dev.belvedere.eventdb.column;

/// The numbers of docs/format/events-segment.md, "Encodings".
final class Encoding {

    static final int CONSTANT = 1;
    static final int RUNS = 2;
    static final int PLANES = 3;
    static final int DELTA_PLANES = 4;

    static final int PLAIN = 16;
    static final int DICTIONARY = 17;
    static final int HEXADECIMAL = 18;
    static final int UUID = 19;
    static final int INTEGERS = 20;
    static final int DECIMALS = 21;
    static final int TEMPLATES = 22;

    static final int ZSTD = 32;

    private Encoding() {}
}
