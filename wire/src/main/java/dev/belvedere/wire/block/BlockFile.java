package dev.belvedere.wire.block;

/// Ranged reads of one file of a block.
public interface BlockFile {

    /// What messages call it.
    String name();

    long size();

    /// Fills the first `length` bytes of `into`. Only called for ranges within [#size].
    void read(long position, byte[] into, int length);
}
