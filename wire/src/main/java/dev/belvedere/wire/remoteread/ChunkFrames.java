package dev.belvedere.wire.remoteread;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.chunks.EncodedChunk;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// The messages of a streamed answer: each with chunks of one series, behind its length as a varint and the CRC32C of
/// its bytes, big-endian.
public final class ChunkFrames {

    /// A chunk's fields beside its data, roughly.
    private static final int CHUNK_OVERHEAD_BYTES = 24;

    private final int maxFrameBytes;
    private final ProtobufWriter out = new ProtobufWriter();

    /// @param maxFrameBytes a frame ends with the chunk that makes it larger
    public ChunkFrames(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /// The frames of one series.
    ///
    /// @param query which of the request's queries asked for it, from 0
    public List<byte[]> frames(int query, Labels labels, List<EncodedChunk> chunks) {
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (at < chunks.size()) {
            int end = at;
            long bytes = 0;
            while (end < chunks.size() && (end == at || bytes < maxFrameBytes)) {
                bytes += chunks.get(end).data().length + CHUNK_OVERHEAD_BYTES;
                end++;
            }
            frames.add(frame(query, labels, chunks.subList(at, end)));
            at = end;
        }
        return frames;
    }

    private byte[] frame(int query, Labels labels, List<EncodedChunk> chunks) {
        out.clear();
        int series = out.beginMessage(1);
        SampledResponse.writeLabels(out, labels);
        for (EncodedChunk chunk : chunks) {
            int message = out.beginMessage(2);
            out.int64(1, chunk.minMillis());
            out.int64(2, chunk.maxMillis());
            out.int64(3, chunk.encoding().number());
            out.bytes(4, chunk.data());
            out.endMessage(message);
        }
        out.endMessage(series);
        out.int64(2, query);
        return framed(out.array(), out.size());
    }

    private static byte[] framed(byte[] message, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(message, 0, length);
        int lengthBytes = Math.max(1, (38 - Integer.numberOfLeadingZeros(length)) / 7);
        byte[] frame = new byte[lengthBytes + 4 + length];
        int at = 0;
        for (int rest = length; at < lengthBytes; rest >>>= 7) {
            frame[at++] = (byte) (rest & 0x7f | (at < lengthBytes ? 0x80 : 0));
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame[at++] = (byte) (checksum.getValue() >>> shift);
        }
        System.arraycopy(message, 0, frame, at, length);
        return frame;
    }
}
