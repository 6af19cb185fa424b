package dev.belvedere.model;

import org.jspecify.annotations.Nullable;

/// An operating failure at a boundary: a stable code, whose fault it is, and a sentence that says what to do
/// next.
///
/// Bugs are not reported this way: they are `IllegalStateException` or `IllegalArgumentException`.
public class OperationException extends RuntimeException {

    private final String code;
    private final Fault fault;

    /// @param code lower-case words joined by `_`, stable over releases, e.g. `disk_full`
    /// @param message what happened and how it is mended; shown to people
    public OperationException(String code, Fault fault, String message) {
        this(code, fault, message, null);
    }

    public OperationException(String code, Fault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.fault = fault;
    }

    private OperationException(String code, Fault fault, String message, boolean isTraced) {
        super(message, null, true, isTraced);
        this.code = code;
        this.fault = fault;
    }

    /// One that does not say where it came from: for what may happen a million times in a minute.
    public static OperationException untraced(String code, Fault fault, String message) {
        return new OperationException(code, fault, message, false);
    }

    public final String code() {
        return code;
    }

    public final Fault fault() {
        return fault;
    }

    /// The message of a failure that always has one.
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code : message;
    }
}
