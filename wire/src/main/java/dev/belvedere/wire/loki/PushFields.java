package dev.belvedere.wire.loki;

/// Names of structured metadata that mean a field of the model.
final class PushFields {

    static final String TRACE_ID = "trace_id";
    static final String SPAN_ID = "span_id";
    static final String LEVEL = "detected_level";

    private PushFields() {}
}
