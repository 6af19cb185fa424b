package dev.belvedere.model;

/// The owner of telemetry. Part of every storage call, so that one tenant's bytes cannot reach another's answer.
///
/// @param name 1 to 64 of `A-Z a-z 0-9 _ -`; nothing else, since names end up in paths and log lines
public record Tenant(String name) {

    /// The tenant of an installation that does not separate tenants.
    public static final Tenant DEFAULT = new Tenant("default");

    private static final int MAX_LENGTH = 64;

    public Tenant {
        if (name.isEmpty() || name.length() > MAX_LENGTH || !name.chars().allMatch(Tenant::isAllowed)) {
            throw new IllegalArgumentException(
                    "tenant name must be 1 to " + MAX_LENGTH + " of A-Z a-z 0-9 _ -, got \"" + name + "\"");
        }
    }

    private static boolean isAllowed(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tenant that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
