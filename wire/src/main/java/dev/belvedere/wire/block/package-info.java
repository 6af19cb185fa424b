/// Prometheus' block directories: the bytes of their index, chunk segments, tombstones and description.
@NullMarked
package dev.belvedere.wire.block;

import org.jspecify.annotations.NullMarked;
