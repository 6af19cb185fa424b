/// What all faces that take telemetry in have in common.
@NullMarked
package dev.belvedere.api.ingest;

import org.jspecify.annotations.NullMarked;
