package dev.belvedere.model;

/// A password, token or key. Prints as `<redacted>` wherever it is printed by accident.
public final class Secret {

    public static final Secret NONE = new Secret("");

    private static final String REDACTED = "<redacted>";

    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /// The secret itself, for the one call that needs it.
    public String reveal() {
        return value;
    }

    public boolean isPresent() {
        return !value.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "" : REDACTED;
    }
}
