package dev.belvedere.wire.block;

/// Takes the bytes of one file of a block, in order.
public interface BlockOutput {

    void write(byte[] bytes, int length);
}
