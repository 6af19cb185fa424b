package dev.belvedere.platform.disk;

/// What a file is apart from its name: it stays the same when the file is renamed, and differs from that of every
/// other file that exists at the same time. An inode may be given to a new file once the old one is gone.
public record FileIdentity(long device, long inode) {}
