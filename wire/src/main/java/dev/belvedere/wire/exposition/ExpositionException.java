package dev.belvedere.wire.exposition;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// An exposition that does not keep to its format: where, and what is wrong there.
public final class ExpositionException extends OperationException {

    private ExpositionException(String message) {
        super("invalid_exposition", Fault.DEPENDENCY, message);
    }

    /// @param position of the byte that is wrong; told as a line number
    static ExpositionException inText(byte[] bytes, int position, String problem) {
        int line = 1;
        for (int i = 0; i < Math.min(position, bytes.length); i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        return new ExpositionException("line " + line + ": " + problem);
    }

    static ExpositionException inMessage(int family, String problem) {
        return new ExpositionException("metric family " + family + ": " + problem);
    }
}
