package dev.belvedere.model.events;

/// The instrumentation library that made the telemetry. Texts may be empty.
public record Scope(String name, String version, Attributes attributes) {

    public static final Scope EMPTY = new Scope("", "", Attributes.EMPTY);
}
