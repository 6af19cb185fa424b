package dev.belvedere.wire.block;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A file of a block that is not what the format says, with the place.
public final class BlockFormatException extends OperationException {

    /// @param problem a clause without full stop, e.g. `its checksum does not match`
    public BlockFormatException(String file, long position, String problem) {
        super("corrupt_block", Fault.USER, file + " at byte " + position + ": " + problem);
    }
}
