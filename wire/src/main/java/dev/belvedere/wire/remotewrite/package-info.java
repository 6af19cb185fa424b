/// Prometheus remote write, 1.0 and 2.0.
@NullMarked
package dev.belvedere.wire.remotewrite;

import org.jspecify.annotations.NullMarked;
