package dev.belvedere.model.metrics;

import dev.belvedere.model.labels.Labels;

/// One observation that stands for the samples around it, usually with the id of its trace among the labels.
///
/// @param timestampMillis [#NO_TIMESTAMP] where the source gave none
public record Exemplar(Labels labels, double value, long timestampMillis) {

    public static final long NO_TIMESTAMP = Long.MIN_VALUE;

    /// OpenMetrics' limit on the names and values of an exemplar's labels together, in characters.
    public static final int MAX_LABEL_CHARACTERS = 128;

    public boolean hasTimestamp() {
        return timestampMillis != NO_TIMESTAMP;
    }
}
