/// The ingest log: the one place where accepted telemetry becomes durable.
@NullMarked
package dev.belvedere.platform.log;

import org.jspecify.annotations.NullMarked;
