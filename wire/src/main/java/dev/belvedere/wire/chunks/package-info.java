/// Prometheus' chunks: the samples of one series over some time as a stream of bits.
@NullMarked
package dev.belvedere.wire.chunks;

import org.jspecify.annotations.NullMarked;
