package dev.belvedere.wire.remoteread;

import dev.belvedere.wire.WireFormatException;
import java.util.List;

/// The forms of an answer, in the order of their numbers.
public enum ResponseForm {
    /// One message with all samples, compressed by snappy.
    SAMPLES("application/x-protobuf"),
    /// A stream of messages with chunks, one series after the other.
    STREAMED_CHUNKS("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");

    private final String contentType;

    ResponseForm(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /// The first form of a client's list that there is.
    ///
    /// @throws WireFormatException if there is none of them
    public static ResponseForm negotiated(List<Long> accepted) {
        if (accepted.isEmpty()) {
            return SAMPLES;
        }
        for (long number : accepted) {
            if (number >= 0 && number < values().length) {
                return values()[(int) number];
            }
        }
        throw new WireFormatException(
                0,
                "none of the requested response types " + accepted + " is supported; there are 0 (SAMPLES) and 1"
                        + " (STREAMED_XOR_CHUNKS)");
    }
}
