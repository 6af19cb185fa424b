package dev.belvedere.tsdb.chunk;

/// A chunk made of another: the same rows, other columns or values.
public interface ChunkView extends Chunk {

    Chunk base();

    @Override
    default ColumnLayout layout() {
        return base().layout();
    }

    @Override
    default long minMillis() {
        return base().minMillis();
    }

    @Override
    default long maxMillis() {
        return base().maxMillis();
    }

    /// An open chunk made of another.
    interface Open extends OpenChunk {

        OpenChunk base();

        @Override
        default int rows() {
            return base().rows();
        }

        @Override
        default long[] times() {
            return base().times();
        }

        @Override
        default boolean isDense() {
            return base().isDense();
        }

        @Override
        default boolean isNonDecreasing() {
            return base().isNonDecreasing();
        }
    }
}
