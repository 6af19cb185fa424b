package dev.belvedere.tsdb.codec;

/// Bytes that no writer of ours wrote. Caught where it is known which file or frame they came from.
public final class MalformedBytesException extends RuntimeException {

    public MalformedBytesException(String message) {
        super(message);
    }
}
