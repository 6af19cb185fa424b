package dev.belvedere.wire.chunks;

/// A finished chunk. The array is not changed any more.
///
/// @param minMillis the time of its first sample
/// @param maxMillis the time of its last sample
public record EncodedChunk(ChunkEncoding encoding, long minMillis, long maxMillis, int sampleCount, byte[] data) {}
