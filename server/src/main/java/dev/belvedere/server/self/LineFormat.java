package dev.belvedere.server.self;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/// One log line: `2026-11-24T04:36:54.123Z INFO  tsdb  sentence key=value`, and the stack trace of what was thrown.
final class LineFormat extends Formatter {

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final String ROOT_PACKAGE = "dev.belvedere.";

    @Override
    public String format(LogRecord entry) {
        return TIME.format(entry.getInstant()) + " " + "%-5s".formatted(level(entry.getLevel())) + " "
                + component(entry.getLoggerName()) + "  " + message(entry) + "\n" + thrown(entry);
    }

    /// The sentence with its parameters in place.
    static String message(LogRecord entry) {
        return new LineFormat().formatMessage(entry);
    }

    static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    /// The module of ours, or the last part of a library's logger.
    static String component(String logger) {
        if (logger.startsWith(ROOT_PACKAGE)) {
            int end = logger.indexOf('.', ROOT_PACKAGE.length());
            return end < 0 ? logger.substring(ROOT_PACKAGE.length()) : logger.substring(ROOT_PACKAGE.length(), end);
        }
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    static String thrown(LogRecord entry) {
        Throwable thrown = entry.getThrown();
        if (thrown == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
