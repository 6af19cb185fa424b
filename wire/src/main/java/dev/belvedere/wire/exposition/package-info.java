/// The formats in which processes expose their metrics: text, OpenMetrics and protobuf, read and written.
@NullMarked
package dev.belvedere.wire.exposition;

import org.jspecify.annotations.NullMarked;
