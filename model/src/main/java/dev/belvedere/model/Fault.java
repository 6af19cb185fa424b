package dev.belvedere.model;

/// Whose doing a failure is. Decided where the failure is thrown; faces turn it into their protocol's status.
public enum Fault {
    /// The caller asked for something malformed, unknown or beyond a limit; the same call fails again.
    USER,
    /// The machine has too much to do or no room; the same call may pass later.
    OVERLOAD,
    /// Bytes on disk or from another system are not what was written.
    CORRUPT,
    /// Something this process needs (disk, network, another server) refused.
    DEPENDENCY,
    /// Ours.
    BUG
}
