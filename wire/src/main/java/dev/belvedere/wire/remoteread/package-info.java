/// Prometheus' remote read: which series are asked for, and samples or chunks of them as the answer.
@NullMarked
package dev.belvedere.wire.remoteread;

import org.jspecify.annotations.NullMarked;
