package dev.belvedere.tsdb.chunk;

import dev.belvedere.model.OperationException;
import org.jspecify.annotations.Nullable;

/// Where the bytes of an encoded chunk are: in memory or in a block.
public interface ChunkBytes {

    /// A run of bytes in an array that is not to be changed.
    record Range(byte[] bytes, int offset) {}

    /// @param position from the chunk's first byte on
    Range range(long position, int length);

    int headerLength();

    /// Header and pages.
    int length();

    /// Whether checksums are checked: bytes from a disk are, bytes that never left memory are not.
    boolean isChecked();

    /// A page that was kept when somebody read it before.
    default @Nullable ColumnPage keptPage(int page) {
        return null;
    }

    /// Takes a page that was read by itself and may be wanted again. MAY keep it.
    default void offerPage(int page, ColumnPage content) {}

    /// Whether a reader goes on without what it could not read, which is then noted. Else the failure is its caller's.
    default boolean isSkipped(OperationException failure) {
        return false;
    }

    /// What to throw where the bytes make no sense.
    RuntimeException corrupt(String reason);
}
