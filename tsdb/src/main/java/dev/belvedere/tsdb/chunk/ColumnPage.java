package dev.belvedere.tsdb.chunk;

/// A page of an encoded chunk that is whole, and where its columns are in it. Immutable: its arrays are not to be
/// changed.
///
/// @param starts where each column begins in the bytes, and where the last ends
public record ColumnPage(byte[] bytes, int[] starts) {

    /// What it takes in memory, about.
    public int sizeBytes() {
        return 64 + bytes.length + Integer.BYTES * starts.length;
    }
}
