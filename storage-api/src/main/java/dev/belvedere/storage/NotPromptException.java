package dev.belvedere.storage;

/// Ends a query that was to be answered at once where it would wait or takes too long: whoever asked for that asks
/// again, without. No failure, and nobody's fault.
public final class NotPromptException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotPromptException() {
        super("not to be answered at once", null, false, false);
    }
}
