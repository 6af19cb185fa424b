package dev.belvedere.platform.machine;

/// How full a mounted file system is.
///
/// @param freeBytes including what is reserved for root
/// @param availableBytes for everybody
public record MountUsage(long sizeBytes, long freeBytes, long availableBytes, long files, long filesFree) {}
