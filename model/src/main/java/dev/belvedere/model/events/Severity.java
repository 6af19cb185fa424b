package dev.belvedere.model.events;

import java.util.Locale;

/// OpenTelemetry's severity numbers and the level words that people write.
public final class Severity {

    public static final int UNSET = 0;
    public static final int TRACE = 1;
    public static final int DEBUG = 5;
    public static final int INFO = 9;
    public static final int WARN = 13;
    public static final int ERROR = 17;
    public static final int FATAL = 21;

    private Severity() {}

    /// @return [#UNSET] for a word that names no level
    public static int ofWord(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "trace", "trc", "finest", "verbose" -> TRACE;
            case "debug", "dbg", "fine", "finer" -> DEBUG;
            case "info", "inf", "information", "informational", "notice" -> INFO;
            case "warn", "warning", "wrn" -> WARN;
            case "error", "err", "eror", "severe" -> ERROR;
            case "fatal", "critical", "crit", "emerg", "emergency", "alert", "panic" -> FATAL;
            default -> UNSET;
        };
    }

    /// The level word that Loki's `detected_level` uses: `trace`, `debug`, `info`, `warn`, `error`, `fatal`,
    /// `unknown`.
    public static String word(int severity) {
        if (severity <= UNSET) {
            return "unknown";
        }
        return switch ((severity - 1) / 4) {
            case 0 -> "trace";
            case 1 -> "debug";
            case 2 -> "info";
            case 3 -> "warn";
            case 4 -> "error";
            default -> "fatal";
        };
    }
}
