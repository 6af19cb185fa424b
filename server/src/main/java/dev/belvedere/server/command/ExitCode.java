package dev.belvedere.server.command;

import dev.belvedere.model.OperationException;

/// What the commands tell scripts. Documented in docs/cli.md.
final class ExitCode {

    static final int OK = 0;

    /// What was checked or asked is wrong: a bad rule, a failing test, a query's error.
    static final int FAILED = 1;

    /// The command line itself is wrong.
    static final int USAGE = 2;

    /// A server, a port or a disk that is needed did not do its part.
    static final int UNAVAILABLE = 69;

    /// A bug of ours.
    static final int INTERNAL = 70;

    /// The configuration is wrong.
    static final int CONFIG = 78;

    private ExitCode() {}

    static int of(OperationException failure) {
        return switch (failure.fault()) {
            case USER -> failure.code().equals("invalid_config") ? CONFIG : FAILED;
            case OVERLOAD, DEPENDENCY, CORRUPT -> UNAVAILABLE;
            case BUG -> INTERNAL;
        };
    }
}
