package dev.belvedere.platform.yaml;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A configuration file that cannot be used: which file, where in it, and what is wrong there.
public final class ConfigException extends OperationException {

    private final String file;
    private final int line;
    private final int column;

    /// @param line from 1; 0 where the whole file is meant
    /// @param column from 1; 0 where the whole line is meant
    public ConfigException(String file, int line, int column, String problem) {
        super("invalid_config", Fault.USER, position(file, line, column) + ": " + problem);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    private static String position(String file, int line, int column) {
        return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }

    public String file() {
        return file;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}
