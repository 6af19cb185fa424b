package dev.belvedere.promql.script;

/// A command or an expectation of a script that cannot be read or is not met.
final class ScriptException extends RuntimeException {

    ScriptException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
