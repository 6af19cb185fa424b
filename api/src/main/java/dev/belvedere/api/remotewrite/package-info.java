/// Prometheus remote write, 1.0 and 2.0, received.
@NullMarked
package dev.belvedere.api.remotewrite;

import org.jspecify.annotations.NullMarked;
