package dev.belvedere.logql.syntax;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// Text that is no LogQL: where, and what is wrong there.
public final class LogqlParseException extends OperationException {

    private final int position;

    /// @param position of the offending character in the text, from 0
    LogqlParseException(String text, int position, String problem) {
        super("invalid_logql", Fault.USER, "parse error at " + place(text, position) + ": " + problem);
        this.position = position;
    }

    private static String place(String text, int position) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(position, text.length()); i++) {
            boolean isLineEnd = text.charAt(i) == '\n';
            line += isLineEnd ? 1 : 0;
            column = isLineEnd ? 1 : column + 1;
        }
        return "line " + line + ", col " + column;
    }

    public int position() {
        return position;
    }
}
