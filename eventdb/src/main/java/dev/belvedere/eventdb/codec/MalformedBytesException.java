package dev.belvedere.eventdb.codec;

/// Bytes that do not follow their format. Whoever knows the file or frame they are from turns it into an
/// [dev.belvedere.model.OperationException].
public final class MalformedBytesException extends RuntimeException {

    public MalformedBytesException(String message) {
        super(message);
    }
}
