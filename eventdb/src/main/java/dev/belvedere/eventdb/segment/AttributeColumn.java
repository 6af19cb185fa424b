package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.AttributeCodec;

/// A key and the type of its values: one column of every row group that has it.
record AttributeColumn(String key, int type) {

    /// Whether values are kept as numbers: integers, booleans and reals.
    boolean isLong() {
        return type == AttributeCodec.INT || type == AttributeCodec.BOOL || type == AttributeCodec.REAL;
    }
}
