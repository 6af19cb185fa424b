/// Prometheus' remote read: series out of the store for another Prometheus to query.
@NullMarked
package dev.belvedere.api.remoteread;

import org.jspecify.annotations.NullMarked;
