package dev.belvedere.agent.logs;

/// How far a file was read, and the start of its content by which it is known again.
///
/// @param offset of the first byte that was not accepted yet
/// @param headLength how many bytes at the start the checksum covers
record TailPosition(long offset, int headLength, int headCrc) {

    static final int MAX_HEAD = 256;

    static final TailPosition START = new TailPosition(0, 0, 0);
}
