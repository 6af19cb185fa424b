package dev.belvedere.model.events;

/// What produced the telemetry: a process, a host, a GPU. Shared by many records.
public record Resource(Attributes attributes) {

    public static final Resource EMPTY = new Resource(Attributes.EMPTY);

    public static final String SERVICE_NAME = "service.name";

    /// `service.name`, or `unknown_service` as the OpenTelemetry specification asks.
    public String serviceName() {
        String name = attributes.text(SERVICE_NAME);
        return name.isEmpty() ? "unknown_service" : name;
    }
}
