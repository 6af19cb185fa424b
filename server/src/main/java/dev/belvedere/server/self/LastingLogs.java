package dev.belvedere.server.self;

import java.util.logging.LogManager;

/// A log manager whose handlers live as long as the process: the JDK's own takes them away as soon as the process is
/// told to end, and with them every line about how it ended.
///
/// Made by the JDK, by the name in the system property `java.util.logging.manager`.
public final class LastingLogs extends LogManager {

    /// Handlers are set by [Logging] alone.
    @Override
    public void reset() {}
}
