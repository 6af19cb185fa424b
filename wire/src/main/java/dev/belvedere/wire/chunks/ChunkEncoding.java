package dev.belvedere.wire.chunks;

import dev.belvedere.wire.WireFormatException;

/// How a chunk's samples are encoded. The numbers are those of block files and of remote read.
public enum ChunkEncoding {
    FLOATS(1),
    HISTOGRAMS(2),
    FLOAT_HISTOGRAMS(3),
    /// Floats as Prometheus 3.14 may write them; only read here.
    FLOATS_XOR2(4);

    private final int number;

    ChunkEncoding(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// @throws WireFormatException for a number of no encoding that is read here
    public static ChunkEncoding of(int number) {
        for (ChunkEncoding encoding : values()) {
            if (encoding.number == number) {
                return encoding;
            }
        }
        throw new WireFormatException(0, "chunk encoding " + number + " is not known here");
    }
}
