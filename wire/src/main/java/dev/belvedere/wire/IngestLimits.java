package dev.belvedere.wire;

/// What a request may hold. Each limit is a key of the section `ingest` of the configuration.
///
/// @param maxDecodedBytes of a body once it is unpacked
/// @param maxRecords samples, log records or spans of one request
/// @param maxAttributeValues of all attributes of one request together
/// @param maxLabels of one series or log stream
/// @param maxLabelNameBytes in UTF-8
/// @param maxLabelValueBytes in UTF-8
/// @param maxHistogramBuckets of one histogram sample
/// @param maxAttributes of one resource, scope, log record, span, event or link
/// @param maxLineBytes of one log record's text
/// @param maxAheadMillis how far in the future a log record or span may lie; metric samples have their own limit in
///     the store
public record IngestLimits(
        int maxDecodedBytes,
        int maxRecords,
        int maxAttributeValues,
        int maxLabels,
        int maxLabelNameBytes,
        int maxLabelValueBytes,
        int maxHistogramBuckets,
        int maxAttributes,
        int maxLineBytes,
        long maxAheadMillis) {

    public static final IngestLimits DEFAULT =
            new IngestLimits(64 << 20, 250_000, 2_000_000, 128, 1024, 4096, 4096, 1024, 256 << 10, 10 * 60 * 1000);
}
